import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { gramMatrix } from "../../src/losses/gram";
import { poolings, type Pooling } from "../../src/networks/architectures/operation";
import { randomVgg, vggFrom, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { content, style } from "../../src/terms";
import { assertClose, drawn, leaksNothing, numbers } from "../compare";
import { naiveGram, run, volume, type NaiveFilter } from "../naive";

const [height, width] = [21, 34]; // odd and not square, so that a mix-up of sides or a rounding shows

describe("a VGG", () => {
  let network: Vgg;
  let image: tf.Tensor3D;
  before(async () => {
    network = await randomVgg({ seed: 3, width: 1 / 16 });
    image = tf.tidy(() => tf.sigmoid(drawn([height, width, 3], 5)) as tf.Tensor3D);
  });
  after(() => { network.dispose(); image.dispose(); });

  const naive = (pooling: Pooling, depth: string): ReturnType<typeof run> => {
    const { mean, scale } = network.preprocessing;
    const prepared = numbers(image).map((v, i) => (v - mean[i % 3]) * scale[i % 3]);
    const filters = new Map<string, NaiveFilter>();
    network.filters.forEach(({ kernel, bias }, name) => filters.set(name, { kernel: numbers(kernel), bias: numbers(bias) }));
    const names = network.layers.slice(0, network.layers.indexOf(depth) + 1);
    return run(volume(height, width, 3, prepared), names, filters, pooling);
  };

  for (const pooling of poolings)
    it(`with ${pooling} pooling sees at every layer what plain float64 loops see`, () => {
      const pooled = vggFrom(network.filters, { ...network, pooling });
      const expected = naive(pooling, "relu5_4").features;
      const layers = network.layers.slice(0, -1);
      tf.tidy(() => {
        const seen = pooled.features(image, layers);
        for (const layer of layers) {
          const { height, width, channels, data } = expected.get(layer)!;
          assert.deepEqual(seen(layer).shape, [height, width, channels], layer);
          assertClose(seen(layer), data, 1e-4, layer);
        }
        assertClose(gramMatrix(seen("relu3_1")), naiveGram(expected.get("relu3_1")!), 1e-4, "Gram matrix");
      });
    });

  for (const pooling of poolings)
    it(`with ${pooling} pooling gives the loss and the pixel gradient that plain float64 back-propagation gives`, async () => {
      const pooled = vggFrom(network.filters, { ...network, pooling });
      const target = tf.tidy(() => tf.reverse(image, 1) as tf.Tensor3D);
      const goal = objective(pooled, [
        content(target, { layers: ["conv3_2"], weight: 2 }), style(target, { layers: ["relu1_1", "relu4_1"], weight: 3 }),
      ]);
      const { value, gradient } = await goal.measure(image);

      const { features: seen, back } = naive(pooling, "relu4_1");
      const aim = pooled.features(target, ["conv3_2", "relu1_1", "relu4_1"]);
      const gradients = new Map<string, Float64Array>();
      let expected = 0;
      const add = (layer: string, difference: Float64Array, slope: Float64Array, weight: number): void => {
        expected += (weight * difference.reduce((s, d) => s + d * d, 0)) / difference.length;
        gradients.set(layer, slope);
      };
      const other = numbers(aim("conv3_2"));
      const difference = seen.get("conv3_2")!.data.map((v, i) => v - other[i]);
      add("conv3_2", difference, difference.map((d) => (2 * 2 * d) / difference.length), 2);
      for (const layer of ["relu1_1", "relu4_1"]) {
        const features = seen.get(layer)!;
        const n = features.channels;
        const positions = features.height * features.width;
        const wanted = numbers(tf.tidy(() => gramMatrix(aim(layer))));
        const gap = naiveGram(features).map((g, i) => g - wanted[i]);
        // d/dF of mean (G − A)², G = FᵀF/M: 4 F (G − A) / (N² M), as G − A is symmetric.
        const slope = features.data.map((_, at) => {
          const [p, i] = [Math.floor(at / n), at % n];
          let sum = 0;
          for (let j = 0; j < n; j++) sum += features.data[p * n + j] * gap[j * n + i];
          return (1.5 * 4 * sum) / (n * n * positions);
        });
        add(layer, gap, slope, 1.5);
      }
      const inPixels = back(gradients).map((g, i) => g * network.preprocessing.scale[i % 3]);
      assertClose(value, expected, 1e-4, "loss");
      assertClose(gradient, inPixels, 1e-3, "gradient");
      goal.dispose();
      tf.dispose([target, aim("conv3_2"), aim("relu1_1"), aim("relu4_1")]);
    });

  it("names conv and relu for two different things: before and after the activation", () => tf.tidy(() => {
    const seen = network.features(image, ["conv2_1", "relu2_1"]);
    assert.ok(tf.min(seen("conv2_1")).dataSync()[0] < 0);
    assertClose(seen("relu2_1"), tf.relu(seen("conv2_1")), 0);
  }));

  it("pads the first layer as asked, and the others with zeros: replication is a larger image, cropped", () => tf.tidy(() => {
    const replicating = vggFrom(network.filters, { ...network, padding: "replication" });
    const layers = ["conv1_1", "conv1_2"];
    const [zero, replicated] = [network, replicating].map((vgg) => layers.map((layer) => vgg.features(image, layers)(layer)));
    const crop = (x: tf.Tensor3D): tf.Tensor3D => tf.slice(x, [1, 1, 0], [height, width, -1]);
    const edge = <T extends tf.Tensor>(x: T, axis: number): T => {
      const [first, , last] = tf.split(x, [1, x.shape[axis] - 2, 1], axis);
      return tf.concat([first, x, last], axis) as T;
    };
    const larger = network.features(edge(edge(image, 0), 1), ["conv1_1"])("conv1_1");
    assertClose(replicated[0], crop(larger), 1e-6, "conv1_1");
    const { kernel, bias } = network.filters.get("conv1_2")!;
    assertClose(replicated[1], tf.add(tf.conv2d(tf.relu(replicated[0]), kernel, 1, "same"), bias), 1e-5, "conv1_2");
    const inside = (x: tf.Tensor3D): tf.Tensor3D => tf.slice(x, [2, 2, 0], [height - 4, width - 4, -1]);
    layers.forEach((layer, i) => assertClose(inside(replicated[i]), inside(zero[i]), 1e-6, layer));
    assert.ok(Math.max(...numbers(tf.abs(tf.sub(zero[0], replicated[0])))) > 0.1);
  }));

  it("goes only as deep as asked", () => {
    const count = (layer: string): number => {
      let convolutions = 0;
      const conv2d = tf.getKernel("Conv2D", tf.getBackend());
      tf.unregisterKernel("Conv2D", tf.getBackend());
      tf.registerKernel({ ...conv2d, kernelFunc: (call) => { convolutions++; return conv2d.kernelFunc(call); } });
      try {
        tf.tidy(() => void network.features(image, ["relu1_1", layer]));
      } finally {
        tf.unregisterKernel("Conv2D", tf.getBackend());
        tf.registerKernel(conv2d);
      }
      return convolutions;
    };
    assert.equal(count("relu1_1"), 1);
    assert.equal(count("conv3_1"), 5);
  });

  it("has the image as the layer \"pixels\": a clone, which its owner may dispose", () => {
    const features = network.features(image, ["pixels"]);
    assertClose(features("pixels"), image, 0);
    features.dispose();
    assert.ok(!image.isDisposed);
  });

  it("leaves nothing behind but what was asked for", () => leaksNothing(() => {
    const seen = network.features(image, ["relu2_1", "pool3"]);
    tf.dispose([seen("relu2_1"), seen("pool3")]);
  }));

  it("names the nearest layer when asked for one that it lacks", () => {
    assert.throws(() => network.features(image, ["conv6_1"]), /no layer conv6_1 in random vgg19.*did you mean conv5_1\?/);
    assert.throws(() => network.features(image, ["relu1_1"])("relu2_1"), /no layer relu2_1.*did you mean relu1_1\?/);
  });

  it("refuses an image that is too small for the layer, and says what would do", () => {
    const small = tf.zeros<tf.Rank.R3>([8, 40, 3]);
    assert.throws(() => network.features(small, ["relu5_1"]), /8×40 is too small for relu5_1.*at least 16×16/);
    assert.throws(() => network.features(small, ["pool4"]), /at least 16×16/);
    tf.tidy(() => assert.deepEqual(network.features(small, ["relu4_1"])("relu4_1").shape, [1, 5, 32]));
    small.dispose();
  });

  it("refuses a pooling or a padding that does not exist", () => {
    assert.throws(() => vggFrom(network.filters, { ...network, pooling: "averge" as never }), /did you mean average/);
    assert.throws(() => vggFrom(network.filters, { ...network, padding: "replicate" as never }), /did you mean replication/);
  });
});
