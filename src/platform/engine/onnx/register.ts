// Registers the backend and its kernels with TensorFlow.js.
import * as tf from "@tensorflow/tfjs";
import { threadCount } from "../threads";
import { OnnxBackend } from "./backend";
import { viewOf, type Entry } from "./entry";
import { fallback } from "./fallback";
import { activation } from "./kernels/activation";
import { arithmetic } from "./kernels/arithmetic";
import { comparison } from "./kernels/comparison";
import { convolutions } from "./kernels/convolution";
import { creations } from "./kernels/creation";
import { dependsOnNumbers, gathers } from "./kernels/gather";
import { axesOf, type Kernel, type Kernels } from "./kernels/kernel";
import { normalizations } from "./kernels/normalization";
import { poolings } from "./kernels/pooling";
import { products } from "./kernels/product";
import { reductions } from "./kernels/reduction";
import { resizes } from "./kernels/resize";
import { shapes } from "./kernels/shape";
import { kernelDepth, replayGradients } from "./replay/replayGradients";
import type { Incoming } from "./replay/trace";
import type { SessionOptions } from "./sessions";
import { reshape, type TensorView } from "./tensorView";
import { setOrigin, type Data } from "./value";

const kernels: Kernels = {
  ...arithmetic, ...activation, ...comparison, ...reductions, ...products, ...convolutions, ...poolings,
  ...shapes, ...gathers, ...resizes, ...normalizations, ...creations,
};

type Call = Parameters<tf.KernelFunc>[0];

/** Registers the backend as `name`; `options` as in `SessionOptions`, with as many threads as `STYLOSCOPE_THREADS` says. */
export function registerOnnx(name: string, options: Partial<SessionOptions> = {}): void {
  if (tf.engine().registryFactory[name]) return;
  const settings = { provider: "cpu", threads: threadCount(), maxSessions: 64, maxBytes: 2 ** 31, ...options };
  tf.registerBackend(name, () => new OnnxBackend(settings), 4);
  replayGradients();
  const add = (kernelName: string, kernelFunc: (call: Call) => tf.TensorInfo | tf.TensorInfo[]): void =>
    tf.registerKernel({ kernelName, backendName: name, kernelFunc });
  for (const [kernelName, kernel] of Object.entries(kernels)) add(kernelName, recordingKernel(kernelName, kernel));
  for (const [kernelName, kernel] of Object.entries(viewKernels)) add(kernelName, notedKernel(kernelName, kernel));
  const registered = new Set([...Object.keys(kernels), ...Object.keys(viewKernels)]);
  for (const { kernelName } of tf.getKernelsForBackend("cpu"))
    if (!registered.has(kernelName)) add(kernelName, notedKernel(kernelName, fallback(kernelName, true)));
}

/** A kernel as TensorFlow.js calls it. Strings and complex numbers, and what the kernel cannot record, are left to the cpu kernel. */
function recordingKernel(kernelName: string, kernel: Kernel): (call: Call) => tf.TensorInfo | tf.TensorInfo[] {
  const withoutReport = fallback(kernelName, false);
  const withReport = fallback(kernelName, true);
  const record = (inputs: Incoming["inputs"], attributes: unknown): TensorView | TensorView[] | undefined => {
    setOrigin(`${kernelName} ${inputs.map(({ shape }) => `[${shape}]`).join(" ")}`);
    return kernel(Object.fromEntries(inputs.map(({ key, entry, shape }) => [key, reshape(viewOf(entry), shape)])), attributes ?? {});
  };
  const mayRead = kernelName in gathers;
  return (call) => {
    const backend = call.backend as OnnxBackend;
    const incoming = incomingCall(kernelName, call);
    const dtypes = [...incoming.inputs.map(({ entry }) => entry.dtype), (call.attrs as { dtype?: string } | undefined)?.dtype];
    const isNumbers = !dtypes.includes("string") && !dtypes.includes("complex64");
    if (!isNumbers || (mayRead && dependsOnNumbers(kernelName, knownNumbers(incoming), incoming.attributes))) backend.replays.abandon();
    const infos = isNumbers ? backend.replays.call(incoming, record) : withoutReport(call);
    if (!infos) return withReport(call);
    backend.limitPending();
    return infos;
  };
}

/** The shapes of a call's inputs, and their numbers where they are known. */
function knownNumbers({ inputs }: Incoming): Record<string, { shape: readonly number[]; data?: Data }> {
  return Object.fromEntries(inputs.map(({ key, shape, entry }) => [key, { shape, data: entry.view?.value.data }]));
}

/** A kernel that records nothing. */
function notedKernel<Result>(kernelName: string, kernel: (call: Call) => Result): (call: Call) => Result {
  return (call) => {
    const { replays } = call.backend as OnnxBackend;
    if (Object.values(call.inputs).some(Array.isArray)) replays.abandon();
    else replays.note(incomingCall(kernelName, call));
    return kernel(call);
  };
}

function incomingCall(kernel: string, { inputs, attrs, backend }: Call): Incoming {
  const read: Incoming["inputs"][number][] = [];
  for (const [key, info] of Object.entries(inputs) as [string, tf.TensorInfo | undefined][])
    if (info) read.push({ key, shape: info.shape, entry: (backend as OnnxBackend).entry(info.dataId) });
  return { kernel, attributes: attrs, depth: kernelDepth(), inputs: read };
}

/** The same data in another shape. */
const alias = (backend: OnnxBackend, { dataId, dtype }: tf.TensorInfo, shape: number[]): tf.TensorInfo => {
  backend.incRef(dataId);
  return { dataId, shape, dtype };
};

/** Kernels that compute nothing: other shapes of the same data, and the parts of complex numbers. */
const viewKernels: Record<string, (call: Call) => tf.TensorInfo> = {
  Identity: ({ inputs, backend }) => alias(backend as OnnxBackend, inputs.x as tf.TensorInfo, (inputs.x as tf.TensorInfo).shape),
  Reshape: ({ inputs, attrs, backend }) => {
    const x = inputs.x as tf.TensorInfo;
    const size = tf.util.sizeFromShape(x.shape);
    const shape = tf.util.inferFromImplicitShape((attrs as { shape: number[] }).shape, size);
    if (tf.util.sizeFromShape(shape) !== size)
      throw new RangeError(`the new shape [${shape}] has ${tf.util.sizeFromShape(shape)} elements and the old shape [${x.shape}] ${size}`);
    return alias(backend as OnnxBackend, x, shape);
  },
  ExpandDims: ({ inputs, attrs, backend }) => {
    const x = inputs.input as tf.TensorInfo;
    const { dim } = attrs as { dim: number };
    const [axis] = axesOf([...x.shape, 1], dim);
    return alias(backend as OnnxBackend, x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]);
  },
  Complex: ({ inputs, backend }) => {
    const [real, imag] = [inputs.real, inputs.imag].map((part) => part as tf.TensorInfo);
    const onnx = backend as OnnxBackend;
    const copy = (x: tf.TensorInfo): tf.TensorInfo => onnx.toTensorInfo(reshape(onnx.viewOf(x), x.shape), "float32");
    return onnx.add({ dtype: "complex64", count: 1, complex: { real: copy(real), imag: copy(imag) } }, real.shape);
  },
  Real: ({ inputs, backend }) => complexPart(backend as OnnxBackend, inputs.input as tf.TensorInfo, "real"),
  Imag: ({ inputs, backend }) => complexPart(backend as OnnxBackend, inputs.input as tf.TensorInfo, "imag"),
};

function complexPart(backend: OnnxBackend, { dataId, shape }: tf.TensorInfo, which: keyof NonNullable<Entry["complex"]>): tf.TensorInfo {
  return backend.toTensorInfo(reshape(backend.viewOf(backend.entry(dataId).complex![which]), shape), "float32");
}
