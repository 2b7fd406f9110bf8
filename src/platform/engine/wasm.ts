// The WebAssembly engine, which needs no native code. It replaces two slow kernels of TensorFlow.js and two inaccurate ones, and adds two
// missing ones.
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths, type BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { blockLength } from "./blockedSum";

interface Call {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, any>;
  backend: BackendWasm;
}
type Kernel = (call: Call) => tf.TensorInfo;

/** Locates the WebAssembly binaries in node_modules and replaces kernels. */
function prepareWasm(): void {
  setWasmPaths(path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + path.sep);
  if (prepared) return;
  prepared = true;
  replace("Conv2DBackpropInput", inputGradient);
  replace("BatchMatMul", transposeFirst);
  replace("Sum", inBlocks);
  replace("Mean", inBlocks);
  for (const [kernelName, kernelFunc] of Object.entries({ UnsortedSegmentSum: segmentSum, Conv2DBackpropFilter: filterGradient }))
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: kernelFunc as unknown as tf.KernelFunc });
}
let prepared = false;

/**
 * Start-up code of the binary adds listeners that end the process on any unhandled rejection, which a notebook must survive. They
 * are told by their source, because others may add listeners meanwhile.
 */
async function withoutListeners<Result>(start: () => Result | Promise<Result>): Promise<Result> {
  const events = ["unhandledRejection", "uncaughtException"];
  const before = events.map((event) => process.rawListeners(event));
  try {
    return await start();
  } finally {
    for (const [i, event] of events.entries())
      for (const listener of process.rawListeners(event))
        if (!before[i].includes(listener) && /ExitStatus|\(reason\) \{ throw reason; \}/.test(String(listener))) process.off(event, listener as () => void);
  }
}

// The factory, not its caller, prepares: `tf.setBackend("wasm")` and `tf.ready()` then start the same engine as `engine()`.
const { factory, priority } = tf.engine().registryFactory.wasm;
tf.removeBackend("wasm");
tf.registerBackend("wasm", () => {
  prepareWasm();
  return withoutListeners(factory as () => Promise<tf.KernelBackend>);
}, priority);

/** Replaces a registered kernel by `wrap(original)`. */
function replace(kernelName: string, wrap: (original: Kernel) => Kernel): void {
  const config = tf.getKernel(kernelName, "wasm"); // its setup function is kept: it binds the C++ side
  const kernelFunc = wrap(config.kernelFunc as unknown as Kernel) as unknown as tf.KernelFunc;
  tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({ ...config, kernelFunc });
}

function kernel(name: string): Kernel {
  return tf.getKernel(name, "wasm").kernelFunc as unknown as Kernel;
}

/**
 * The gradient of a stride-1 convolution with respect to its input is a convolution with the flipped filter, its input and output
 * channels swapped. As such it runs through the fast forward kernel.
 */
function inputGradient(original: Kernel): Kernel {
  return (call) => {
    const { dy, filter } = call.inputs;
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = call.attrs;
    const [height, width] = filter.shape;
    const unitStride = [strides].flat().every((stride: number) => stride === 1);
    if (dataFormat !== "NHWC" || !unitStride) return original(call);
    const { padInfo } = tf.backend_util.computeConv2DInfo(
      inputShape, filter.shape as [number, number, number, number], 1, 1, pad, dimRoundingMode);
    const [top, bottom] = [height - 1 - padInfo.top, height - 1 - padInfo.bottom];
    const [left, right] = [width - 1 - padInfo.left, width - 1 - padInfo.right];
    if (Math.min(top, bottom, left, right) < 0) return original(call);
    return kernel("Conv2D")({
      inputs: { x: dy, filter: flipped(filter, call.backend) },
      attrs: { strides: [1, 1], dilations: [1, 1], dataFormat, pad: [[0, 0], [top, bottom], [left, right], [0, 0]] },
      backend: call.backend,
    });
  };
}

/** Filters `[kh, kw, in, out]` flipped to `[kh, kw, out, in]`, by the data id of the original: computed once, disposed of with it. */
const flippedFilters = new WeakMap<object, tf.TensorInfo>();

function flipped(filter: tf.TensorInfo, backend: BackendWasm): tf.TensorInfo {
  disposeWithOriginal(backend);
  let flip = flippedFilters.get(filter.dataId);
  if (!flip) {
    const [height, width, inputs, outputs] = filter.shape;
    const original = backend.typedArrayFromHeap(filter) as Float32Array;
    const values = new Float32Array(original.length);
    const taps = height * width;
    for (let tap = 0, index = 0; tap < taps; tap++) {
      const base = (taps - 1 - tap) * inputs * outputs;
      for (let o = 0; o < outputs; o++) for (let i = 0; i < inputs; i++) values[index++] = original[base + i * outputs + o];
    }
    flip = backend.makeOutput([height, width, outputs, inputs], "float32", undefined, values);
    flippedFilters.set(filter.dataId, flip);
  }
  return flip;
}

const patched = new WeakSet<BackendWasm>();

/** Patches `disposeData`, once for each backend, so that a filter takes its flipped copy with it. */
function disposeWithOriginal(backend: BackendWasm): void {
  if (patched.has(backend)) return;
  patched.add(backend);
  const dispose = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const disposed = dispose(dataId, force);
    const flip = disposed ? flippedFilters.get(dataId) : undefined;
    if (flip) {
      flippedFilters.delete(dataId);
      dispose(flip.dataId, true);
    }
    return disposed;
  };
}

/** The matrix product kernel is fast only without transposed operands, so transpose them first. */
function transposeFirst(original: Kernel): Kernel {
  return (call) => {
    const { a, b } = call.inputs;
    const { transposeA, transposeB } = call.attrs;
    if (!transposeA && !transposeB) return original(call);
    const left = transposeA ? transposed(a, call.backend) : a;
    const right = transposeB ? transposed(b, call.backend) : b;
    const product = original({ ...call, inputs: { a: left, b: right }, attrs: { transposeA: false, transposeB: false } });
    if (left !== a) call.backend.disposeData(left.dataId);
    if (right !== b) call.backend.disposeData(right.dataId);
    return product;
  };
}

function transposed(x: tf.TensorInfo, backend: BackendWasm): tf.TensorInfo {
  const rank = x.shape.length;
  const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  return kernel("Transpose")({ inputs: { x }, attrs: { perm }, backend });
}

/** Long sums and means over the last axes: first of blocks, then of those. */
function inBlocks(original: Kernel): Kernel {
  return (call) => {
    const { x } = call.inputs;
    const axes = tf.util.parseAxisParam(call.attrs.axis, x.shape).sort((a, b) => a - b);
    const outer = x.shape.slice(0, x.shape.length - axes.length);
    const count = tf.util.sizeFromShape(outer);
    const length = tf.util.sizeFromShape(x.shape) / count;
    const block = axes[0] === outer.length && x.dtype === "float32" ? blockLength(length) : 1;
    if (block === 1) return original(call);
    const shape = [count, length / block, block];
    const blocks = original({ ...call, inputs: { x: { ...x, shape } }, attrs: { axis: [2], keepDims: false } });
    const result = original({ ...call, inputs: { x: blocks }, attrs: { axis: [1], keepDims: false } });
    call.backend.disposeData(blocks.dataId);
    return { ...result, shape: call.attrs.keepDims ? [...outer, ...axes.map(() => 1)] : outer };
  };
}

/** Used by the gradient of `tf.gather`. The wasm backend lacks it, but its ScatterNd adds up duplicates as well. */
const segmentSum: Kernel = ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
  const indices = { ...segmentIds, shape: [...segmentIds.shape, 1] };
  const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
  return kernel("ScatterNd")({ inputs: { indices, updates: x }, attrs: { shape }, backend });
};

/**
 * The gradient of a convolution's filter, which a network that learns asks for. At each place of the filter it is the product of the part of
 * the input that this place met, `[in, positions]`, and dy, `[positions, out]`.
 */
const filterGradient: Kernel = ({ inputs: { x, dy }, attrs: { strides, pad, dataFormat, dimRoundingMode, filterShape }, backend }) => {
  if (dataFormat !== "NHWC") throw new Error(`the gradient of a filter takes NHWC on wasm, not ${dataFormat}`);
  const { padInfo, strideHeight, strideWidth, batchSize, outHeight, outWidth, inChannels, outChannels, filterHeight, filterWidth } =
    tf.backend_util.computeConv2DInfo(x.shape as [number, number, number, number], filterShape, strides, 1, pad, dimRoundingMode);
  const paddings = [[0, 0], [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [0, 0]];
  const padded = kernel("PadV2")({ inputs: { x }, attrs: { paddings, constantValue: 0 }, backend });
  const b = { ...dy, shape: [1, batchSize * outHeight * outWidth, outChannels] };
  const parts: tf.TensorInfo[] = [];
  for (let row = 0; row < filterHeight; row++) for (let column = 0; column < filterWidth; column++) {
    const begin = [0, row, column, 0];
    const end = [batchSize, row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1, inChannels];
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    const part = kernel("StridedSlice")({ inputs: { x: padded }, attrs: { begin, end, strides: [1, strideHeight, strideWidth, 1], ...masks }, backend });
    const a = { ...part, shape: [1, batchSize * outHeight * outWidth, inChannels] };
    parts.push(kernel("BatchMatMul")({ inputs: { a, b }, attrs: { transposeA: true, transposeB: false }, backend }));
    backend.disposeData(part.dataId);
  }
  const all = kernel("Concat")({ inputs: parts as unknown as Record<string, tf.TensorInfo>, attrs: { axis: 0 }, backend });
  for (const { dataId } of [padded, ...parts]) backend.disposeData(dataId);
  return { ...all, shape: filterShape };
};
