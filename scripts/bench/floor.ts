// The floor: loss and pixel gradient of VGG-19 as one ONNX graph, optimized by hand and run by ONNX Runtime directly. It uses no kernel
// of the engine; the overhead of the engine is its distance from the floor.
import * as os from "node:os";
import { Tensor } from "onnxruntime-common";
import { binding, initOrt } from "onnxruntime-node/dist/binding";
import type { Image } from "../../src/image";
import type { Vgg } from "../../src/networks/vgg";
import { pendingGraph } from "../../src/platform/engine/onnx/graph";
import { encodeModel } from "../../src/platform/engine/onnx/model";
import { apply, constant, leaf, int64List, record, scalar, sizeOf, type Value } from "../../src/platform/engine/onnx/value";
import { convolution, filtersOf, flat, gram, op, positiveMask, toBlockedLayout, type Filters } from "./floorParts";

interface Floor {
  /** Loss and pixel gradient of an image `[height, width, 3]`. */
  run(image: Float32Array): { value: number; gradient: Float32Array };
  dispose(): void;
}

const content = "4_2";
const style = ["1_1", "2_1", "3_1", "4_1", "5_1"];
/** The convolutions and poolings up to relu5_1. */
const steps = ["1_1", "1_2", "pool", "2_1", "2_2", "pool", "3_1", "3_2", "3_3", "3_4", "pool", "4_1", "4_2", "4_3", "4_4", "pool", "5_1"];
const window = { kernel_shape: [2, 2], strides: [2, 2] };

/** The graph for images of the size of `photo`; the targets' features and all filters are initializers. */
export async function floor(network: Vgg, photo: Image, painting: Image): Promise<Floor> {
  initOrt();
  const filters: Record<string, Filters> = {};
  for (const step of new Set(steps.filter((name) => name !== "pool")))
    filters[step] = await filtersOf(network.filters.get(`conv${step}`)!);
  const targetFeatures = async (target: Image, outputsOf: (layers: Record<string, Value>) => Value[]): Promise<Float32Array[]> => {
    const image = input(target);
    const session = openSession(image, outputsOf(forward(network, filters, image).layers));
    const results = session.run(await target.data() as Float32Array);
    session.dispose();
    return results;
  };
  const [features] = await targetFeatures(photo, (layers) => [layers[content]]);
  const grams = await targetFeatures(painting, (layers) => style.map((step) => gram(layers[step])));
  const image = input(photo);
  const session = openSession(image, lossAndGradient(network, filters, image, features, grams));
  return {
    run(pixels) {
      const [value, gradient] = session.run(pixels);
      return { value: value[0], gradient };
    },
    dispose: session.dispose,
  };
}

const input = (image: Image): Value => leaf("float32", image.shape, new Float32Array(0));

const perChannel = (numbers: readonly number[]): Value => constant("float32", [1, 3, 1, 1], numbers);

interface Forward { readonly layers: Record<string, Value>; readonly pools: { pooled: Value; indices: Value }[] }

/** The outputs of all relus, and of the poolings: every window's maximum and its index. */
function forward({ preprocessing: { mean, scale } }: Vgg, filters: Record<string, Filters>, image: Value): Forward {
  const [height, width] = image.dims;
  const batch = apply("Reshape", [image, int64List([1, height, width, 3])], [1, height, width, 3]);
  const planes = apply("Transpose", [batch], [1, 3, height, width], { perm: [0, 3, 1, 2] });
  let x = op("Mul", op("Sub", planes, perChannel(mean)), perChannel(scale));
  const [layers, pools]: [Record<string, Value>, Forward["pools"]] = [{}, []];
  for (const step of steps)
    if (step === "pool") {
      const [, channels, inputHeight, inputWidth] = x.dims;
      const dims = [1, channels, Math.floor(inputHeight / 2), Math.floor(inputWidth / 2)];
      const [pooled, indices] = record("MaxPool", [x], window, [{ type: "float32", dims }, { type: "int64", dims }]);
      pools.push({ pooled, indices });
      x = apply("MaxPool", [x], dims, window); // again, without indices: this one stays in the blocked layout
    } else layers[step] = x = op("Relu", convolution(x, filters[step].forward, filters[step].bias));
  return { layers, pools };
}

function lossAndGradient(network: Vgg, filters: Record<string, Filters>, image: Value, features: Float32Array, grams: Float32Array[]): Value[] {
  const { layers, pools } = forward(network, filters, image);
  const losses: Value[] = [];
  /** The gradient of the terms at a layer. */
  const termGradient = (step: string): Value | undefined => {
    const x = layers[step];
    const meanSquare = (difference: Value): Value => apply("ReduceMean", [op("Mul", difference, difference)], [], { keepdims: 0 });
    if (step === content) {
      const difference = op("Sub", x, leaf("float32", x.dims, features));
      losses.push(meanSquare(difference));
      return op("Mul", difference, scalar(2 / sizeOf(x.dims)));
    }
    const index = style.indexOf(step);
    if (index < 0) return undefined;
    const [channels, positions] = flat(x).dims;
    const difference = op("Sub", gram(x), leaf("float32", [channels, channels], grams[index]));
    losses.push(op("Mul", meanSquare(difference), scalar(1 / style.length)));
    const scaled = op("Mul", difference, scalar(4 / (channels ** 2 * positions * style.length)));
    return apply("Reshape", [apply("Gemm", [scaled, flat(x)], [channels, positions]), int64List(x.dims)], x.dims);
  };
  /** The backward pass through relu and convolution; below a pooling the gradient is already masked by the relu. */
  const backward = (step: string, gradient: Value | undefined, isMasked: boolean): Value => {
    const [x, ownGradient] = [layers[step], termGradient(step)];
    if (isMasked) return convolution(gradient!, filters[step].backward);
    const masked = gradient
      ? op("Mul", ownGradient ? op("Add", gradient, toBlockedLayout(ownGradient)) : gradient, positiveMask(toBlockedLayout(x)))
      : op("Mul", ownGradient!, positiveMask(x));
    return convolution(masked, filters[step].backward);
  };
  let gradient: Value | undefined;
  [...steps].reverse().forEach((step, i, reversed) => {
    if (step !== "pool") gradient = backward(step, gradient, reversed[i - 1] === "pool");
    else {
      const { pooled, indices } = pools.pop()!;
      const { dims } = layers[reversed[i + 1]];
      gradient = apply("MaxUnpool", [op("Mul", gradient!, positiveMask(pooled)), indices, int64List(dims)], dims, window);
    }
  });
  const scaled = op("Mul", gradient!, perChannel(network.preprocessing.scale));
  const last = apply("Transpose", [scaled], [1, ...image.dims], { perm: [0, 2, 3, 1] });
  return [losses.reduce((a, b) => op("Add", a, b)), apply("Reshape", [last, int64List(image.dims)], image.dims)];
}

/** A session from `image` to `outputs`; every other leaf is an initializer. */
function openSession(image: Value, outputs: readonly Value[]): { run(pixels: Float32Array): Float32Array[]; dispose(): void } {
  const graph = pendingGraph(outputs);
  const initializers = [...graph.constants, ...graph.leaves.filter((value) => value !== image)];
  const { bytes, externalData } = encodeModel({ ...graph, inputs: [image], initializers });
  const native = new binding.InferenceSession();
  native.loadModel(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength, {
    externalData,
    graphOptimizationLevel: "all",
    intraOpNumThreads: os.availableParallelism(),
    logSeverityLevel: 4,
    extra: { session: { set_denormal_as_zero: "1", force_spinning_stop: "1" } },
  });
  const name = (value: Value): string => graph.names.get(value.id)!;
  return {
    run(pixels) {
      const results = native.run({ [name(image)]: new Tensor("float32", pixels, image.dims) as never },
        Object.fromEntries(outputs.map((value) => [name(value), null])), {});
      return outputs.map((value) => results[name(value)].data as Float32Array);
    },
    dispose: () => native.dispose(),
  };
}
