// What papers prove of losses, as figures measure it: true of the right loss, and false of a wrong one.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { distanceOf } from "../../src/figures/distanceOf";
import { sameMoments, shuffledLoss } from "../../src/figures/heitz2021Marginals";
import { kernelEqualities, mmdOfPairs } from "../../src/figures/li2017Kernels";
import { sameSquares } from "../../src/figures/risser2017Figure3";
import { transferLeft, worseOf } from "../../src/figures/transferLeft";
import { matchColor } from "../../src/color/matchColor";
import type { Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { covariance } from "../../src/losses/covariance";
import { gaussianWasserstein } from "../../src/losses/gaussianWasserstein";
import { gram } from "../../src/losses/gram";
import { histogram } from "../../src/losses/histogram";
import type { LayerLoss } from "../../src/losses/loss";
import { mmd } from "../../src/losses/mmd";
import { relative } from "../../src/losses/relative";
import { slicedWasserstein } from "../../src/losses/slicedWasserstein";
import { loadNetwork } from "../../src/networks/loadNetwork";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import { leaksNothing } from "../compare";

let network: Network;
before(async () => {
  await engine();
  network = await randomVgg({ width: 1 / 16, pooling: "average" });
});

it("li2017: Gram and mean losses are MMDs of all pairs, and others are not", () => leaksNothing(async () => {
  const [photo, painting] = [await sample("valley", { shorter: 32 }), await sample("strokes", { shorter: 32 })];
  const right = await kernelEqualities(network, photo, painting);
  for (const [name, difference] of Object.entries(right)) assert.ok(difference < 1e-4, `${name}: ${difference}`);
  const wrong = await kernelEqualities(network, photo, painting, { polynomial: covariance(), linear: mmd("polynomial"), normalization: gram() });
  for (const [name, difference] of Object.entries(wrong)) assert.ok(difference > 1e-4, `${name}: ${difference}`);
  tf.dispose([photo, painting]);
}));

it("li2017: the MMD of two single vectors is k(x, x) + k(y, y) − 2 k(x, y)", () => {
  assert.equal(mmdOfPairs([1, 2], [3, 5], 2, (product) => product), (1 - 3) ** 2 + (2 - 5) ** 2);
  assert.equal(mmdOfPairs([1, 2], [3, 5], 2, (product) => product ** 2), 25 + 34 ** 2 - 2 * 13 ** 2);
});

it("risser2017: means and deviations of equal E[x²] are one to a Gram matrix, not to others", () => leaksNothing(() => {
  const [flat, twoValued] = sameSquares();
  const apart = (loss: LayerLoss): number => distanceOf(relative(loss), flat, twoValued);
  assert.ok(apart(gram()) < 1e-4);
  // Of a variance of ¼ nothing is there; in one dimension E (x − y)² = ½ + ½ − 2 · ½ · 1/√2, in units of ½.
  assert.ok(Math.abs(apart(covariance()) - 1) < 1e-4);
  for (const loss of [gaussianWasserstein(), histogram()]) assert.ok(Math.abs(apart(loss) - (2 - Math.SQRT2)) < 1e-4, loss.name);
  const darker = tf.mul<tf.Tensor3D>(twoValued, 0.9); // with other squares
  assert.ok(distanceOf(relative(gram()), flat, darker) > 1e-4);
  tf.dispose([flat, twoValued, darker]);
}));

it("heitz2021: equal moments are one to Gram matrices and covariances, not to sliced Wasserstein", () => leaksNothing(async () => {
  const [two, three] = sameMoments(0);
  for (const loss of [gram(), covariance()]) assert.ok(distanceOf(relative(loss), two, three) < 1e-4, loss.name);
  // Every quantile is ¼ away, in units of E x² = ¼ + 1/16.
  assert.ok(Math.abs(distanceOf(relative(slicedWasserstein()), two, three) - 1 / 5) < 1e-4);
  tf.dispose([two, three]);
}));

it("heitz2021: the order of positions is nothing to sliced Wasserstein, and much to one that compares them", () => leaksNothing(async () => {
  const painting = await sample("strokes", { shorter: 32 });
  assert.ok(shuffledLoss(network, painting, slicedWasserstein()) < 1e-4);
  assert.ok(shuffledLoss(network, painting, activations()) > 1e-2);
  painting.dispose();
}));

it("transferLeft: what the photograph, the painting, recoloring and another photograph leave is known", () => leaksNothing(async () => {
  const mini = await loadNetwork("vgg19-mini", { pooling: "average" });
  const [photo, painting, other] = await Promise.all(["valley", "strokes", "table"].map((name) => sample(name, { cover: [64, 64] })));
  const recolored = await matchColor(photo, painting);
  const left = (image: Image): ReturnType<typeof transferLeft> => transferLeft(mini, image, photo, painting);
  assert.deepEqual(await left(photo), { style: 1, content: 0 });
  const ofPainting = await left(painting);
  assert.ok(Math.abs(ofPainting.content - 1) < 1e-5 && ofPainting.style < 1e-5);
  const [ofRecolored, ofOther] = [await left(recolored), await left(other)];
  assert.ok(ofRecolored.content < 0.5 && ofRecolored.style < 1, "the content is the same, and colors are a part of style");
  assert.ok(ofOther.content > 0.5 && ofOther.style > 0.5, "neither is there");
  assert.equal(worseOf(ofRecolored), Math.max(ofRecolored.style, ofRecolored.content));
  tf.dispose([photo, painting, other, recolored]);
  mini.dispose();
}));
