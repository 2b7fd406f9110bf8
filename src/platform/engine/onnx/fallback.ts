// What ONNX has no operation for is computed by TensorFlow.js' own cpu kernel: right, if slow.
import * as tf from "@tensorflow/tfjs";
import type { OnnxBackend } from "./backend";

type Call = Parameters<tf.KernelFunc>[0];

/** The few things that we need of TensorFlow.js' cpu backend. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo;
}

const named = new Set<string>();

/** The cpu kernel `kernelName` on this backend's tensors; with `aloud`, a warning names it once. */
export function fallback(kernelName: string, aloud: boolean): (call: Call) => tf.TensorInfo | tf.TensorInfo[] {
  return ({ inputs, attrs, backend }) => {
    const config = tf.getKernel(kernelName, "cpu");
    if (!config) throw new Error(`neither the onnx engine nor TensorFlow.js' cpu backend knows the kernel ${kernelName}`);
    const given = Object.values(inputs).flat().filter((x) => x) as tf.TensorInfo[];
    const numbers = given.some(({ dtype }) => dtype !== "string" && dtype !== "complex64");
    if (aloud && numbers && !named.has(kernelName)) {
      named.add(kernelName);
      process.emitWarning(`the onnx engine computes ${kernelName} with TensorFlow.js' own kernel, which is right but slow`);
    }
    const [onnx, cpu] = [backend as OnnxBackend, tf.findBackend("cpu") as CpuBackend];
    const guests: tf.TensorInfo[] = [];
    const there = (x: tf.TensorInfo): tf.TensorInfo => {
      const guest = toCpu(onnx, cpu, x);
      guests.push(guest);
      return guest;
    };
    const each = (x: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo | tf.TensorInfo[] => (Array.isArray(x) ? x.map(there) : x && there(x));
    const moved = Array.isArray(inputs)
      ? (inputs as tf.TensorInfo[]).map(there)
      : Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, each(x as tf.TensorInfo | tf.TensorInfo[])]));
    try {
      const result = config.kernelFunc({ inputs: moved as tf.NamedTensorInfoMap, attrs, backend: cpu });
      const back = (x: tf.TensorInfo): tf.TensorInfo => {
        const own = fromCpu(onnx, cpu, x);
        if (!guests.includes(x)) guests.push(x);
        return own;
      };
      return Array.isArray(result) ? result.map(back) : back(result);
    } finally {
      for (const { dataId } of guests) cpu.disposeData(dataId);
    }
  };
}

function toCpu(onnx: OnnxBackend, cpu: CpuBackend, { dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  const { complex } = onnx.entry(dataId);
  // Some of TensorFlow.js' kernels ask for the rank, which tensors have and what describes them has not.
  if (!complex) return Object.assign(cpu.makeTensorInfo(shape, dtype, onnx.readSync(dataId)), { rank: shape.length });
  const [real, imag] = [complex.real, complex.imag].map((x) => cpu.makeTensorInfo(shape, "float32", onnx.readSync(x.dataId)));
  const whole = tf.getKernel("Complex", "cpu").kernelFunc({ inputs: { real, imag }, backend: cpu }) as tf.TensorInfo;
  for (const { dataId } of [real, imag]) cpu.disposeData(dataId);
  return whole;
}

function fromCpu(onnx: OnnxBackend, cpu: CpuBackend, { dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  return onnx.makeTensorInfo(shape, dtype, cpu.readSync(dataId));
}
