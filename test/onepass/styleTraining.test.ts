// The training of a network for a few paintings: its loss is that of the search, each photograph has its own style, and it learns.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { searchBeside } from "../../src/figures/johnson2016Figure5";
import { noise, resize, type Image } from "../../src/image";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { styleTraining, styleTrainingTerms, type StyleTraining } from "../../src/onepass/styleTraining";
import { adam } from "../../src/optimizers/adam";
import { engine } from "../../src/platform/engine/engine";
import { initialParameters } from "../../src/training/initialParameters";
import { parameterTensors } from "../../src/training/parameterSlots";
import { train } from "../../src/training/train";
import { assertClose, leaksNothing } from "../compare";

let judge: Vgg;
let training: StyleTraining;
let paintings: Record<string, Image>;
const photos: Image[] = [];

before(async () => {
  await engine();
  judge = await randomVgg({ width: 1 / 16, pooling: "average" });
  paintings = { fine: noise([40, 32], { seed: 1, strength: 0.4 }), coarse: tf.tidy(() => resize(noise([5, 4], { seed: 2 }), { exactly: [40, 32] })) };
  for (const seed of [3, 4]) photos.push(tf.tidy(() => resize(noise([6, 6], { seed }), { exactly: [24, 24] })));
  training = styleTraining(judge, paintings, { width: 4, blocks: 1 });
});
after(() => {
  training.dispose();
  judge.dispose();
  tf.dispose([paintings, photos]);
});

/** Loss and its parts of some photographs in a batch. */
function lossOf(of: StyleTraining, parameters: Float32Array, images: readonly Image[], ramp?: number): Record<string, number> {
  return tf.tidy(() => {
    const tensors = parameterTensors(of.slots, parameters);
    const batch = { photos: tf.stack([...images]) as tf.Tensor4D, ...(ramp !== undefined && { ramp: tf.scalar(ramp) }) };
    const { loss, metrics } = of.loss(tensors, batch);
    return Object.fromEntries(Object.entries({ loss, ...metrics }).map(([name, value]) => [name, value.dataSync()[0]])) as unknown as tf.TensorContainer;
  }) as unknown as Record<string, number>;
}

describe("the training of a style network", () => {
  it("has the loss that a search of the same terms has of what the network paints", async () => {
    const alone = styleTraining(judge, { fine: paintings.fine }, { width: 4, blocks: 1 });
    const parameters = initialParameters(alone.slots, 5);
    await leaksNothing(async () => {
      const network = alone.network(parameters);
      const painted = network.stylize(photos[0]);
      const bench = { network: judge, settings: { network: "", size: 24, steps: 1, seed: 0 }, run: () => ({ steps: 1, each: () => undefined }) };
      const { loss, searched } = await searchBeside(bench as never, photos[0], paintings.fine, painted, "");
      assertClose(lossOf(alone, parameters, [photos[0]]).loss, loss, 1e-4);
      tf.dispose([painted, searched]);
      network.dispose();
    });
    alone.dispose();
  });

  it("paints the first photograph in the first style, the second in the second, and so on; style is the mean", () => leaksNothing(() => {
    const parameters = initialParameters(training.slots, 6);
    const both = lossOf(training, parameters, photos);
    // Two of the same photograph in turn: what differs is the style.
    const [first, second] = photos.map((photo) => lossOf(training, parameters, [photo, photo]));
    assert.notEqual(both.style, first.style);
    assert.notEqual(first.style, second.style);
    const swapped = lossOf(training, parameters, [photos[1], photos[0]]);
    assertClose((first.style + second.style) / 2, (both.style + swapped.style) / 2, 1e-5);
    assert.ok(Math.abs(both.style - swapped.style) > 1e-4 * both.style);
  }));

  it("weighs its parts as it says, and the ramp lowers the weight of style alone", () => leaksNothing(() => {
    const parameters = initialParameters(training.slots, 7);
    const { content, style, smoothness } = styleTrainingTerms;
    for (const ramp of [undefined, 0.25]) {
      const { loss, ...parts } = lossOf(training, parameters, photos, ramp);
      assertClose(loss, content * parts.content + style * (ramp ?? 1) * parts.style + smoothness * parts.smoothness, 1e-5);
    }
  }));

  it("learns: in 40 steps the loss falls by a third, and no tensor is left behind", () => leaksNothing(async () => {
    const losses: number[] = [];
    for await (const { loss } of train({
      ...training, batch: () => ({ photos: tf.stack(photos) as tf.Tensor4D }),
      optimizer: (rate) => adam({ rate, clip: false }), learningRate: () => 2e-3, steps: 40,
    })) losses.push(loss);
    assert.ok(losses.at(-1)! < 0.67 * losses[0], `${losses[0]} → ${losses.at(-1)}`);
  }));

  it("refuses a training without a painting, and one whose painting is no image", () => {
    assert.throws(() => styleTraining(judge, {}), /there is no painting: give one or more by name/);
    assert.throws(() => styleTraining(judge, { fine: tf.zeros([4, 4]) as unknown as Image }), /the painting fine/);
  });
});

it("parameters begin with He's deviations, scales of 1 and the rest 0, by the seed", () => {
  const [once, again, other] = [0, 0, 1].map((seed) => initialParameters(training.slots, seed));
  assert.deepEqual(once, again);
  assert.notDeepEqual(once, other);
  for (const { name, shape, offset, size } of training.slots) {
    const numbers = once.subarray(offset, offset + size);
    if (!name.endsWith(".kernel")) { assert.ok(numbers.every((value) => value === (name.endsWith(".scale") ? 1 : 0)), name); continue; }
    const variance = numbers.reduce((sum, value) => sum + value * value, 0) / size;
    assert.ok(Math.abs(variance * shape[0] * shape[1] * shape[2] / 2 - 1) < 6 / Math.sqrt(size), `${name}: ${variance}`);
  }
});
