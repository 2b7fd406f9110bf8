// The floor: loss and pixel gradient of VGG-19 as one ONNX graph written by hand, as well as we know how, and run by ONNX Runtime
// directly. No kernel of the engine is in it; what the engine costs is its distance from this.
import * as os from "node:os";
import { Tensor } from "onnxruntime-common";
import { binding, initOrt } from "onnxruntime-node/dist/binding";
import type { Image } from "../../src/image";
import type { Vgg } from "../../src/networks/vgg";
import { pending } from "../../src/platform/engine/onnx/graph";
import { modelOf } from "../../src/platform/engine/onnx/model";
import { apply, constant, leaf, list, record, scalar, sizeOf, type Value } from "../../src/platform/engine/onnx/value";
import { blocked, convolution, filtersOf, flat, gram, op, ramp, type Filters } from "./floorParts";

export interface Floor {
  /** Loss and pixel gradient of an image `[height, width, 3]`. */
  run(image: Float32Array): { value: number; gradient: Float32Array };
  dispose(): void;
}

const content = "4_2";
const style = ["1_1", "2_1", "3_1", "4_1", "5_1"];
/** What happens to an image on its way to relu5_1. */
const way = ["1_1", "1_2", "pool", "2_1", "2_2", "pool", "3_1", "3_2", "3_3", "3_4", "pool", "4_1", "4_2", "4_3", "4_4", "pool", "5_1"];
const window = { kernel_shape: [2, 2], strides: [2, 2] };

/** The graph for images of the size of `photo`: the targets' features and all filters are built in. */
export async function floor(network: Vgg, photo: Image, painting: Image): Promise<Floor> {
  initOrt();
  const filters: Record<string, Filters> = {};
  for (const step of new Set(way.filter((name) => name !== "pool")))
    filters[step] = await filtersOf(network.filters.get(`conv${step}`)!);
  const seen = async (target: Image, wanted: (layers: Record<string, Value>) => Value[]): Promise<Float32Array[]> => {
    const image = input(target);
    const session = start(image, wanted(forward(network, filters, image).layers));
    const found = session.run(await target.data() as Float32Array);
    session.dispose();
    return found;
  };
  const [features] = await seen(photo, (layers) => [layers[content]]);
  const grams = await seen(painting, (layers) => style.map((step) => gram(layers[step])));
  const image = input(photo);
  const session = start(image, lossAndGradient(network, filters, image, features, grams));
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

interface Forward { readonly layers: Record<string, Value>; readonly pools: { pooled: Value; places: Value }[] }

/** All rectified layers, and the poolings: the largest of every window and its place. */
function forward({ preprocessing: { mean, scale } }: Vgg, filters: Record<string, Filters>, image: Value): Forward {
  const [height, width] = image.dims;
  const batch = apply("Reshape", [image, list([1, height, width, 3])], [1, height, width, 3]);
  const planes = apply("Transpose", [batch], [1, 3, height, width], { perm: [0, 3, 1, 2] });
  let x = op("Mul", op("Sub", planes, perChannel(mean)), perChannel(scale));
  const [layers, pools]: [Record<string, Value>, Forward["pools"]] = [{}, []];
  for (const step of way)
    if (step === "pool") {
      const [, channels, tall, wide] = x.dims;
      const dims = [1, channels, Math.floor(tall / 2), Math.floor(wide / 2)];
      const [pooled, places] = record("MaxPool", [x], window, [{ type: "float32", dims }, { type: "int64", dims }]);
      pools.push({ pooled, places });
      x = apply("MaxPool", [x], dims, window); // once more, without places: this one stays in the blocked layout
    } else layers[step] = x = op("Relu", convolution(x, filters[step].forth, filters[step].bias));
  return { layers, pools };
}

function lossAndGradient(network: Vgg, filters: Record<string, Filters>, image: Value, features: Float32Array, grams: Float32Array[]): Value[] {
  const { layers, pools } = forward(network, filters, image);
  const losses: Value[] = [];
  /** The slope that the terms themselves have at a layer. */
  const own = (step: string): Value | undefined => {
    const x = layers[step];
    const meanSquare = (difference: Value): Value => apply("ReduceMean", [op("Mul", difference, difference)], [], { keepdims: 0 });
    if (step === content) {
      const difference = op("Sub", x, leaf("float32", x.dims, features));
      losses.push(meanSquare(difference));
      return op("Mul", difference, scalar(2 / sizeOf(x.dims)));
    }
    const at = style.indexOf(step);
    if (at < 0) return undefined;
    const [channels, positions] = flat(x).dims;
    const difference = op("Sub", gram(x), leaf("float32", [channels, channels], grams[at]));
    losses.push(op("Mul", meanSquare(difference), scalar(1 / style.length)));
    const scaled = op("Mul", difference, scalar(4 / (channels ** 2 * positions * style.length)));
    return apply("Reshape", [apply("Gemm", [scaled, flat(x)], [channels, positions]), list(x.dims)], x.dims);
  };
  /** Back through the convolution and the relu of a step; below a pooling the relu is passed already. */
  const back = (step: string, slope: Value | undefined, passed: boolean): Value => {
    const [x, here] = [layers[step], own(step)];
    if (passed) return convolution(slope!, filters[step].back);
    const through = slope
      ? op("Mul", here ? op("Add", slope, blocked(here)) : slope, ramp(blocked(x)))
      : op("Mul", here!, ramp(x));
    return convolution(through, filters[step].back);
  };
  let slope: Value | undefined;
  [...way].reverse().forEach((step, at, steps) => {
    if (step !== "pool") slope = back(step, slope, steps[at - 1] === "pool");
    else {
      const { pooled, places } = pools.pop()!;
      const { dims } = layers[steps[at + 1]];
      slope = apply("MaxUnpool", [op("Mul", slope!, ramp(pooled)), places, list(dims)], dims, window);
    }
  });
  const scaled = op("Mul", slope!, perChannel(network.preprocessing.scale));
  const last = apply("Transpose", [scaled], [1, ...image.dims], { perm: [0, 2, 3, 1] });
  return [losses.reduce((a, b) => op("Add", a, b)), apply("Reshape", [last, list(image.dims)], image.dims)];
}

/** A session from `image` to `outputs`; every other leaf is built in. */
function start(image: Value, outputs: readonly Value[]): { run(pixels: Float32Array): Float32Array[]; dispose(): void } {
  const graph = pending(outputs);
  const initializers = [...graph.structurals, ...graph.leaves.filter((value) => value !== image)];
  const { bytes, externalData } = modelOf({ ...graph, inputs: [image], initializers });
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
      const found = native.run({ [name(image)]: new Tensor("float32", pixels, image.dims) as never },
        Object.fromEntries(outputs.map((value) => [name(value), null])), {});
      return outputs.map((value) => found[name(value)].data as Float32Array);
    },
    dispose: () => native.dispose(),
  };
}
