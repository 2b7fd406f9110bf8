// Every notebook at the smallest size that it invites; with STYLOSCOPE_SIZES=all at each of them, which takes an hour. The rate in 05-by-hand suits them all.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { before, it } from "node:test";
import * as library from "../../src";
import { files, folder, runsInOurKernel, sizesOf } from "./committed";

const { activations, content, gradientDescent, gram, loadNetwork, minimize, objective, relative, sample, style } = library;
let network: library.Network;

before(async () => {
  const source = readFileSync(path.join(folder, "05-by-hand.ipynb"), "utf8");
  for (const line of ["const [rate, mu] = [1e-4 * photo.size, 0.9];", "const [alpha, beta] = [1, 10];"])
    assert.ok(source.includes(line), `the notebook has other numbers than this test: ${line}`);
  network = await loadNetwork("vgg19-mini", { pooling: "average" });
});

for (const size of sizesOf("05-by-hand.ipynb").map(Number))
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

for (const file of files)
  for (const size of process.env.STYLOSCOPE_SIZES === "all" ? sizesOf(file) : sizesOf(file).slice(0, 1))
    it(`${file} runs to its end at ${size} pixels, and its solutions are right`, () => runsInOurKernel(file, { solutions: true, set: { size } }));
