// The figure of one pass beside a search: what is counted, and that the claim fails for a picture in another style.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { evaluationsTo, johnson2016Figure5, searchBeside } from "../../src/figures/johnson2016Figure5";
import { vgg19Mini } from "../../src/networks/vgg";
import { styleNetwork } from "../../src/onepass/styleNetwork";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import { leaksNothing } from "../compare";

before(() => engine());

it("counts the evaluations after which a search has a loss, and all of them where it never has", () => {
  const search = { evaluations: [1, 2, 4, 7], seconds: [0, 1, 2, 3], loss: [9, 5, 3, 1] };
  assert.deepEqual([10, 9, 4, 3, 0.5].map((loss) => evaluationsTo(loss, search)), [1, 1, 4, 4, 7]);
});

it("a picture in another style has the loss of fewer evaluations than the one in its own", () => leaksNothing(async () => {
  const network = await vgg19Mini({ pooling: "average" });
  const few = await styleNetwork();
  const [photo, painting] = [await sample("valley", { shorter: 96 }), await sample("strokes", { shorter: 256 })];
  const bench = { network, settings: { ...johnson2016Figure5.settings, steps: 60 }, run: () => ({ steps: 60, each: () => undefined }) };
  const counts: number[] = [];
  for (const style of ["strokes", "watercolor"]) {
    const painted = few.stylize(photo, { style });
    const { loss, search, searched } = await searchBeside(bench, photo, painting, painted, style);
    counts.push(evaluationsTo(loss, search));
    tf.dispose([painted, searched]);
  }
  assert.ok(counts[1] < counts[0], `${counts[1]} and ${counts[0]}`);
  tf.dispose([photo, painting]);
  few.dispose();
  network.dispose();
}));

it("refuses another network than that of the training, and a painting that the network has not learned", async () => {
  const settings = { ...johnson2016Figure5.settings, size: 32, steps: 1 };
  await assert.rejects(johnson2016Figure5.run({ ...settings, network: "vgg19-half" }), /trained with the losses of vgg19-mini, not with those of vgg19-half/);
  await assert.rejects(johnson2016Figure5.run({ ...settings, painting: "mosaik" }), /no painting of the network mosaik; did you mean mosaic/);
});
