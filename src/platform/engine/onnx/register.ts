// Registers the backend and its kernels with TensorFlow.js.
import * as tf from "@tensorflow/tfjs";
import { threadsWanted } from "../threads";
import { OnnxBackend, type Entry } from "./backend";
import { fallback } from "./fallback";
import { activation } from "./kernels/activation";
import { arithmetic } from "./kernels/arithmetic";
import { comparison } from "./kernels/comparison";
import { convolutions } from "./kernels/convolution";
import { creations } from "./kernels/creation";
import { gathers } from "./kernels/gather";
import { axesOf, type Inputs, type Kernel, type Kernels } from "./kernels/kernel";
import { normalizations } from "./kernels/normalization";
import { poolings } from "./kernels/pooling";
import { products } from "./kernels/product";
import { reductions } from "./kernels/reduction";
import { resizes } from "./kernels/resize";
import { shapes } from "./kernels/shape";
import type { SessionOptions } from "./sessions";
import { reshape } from "./tensorView";
import { recordFor } from "./value";

export const kernels: Kernels = {
  ...arithmetic, ...activation, ...comparison, ...reductions, ...products, ...convolutions, ...poolings,
  ...shapes, ...gathers, ...resizes, ...normalizations, ...creations,
};

type Call = Parameters<tf.KernelFunc>[0];

/** Puts the backend in place under `name`; `options` as in `SessionOptions`, threads as `STYLOSCOPE_THREADS` says. */
export function registerOnnx(name: string, options: Partial<SessionOptions> = {}): void {
  if (tf.engine().registryFactory[name]) return;
  const settings = { provider: "cpu", threads: threadsWanted(), sessions: 64, bytes: 2 ** 31, ...options };
  tf.registerBackend(name, () => new OnnxBackend(settings), 4);
  const add = (kernelName: string, kernelFunc: (call: Call) => tf.TensorInfo | tf.TensorInfo[]): void =>
    tf.registerKernel({ kernelName, backendName: name, kernelFunc });
  for (const [kernelName, kernel] of Object.entries(kernels)) add(kernelName, recorded(kernelName, kernel));
  for (const [kernelName, kernel] of Object.entries(views)) add(kernelName, kernel);
  const known = new Set([...Object.keys(kernels), ...Object.keys(views)]);
  for (const { kernelName } of tf.getKernelsForBackend("cpu"))
    if (!known.has(kernelName)) add(kernelName, fallback(kernelName, true));
}

/** A kernel as TensorFlow.js calls it: text and complex numbers are left to TensorFlow.js' own. */
function recorded(kernelName: string, kernel: Kernel): (call: Call) => tf.TensorInfo | tf.TensorInfo[] {
  const elsewhere = fallback(kernelName, false);
  const instead = fallback(kernelName, true);
  return (call) => {
    const backend = call.backend as OnnxBackend;
    const given = Object.entries(call.inputs).filter(([, info]) => info) as [string, tf.TensorInfo][];
    if (given.some(([, { dtype }]) => dtype === "string" || dtype === "complex64")) return elsewhere(call);
    const wanted = (call.attrs as { dtype?: string } | undefined)?.dtype;
    if (wanted === "string" || wanted === "complex64") return elsewhere(call);
    recordFor(`${kernelName} ${given.map(([, { shape }]) => `[${shape}]`).join(" ")}`);
    const inputs: Inputs = Object.fromEntries(given.map(([key, info]) => [key, reshape(backend.laidOf(info), info.shape)]));
    const result = kernel(inputs, call.attrs ?? {});
    if (!result) return instead(call);
    const infos = Array.isArray(result) ? result.map((x) => backend.show(x)) : backend.show(result);
    backend.keepShort();
    return infos;
  };
}

const shownAs = (backend: OnnxBackend, { dataId, dtype }: tf.TensorInfo, shape: number[]): tf.TensorInfo => {
  backend.incRef(dataId);
  return { dataId, shape, dtype };
};

/** Kernels that show what is there: in another shape, or as parts of complex numbers. */
const views: Record<string, (call: Call) => tf.TensorInfo> = {
  Identity: ({ inputs, backend }) => shownAs(backend as OnnxBackend, inputs.x as tf.TensorInfo, (inputs.x as tf.TensorInfo).shape),
  Reshape: ({ inputs, attrs, backend }) => {
    const x = inputs.x as tf.TensorInfo;
    const size = tf.util.sizeFromShape(x.shape);
    const shape = tf.util.inferFromImplicitShape((attrs as { shape: number[] }).shape, size);
    if (tf.util.sizeFromShape(shape) !== size)
      throw new RangeError(`the new shape [${shape}] has ${tf.util.sizeFromShape(shape)} elements and the old shape [${x.shape}] ${size}`);
    return shownAs(backend as OnnxBackend, x, shape);
  },
  ExpandDims: ({ inputs, attrs, backend }) => {
    const x = inputs.input as tf.TensorInfo;
    const { dim } = attrs as { dim: number };
    const [at] = axesOf([...x.shape, 1], dim);
    return shownAs(backend as OnnxBackend, x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
  },
  Complex: ({ inputs, backend }) => {
    const [real, imag] = [inputs.real, inputs.imag].map((part) => part as tf.TensorInfo);
    const onnx = backend as OnnxBackend;
    const copy = (x: tf.TensorInfo): tf.TensorInfo => onnx.show(reshape(onnx.laidOf(x), x.shape), "float32");
    return onnx.add({ dtype: "complex64", count: 1, complex: { real: copy(real), imag: copy(imag) } }, real.shape);
  },
  Real: ({ inputs, backend }) => part(backend as OnnxBackend, inputs.input as tf.TensorInfo, "real"),
  Imag: ({ inputs, backend }) => part(backend as OnnxBackend, inputs.input as tf.TensorInfo, "imag"),
};

function part(backend: OnnxBackend, { dataId, shape }: tf.TensorInfo, which: keyof NonNullable<Entry["complex"]>): tf.TensorInfo {
  return backend.show(reshape(backend.laidOf(backend.entry(dataId).complex![which]), shape), "float32");
}
