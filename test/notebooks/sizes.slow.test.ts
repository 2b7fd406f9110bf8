// The rate in 05-by-hand suits every size that the notebook invites, and the weight that it has; so does the small step by which 06-weights
// measures shares.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { before, it } from "node:test";
import * as library from "../../src";
import { folder, small } from "./committed";
import { tryAnswers } from "./tryAnswers";

const { activations, content, gradientDescent, gram, loadNetwork, minimize, objective, relative, sample, style } = library;
let network: library.Network;

before(async () => {
  const source = readFileSync(path.join(folder, "05-by-hand.ipynb"), "utf8");
  for (const line of ["const [rate, mu] = [1e-4 * photo.size, 0.9];", "const [alpha, beta] = [1, 10];", "in pixels: 96, 160, 256"])
    assert.ok(source.includes(line), `the notebook has other numbers than this test: ${line}`);
  network = await loadNetwork("vgg19-mini", { pooling: "average" });
});

for (const size of [96, 160, 256])
  it(`its loop goes down at ${size} pixels`, async () => {
    const [photo, painting] = [await sample("valley", { shorter: size }), await sample("strokes", { shorter: size })];
    const goal = objective(network, [content(photo, { loss: relative(activations()) }), style(painting, { loss: relative(gram()), weight: 10 })]);
    const losses: number[] = [];
    const how = { start: photo, optimizer: gradientDescent({ rate: 1e-4 * photo.size, momentum: 0.9 }), steps: 15 };
    for await (const step of minimize(goal, how)) losses.push(step.loss);
    goal.dispose();
    assert.ok(losses.every((loss) => loss <= losses[0]), losses.join(" "));
    assert.ok(losses.at(-1)! < 0.4 * losses[0], losses.join(" "));
  });

for (const size of ["96", "128", "192"])
  it(`what 06-weights measures of ratios and shares is what its solutions compute, at ${size} pixels`, async () => {
    const told = await tryAnswers("06-weights.ipynb", [], { ...small["06-weights.ipynb"], size, steps: "1" });
    for (const [, solution] of told) assert.ok(solution.length > 0 && solution.every((message) => message.startsWith("✓")), solution.join("\n"));
  });
