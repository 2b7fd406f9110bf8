// The WebAssembly engine: it needs nothing but npm. Two of its kernels are slow by far, two lose digits; here are better ones, and one it
// lacks.
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

/** Finds the WebAssembly binaries in node_modules and puts the faster kernels in place. May be called again. */
export function prepareWasm(): void {
  setWasmPaths(path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + path.sep);
  if (prepared) return;
  prepared = true;
  replace("Conv2DBackpropInput", pixelGradient);
  replace("BatchMatMul", multiplyPlain);
  replace("Sum", inRows);
  replace("Mean", inRows);
  tf.registerKernel({ kernelName: "UnsortedSegmentSum", backendName: "wasm", kernelFunc: sumOfSegments as unknown as tf.KernelFunc });
}
let prepared = false;

/** Swaps a registered kernel for `make(original)`. */
function replace(kernelName: string, make: (original: Kernel) => Kernel): void {
  const config = tf.getKernel(kernelName, "wasm"); // its setup function must come along: it binds the C++ side
  const kernelFunc = make(config.kernelFunc as unknown as Kernel) as unknown as tf.KernelFunc;
  tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({ ...config, kernelFunc });
}

function kernel(name: string): Kernel {
  return tf.getKernel(name, "wasm").kernelFunc as unknown as Kernel;
}

/**
 * The gradient of a stride-1 convolution with respect to its input is itself a convolution: with the filter turned by
 * 180° and its channels swapped. As such it runs through the fast forward kernel.
 */
function pixelGradient(original: Kernel): Kernel {
  return (call) => {
    const { dy, filter } = call.inputs;
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = call.attrs;
    const [height, width] = filter.shape;
    const plain = dataFormat === "NHWC" && [strides].flat().every((stride: number) => stride === 1);
    if (!plain) return original(call);
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

/** Filters `[kh, kw, in, out]` turned by 180° to `[kh, kw, out, in]`: made once, and forgotten with their filter. */
const flips = new WeakMap<object, tf.TensorInfo>();

function flipped(filter: tf.TensorInfo, backend: BackendWasm): tf.TensorInfo {
  forgetWithFilter(backend);
  let flip = flips.get(filter.dataId);
  if (!flip) {
    const [height, width, inputs, outputs] = filter.shape;
    const from = backend.typedArrayFromHeap(filter) as Float32Array;
    const values = new Float32Array(from.length);
    const taps = height * width;
    for (let tap = 0, at = 0; tap < taps; tap++) {
      const base = (taps - 1 - tap) * inputs * outputs;
      for (let o = 0; o < outputs; o++) for (let i = 0; i < inputs; i++) values[at++] = from[base + i * outputs + o];
    }
    flip = backend.makeOutput([height, width, outputs, inputs], "float32", undefined, values);
    flips.set(filter.dataId, flip);
  }
  return flip;
}

const watched = new WeakSet<BackendWasm>();

function forgetWithFilter(backend: BackendWasm): void {
  if (watched.has(backend)) return;
  watched.add(backend);
  const dispose = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const gone = dispose(dataId, force);
    const flip = gone ? flips.get(dataId) : undefined;
    if (flip) {
      flips.delete(dataId);
      dispose(flip.dataId, true);
    }
    return gone;
  };
}

/** The matrix kernel is fast only when nothing is to be transposed, so transpose first. */
function multiplyPlain(original: Kernel): Kernel {
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

/** Long sums and means over the last axes, in two steps. */
function inRows(original: Kernel): Kernel {
  return (call) => {
    const { x } = call.inputs;
    const axes = tf.util.parseAxisParam(call.attrs.axis, x.shape).sort((a, b) => a - b);
    const before = x.shape.slice(0, x.shape.length - axes.length);
    const several = tf.util.sizeFromShape(before);
    const length = tf.util.sizeFromShape(x.shape) / several;
    const row = axes[0] === before.length && x.dtype === "float32" ? blockLength(length) : 1;
    if (row === 1) return original(call);
    const rows = original({ ...call, inputs: { x: { ...x, shape: [several, length / row, row] } }, attrs: { axis: [2], keepDims: false } });
    const whole = original({ ...call, inputs: { x: rows }, attrs: { axis: [1], keepDims: false } });
    call.backend.disposeData(rows.dataId);
    return { ...whole, shape: call.attrs.keepDims ? [...before, ...axes.map(() => 1)] : before };
  };
}

/** What the gradient of `tf.gather` adds up with. The wasm backend lacks it, but its scattering of rows adds up as well. */
const sumOfSegments: Kernel = ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
  const indices = { ...segmentIds, shape: [...segmentIds.shape, 1] };
  const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
  return kernel("ScatterNd")({ inputs: { indices, updates: x }, attrs: { shape }, backend });
};
