// What must hold for every network, whatever its layers are.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import type { GraphNetwork } from "../../src/networks/graphNetwork";
import type { RandomOptions } from "../../src/networks/randomNetwork";
import { randomResnet50 } from "../../src/networks/resnet50";
import { randomSqueezenet } from "../../src/networks/squeezenet";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { content, style } from "../../src/terms";
import { assertClose, drawn, leaksNothing, numbers } from "../compare";

interface Case {
  make(options: RandomOptions): Promise<GraphNetwork>;
  /** Enough that a squeeze keeps several channels: a 1×1 filter of one channel has no zero mean but 0. */
  width: number;
  deepest: string;
  /** Where a term looks in these tests; two depths, with a branch between them. */
  looksAt: [string, string];
  /** How many convolutions a layer rests on. */
  rests: Record<string, number>;
  /** The smallest side that leaves something at a layer, by hand from the windows. */
  smallest: Record<string, number>;
  mistyped: [string, RegExp];
  /** The norm of the deepest layer's responses to noise, from the engine cpu: any engine sees the same. */
  norm: number;
}

const cases: Record<string, Case> = {
  VGG: {
    make: randomVgg, width: 1 / 16, deepest: "relu5_4", looksAt: ["relu2_2", "relu3_1"],
    rests: { relu1_1: 1, pool2: 4, conv3_1: 5 }, smallest: { relu1_1: 1, pool1: 2, relu5_4: 16, pool5: 32 },
    mistyped: ["relu6_1", /no layer relu6_1 in random vgg19.*did you mean relu5_1\?/], norm: 14.461625,
  },
  SqueezeNet: {
    make: randomSqueezenet, width: 1 / 4, deepest: "fire9/concat", looksAt: ["relu_conv1", "features.4"],
    rests: { conv1: 1, "fire2/expand1x1": 3, "fire2/expand3x3": 3, "fire2/concat": 4, "features.3": 4, "fire3/squeeze1x1": 5 },
    // windows of 3 every 2, four times: 2·(2·(2·(2·1 + 1) + 1) + 1) + 1
    smallest: { conv1: 3, pool1: 7, "fire3/concat": 7, pool3: 15, "fire9/concat": 31 },
    mistyped: ["fire2/conct", /no layer fire2\/conct in random squeezenet.*did you mean fire2\/concat\?/], norm: 14.451250,
  },
  "ResNet-50": {
    make: randomResnet50, width: 1 / 16, deepest: "conv5_block3_out", looksAt: ["conv1_relu", "conv2_block2_out"],
    rests: { conv1_relu: 1, conv2_block1_0_bn: 2, conv2_block1_out: 5, conv2_block2_out: 8 },
    smallest: { conv5_block3_out: 1 }, // padded everywhere
    mistyped: ["conv1_conv", /no layer conv1_conv in random resnet50.*did you mean conv1_bn\?/], norm: 104.475395,
  },
};

/** The paddings of the convolutions that `body` runs. TensorFlow knows two, by name. */
function convolutionsIn(body: () => void): unknown[] {
  const paddings: unknown[] = [];
  const conv2d = tf.getKernel("Conv2D", tf.getBackend());
  tf.unregisterKernel("Conv2D", tf.getBackend());
  tf.registerKernel({ ...conv2d, kernelFunc: (call) => { paddings.push(call.attrs!.pad); return conv2d.kernelFunc(call); } });
  try {
    body();
  } finally {
    tf.unregisterKernel("Conv2D", tf.getBackend());
    tf.registerKernel(conv2d);
  }
  return paddings;
}

for (const [what, { make, width, deepest, looksAt, rests, smallest, mistyped, norm }] of Object.entries(cases))
  describe(`a random ${what}`, () => {
    let network: GraphNetwork;
    let image: Image, photo: Image;
    before(async () => {
      network = await make({ seed: 3, width });
      [image, photo] = [noise([37, 44], { seed: 1 }), noise([37, 44], { seed: 2 })];
    });
    after(() => { network.dispose(); tf.dispose([image, photo]); });

    it("sees the same on every engine, alive to its deepest layer", () => tf.tidy(() => {
      const x = network.features(image, [deepest])(deepest);
      assertClose(tf.norm(x), norm, 1e-3);
      assert.ok(tf.mean(tf.cast(tf.greater(x, 0), "float32")).dataSync()[0] > 0.5);
    }));

    it("under an objective has the gradient that small differences show", async () => {
      const [first, second] = looksAt;
      const goal = objective(network, [content(photo, { layers: [second] }), style(photo, { layers: [first, second], weight: 0.1 })]);
      const { value, gradient } = await goal.measure(image);
      assert.ok(value > 0);
      const unit = (x: readonly number[]): number[] => x.map((value) => value / Math.hypot(...x));
      const difference = async (direction: readonly number[], h: number): Promise<number> => {
        const at = async (t: number): Promise<number> => {
          const moved = tf.tidy(() => tf.add(image, tf.tensor3d(direction.map((d) => d * t), [37, 44, 3])) as Image);
          const { value } = await goal.measure(moved);
          moved.dispose();
          return value;
        };
        return (await at(h) - await at(-h)) / (2 * h);
      };
      const slope = (direction: readonly number[]): number => gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
      const along = unit([...gradient]);
      assertClose(await difference(along, 3e-3), slope(along), 2e-2, "along the gradient");
      // A gradient with entries set to zero passes that. In thousands of dimensions a random direction is almost orthogonal to the
      // gradient, so it is tried alone: mixed with the gradient, it would hardly count.
      const chance = [77, 78, 79].map((seed) => unit(tf.tidy(() => numbers(drawn([37, 44, 3], seed)))));
      const differences: number[] = [];
      for (const direction of chance) differences.push(await difference(direction, 3e-3));
      assertClose(differences, chance.map(slope), 6e-2, "along random directions"); // some relu has its kink within h; an edge set to 0: 0.12
      goal.dispose();
    });

    it("leaves nothing behind: not a look, a measurement, a refusal, nor its own end", () => leaksNothing(async () => {
      const other = await make({ width });
      tf.dispose(looksAt.map(other.features(image, looksAt)));
      const goal = objective(other, [content(photo, { layers: [looksAt[1]] })]);
      await goal.measure(image);
      goal.dispose();
      assert.throws(() => other.features(image, ["nothing"]));
      other.dispose();
    }));

    it("does what the wanted layer rests on, and nothing else", () => {
      for (const [layer, count] of Object.entries(rests))
        assert.equal(convolutionsIn(() => tf.tidy(() => void network.features(image, [layer]))).length, count, layer);
      const all = [...network.filters.keys()].length;
      const paddings = convolutionsIn(() => tf.tidy(() => void network.features(image, network.layers)));
      assert.equal(paddings.length, all);
      assert.deepEqual(paddings.filter((padding) => padding !== "same" && padding !== "valid"), []);
    });

    it("gives one pass the same responses as many", () => tf.tidy(() => {
      const together = network.features(image, network.layers);
      for (const layer of [...looksAt, deepest]) assertClose(network.features(image, [layer])(layer), together(layer), 1e-5, layer);
    }));

    it("says how large an image must be, and sees something at exactly that size", () => {
      for (const [layer, side] of Object.entries(smallest)) tf.tidy(() => {
        assert.ok(network.features(tf.zeros([side, side + 9, 3]), [layer])(layer).size > 0, layer);
        if (side > 1) assert.throws(() => network.features(tf.zeros([side + 9, side - 1, 3]), [layer]),
          new RegExp(`${side + 9}×${side - 1} is too small for ${layer} of random .*needs at least ${side}×${side}:`));
      });
    });

    it("names the nearest layer for one that it lacks", () => {
      assert.throws(() => network.features(image, [mistyped[0]]), mistyped[1]);
      assert.throws(() => tf.tidy(() => network.features(image, [looksAt[0]])(looksAt[1])), /these features of random/);
    });

    it("is the same for the same seed, with the fraction of the channels that was asked for", async () => {
      const [again, other] = await Promise.all([3, 4].map((seed) => make({ seed, width })));
      for (const [name, { kernel, bias }] of network.filters) {
        assert.deepEqual(numbers(again.filters.get(name)!.kernel), numbers(kernel), name);
        assert.deepEqual(numbers(again.filters.get(name)!.bias), numbers(bias), name);
      }
      const [first] = network.filters.keys();
      assert.notDeepEqual(numbers(other.filters.get(first)!.kernel), numbers(network.filters.get(first)!.kernel));
      assert.equal(network.filters.get(first)!.kernel.shape[3], 64 * width);
      [again, other].forEach((made) => made.dispose());
    });

    it("has filters of zero mean that answer its calibration image with mean 1 and deviation 1", async () => {
      const calibration = noise([79, 94], { seed: 5 }); // enough that some places are left after every pooling
      const made = await make({ seed: 3, width, calibration });
      const layers = [...made.filters.keys()];
      tf.tidy(() => {
        const seen = made.features(calibration, layers);
        for (const layer of layers) {
          const { kernel } = made.filters.get(layer)!;
          assert.ok(tf.max(tf.abs(tf.mean(kernel, [0, 1, 2]))).dataSync()[0] < 1e-5 * tf.max(tf.abs(kernel)).dataSync()[0], layer);
          const { mean, variance } = tf.moments(seen(layer), [0, 1]);
          assertClose(mean, tf.onesLike(mean), 2e-3, layer);
          assertClose(variance, tf.onesLike(variance), 2e-3, layer);
        }
      });
      made.dispose();
      calibration.dispose();
    });
  });
