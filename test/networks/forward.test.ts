// The forward pass: batches, gradients in pixels and parameters, what it frees, who owns the result, what it refuses.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { parameterShapes, type Architecture } from "../../src/networks/architectures/architecture";
import { convolution, instanceNorm, relu, tanh, upsample } from "../../src/networks/architectures/operation";
import { forward } from "../../src/networks/forward";
import { graphNetwork, type GraphNetwork } from "../../src/networks/graphNetwork";
import { randomNetwork } from "../../src/networks/randomNetwork";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { withFeatureCache } from "../../src/sweeps/featureCache";
import { assertClose, drawn, leaksNothing, numbers } from "../compare";

/** A small feed-forward image transformer. */
const transformer = (styles?: number): Architecture => ({
  name: "transformer",
  layers: [
    { name: "conv1", operation: convolution(8, 3, { stride: 2, paddingMode: "reflection" }) },
    { name: "norm1", operation: instanceNorm({ styles }) },
    { name: "relu1", operation: relu },
    { name: "up", operation: upsample(2) },
    { name: "conv2", operation: convolution(3, 3, { paddingMode: "replication" }) },
    { name: "output", operation: tanh },
  ],
  namings: [],
  tensorPattern: /$^/,
});

describe("a forward pass", () => {
  let network: Vgg;
  let images: Image[];
  let batch: tf.Tensor4D;
  before(async () => {
    network = await randomVgg({ seed: 2, width: 1 / 16 });
    images = [1, 2, 3].map((seed) => noise([24, 31], { seed }));
    batch = tf.stack(images) as tf.Tensor4D;
  });
  after(() => { network.dispose(); tf.dispose([images, batch]); });

  it("of a batch gives every image its own activations", () => leaksNothing(() => tf.tidy(() => {
    const layers = ["relu1_1", "pool2", "relu3_1", "pixels"];
    const activations = network.forward(batch, layers);
    assert.deepEqual([...activations.keys()], layers);
    images.forEach((image, n) => {
      const features = network.features(image, layers);
      for (const layer of layers) assertClose(tf.gather(activations.get(layer)!, n), features(layer), 1e-5, layer);
    });
  })));

  it("leaves the wanted activations and nothing else", () => leaksNothing(() => {
    const before = tf.memory().numTensors;
    const activations = network.forward(batch, ["conv2_1", "relu2_1", "relu3_1"]);
    assert.equal(tf.memory().numTensors, before + 3);
    tf.dispose([...activations.values()]);
  }));

  it("holds no more activations at once than the next layer reads", () => tf.tidy(() => {
    // The parameters are asked for when their layer is reached: there, only its input and what is wanted may be left.
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const parametersOf = (layer: string): ReturnType<typeof network.filters.get> => {
      counts.push(tf.memory().numTensors - before);
      return network.filters.get(layer);
    };
    const layers = network.layers.map((name, i) => ({
      name, operation: name.startsWith("conv") ? convolution(network.filters.get(name)!.bias.size, 3) : relu, inputs: i ? [network.layers[i - 1]] : undefined,
    }));
    forward({ name: "it", layers, preprocessing: network.preprocessing, parametersOf }, batch, ["relu3_1"]);
    assert.deepEqual(counts, counts.map(() => 1));
  }));

  // TensorFlow.js' wasm backend has no gradient in a kernel: networks are trained on another engine.
  const skip = process.env.STYLOSCOPE_ENGINE === "wasm" && "wasm has no Conv2DBackpropFilter";
  it("has the gradient in a kernel that small differences show", { skip }, () => tf.tidy(() => {
    const { kernel, bias } = network.filters.get("conv1_2")!;
    const loss = (kernel: tf.Tensor): tf.Scalar => {
      const parameters = new Map(network.parameters).set("conv1_2", { kernel: kernel as tf.Tensor4D, bias });
      const { layers } = vggLayers(network);
      const pass = { name: "it", layers, preprocessing: network.preprocessing, parametersOf: (layer: string) => parameters.get(layer) };
      return tf.mean(tf.square(forward(pass, batch, ["conv2_1"]).get("conv2_1")!));
    };
    const gradient = tf.grad(loss)(kernel);
    const unit = (x: tf.Tensor): tf.Tensor => tf.div(x, tf.norm(x));
    const direction = tf.add(unit(gradient), unit(tf.randomNormal(kernel.shape, 0, 1, "float32", 7)));
    const at = (h: number): number => loss(tf.add(kernel, tf.mul(direction, h))).dataSync()[0];
    assertClose((at(3e-3) - at(-3e-3)) / 6e-3, tf.sum(tf.mul(gradient, direction)).dataSync()[0], 1e-2);
  }));
});

/** The layers of a VGG to conv2_1, as data. */
function vggLayers(network: Vgg): Pick<Architecture, "layers"> {
  const names = network.layers.slice(0, network.layers.indexOf("conv2_1")).filter((name) => !name.startsWith("pool"));
  const layers = [...names, "conv2_1"].map((name) =>
    ({ name, operation: name.startsWith("conv") ? convolution(network.filters.get(name)!.bias.size, 3) : relu }));
  return { layers };
}

describe("a network of convolutions, instance normalization, upsampling and tanh", () => {
  it("is random, calibrated, and turns images into images of their size", () => leaksNothing(async () => {
    const network = await randomNetwork(transformer(), { seed: 4 });
    assert.deepEqual([...network.filters.keys()], ["conv1", "conv2"]);
    assert.deepEqual([...network.parameters.keys()], ["conv1", "norm1", "conv2"]);
    tf.tidy(() => {
      const batch = tf.stack([noise([20, 26], { seed: 1 }), noise([20, 26], { seed: 2 })]) as tf.Tensor4D;
      const layers = network.forward(batch, ["norm1", "conv2", "output"]);
      assert.deepEqual(layers.get("output")!.shape, [2, 20, 26, 3]);
      assertClose(layers.get("output")!, numbers(layers.get("conv2")!).map(Math.tanh), 1e-5);
      const { mean, variance } = tf.moments(layers.get("norm1")!, [1, 2]);
      assert.ok(tf.max(tf.abs(mean)).dataSync()[0] < 1e-4);
      assertClose(variance, tf.onesLike(variance), 1e-3);
      const line: Image = tf.zeros([1, 9, 3]);
      assert.throws(() => network.features(line, ["output"]), /1×9 is too small for output of random transformer.*at least 2×2/);
    });
    network.dispose();
  }));

  it("with several styles is another network for each, from the same parameters", () => leaksNothing(async () => {
    const random = await randomNetwork(transformer(3));
    const image = noise([12, 12], { seed: 3 });
    assert.deepEqual(parameterShapes(transformer(3).layers).get("norm1"), { scale: [3, 8], shift: [3, 8] });
    tf.tidy(() => {
      const scale = tf.tensor2d(Array.from({ length: 24 }, (_, i) => 1 + Math.floor(i / 8)), [3, 8]);
      const parameters = new Map(random.parameters).set("norm1", { scale, shift: tf.zeros([3, 8]) });
      const { preprocessing } = random;
      const norm = (style: number | readonly number[]): tf.Tensor =>
        graphNetwork(transformer(3).layers, parameters, { name: "styled", preprocessing, style }).features(image, ["norm1"])("norm1");
      assertClose(norm(2), tf.mul(norm(0), 3), 1e-5);
      assertClose(norm([0, 0.5, 0.5]), tf.mul(norm(0), 2.5), 1e-5);
    });
    image.dispose();
    random.dispose();
  }));
});

describe("features", () => {
  let network: GraphNetwork;
  let image: Image;
  before(async () => { [network, image] = [await randomVgg({ width: 1 / 16 }), noise([32, 40])]; });
  after(() => { network.dispose(); image.dispose(); });

  it("are their caller's: dispose() frees them all, as often as it is called, and never the image", () => leaksNothing(() => {
    const features = network.features(image, ["pixels", "relu2_1", "pool3"]);
    const x = features("relu2_1");
    features.dispose();
    features.dispose();
    assert.ok(x.isDisposed && !image.isDisposed);
  }));

  it("of several names of one layer are freed, too", () => leaksNothing(() => {
    network.features(image, ["relu1_1", "relu1_1", "pixels"]).dispose();
  }));

  it("of a network that was disposed are refused, by its name", async () => {
    const other = await randomVgg({ width: 1 / 16, seed: 3 });
    other.dispose();
    assert.throws(() => other.features(image, ["relu1_1"]), /was disposed, .*: load it again/);
  });

  it("go with the tidy that they are computed in", () => leaksNothing(() => tf.tidy(() => void network.features(image, ["pixels", "relu2_1"]))));

  it("of a cached target stay the cache's, those of other images are the caller's", () => leaksNothing(() => {
    const cached = withFeatureCache({ ...network, dispose: () => undefined });
    const other = noise([32, 40], { seed: 9 });
    cached.store(image, ["pixels", "relu2_1"]);
    const features = cached.features(image, ["relu2_1"]);
    features.dispose();
    assert.ok(!features("relu2_1").isDisposed);
    assert.notEqual(cached.features(image, ["pixels"])("pixels"), image);
    cached.features(other, ["relu2_1"]).dispose();
    cached.dispose();
    assert.ok(features("relu2_1").isDisposed && !image.isDisposed);
    other.dispose();
  }));

  it("are refused for what is no image, naming it", () => leaksNothing(() => tf.tidy(() => {
    const refused = (input: unknown, message: RegExp): void => assert.throws(() => network.features(input as Image, ["relu1_1"]), message);
    refused(network.features(image, ["relu2_1"])("relu2_1"), /the image for random vgg19 .* must be \[height, width, 3\], got \[16, 20, 8\]/);
    refused(tf.zeros([2, 32, 32, 3]), /must be \[height, width, 3\], got \[2, 32, 32, 3\]/);
    refused(tf.zeros([32, 32]), /must be \[height, width, 3\], got \[32, 32\]/);
    refused(drawn([32, 32, 3]).dataSync(), /the image for random vgg19 .* is not an image/);
    const gone = noise([32, 32]);
    gone.dispose();
    refused(gone, /was disposed/);
  })));
});
