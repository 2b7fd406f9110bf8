// Kernels that ONNX has no operation for: TensorFlow.js' own cpu kernels compute them, correctly but slowly.
import * as tf from "@tensorflow/tfjs";
import type { OnnxBackend } from "./backend";

type Call = Parameters<tf.KernelFunc>[0];

/** The part of TensorFlow.js' cpu backend that is used here. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo;
}

/**
 * The cpu kernel `kernelName` on this backend's tensors. With `report`, the backend's `cpuFallbacks` list it once it has computed with
 * numbers; for strings and complex numbers there is no other way.
 */
export function fallback(kernelName: string, report: boolean): (call: Call) => tf.TensorInfo | tf.TensorInfo[] {
  return ({ inputs, attrs, backend }) => {
    const config = tf.getKernel(kernelName, "cpu");
    if (!config) throw new Error(`neither the onnx engine nor TensorFlow.js' cpu backend has the kernel ${kernelName}`);
    const [onnx, cpu] = [backend as OnnxBackend, tf.findBackend("cpu") as CpuBackend];
    const tensors = Object.values(inputs).flat().filter((x) => x) as tf.TensorInfo[];
    if (report && tensors.some(({ dtype }) => dtype !== "string" && dtype !== "complex64")) onnx.cpuFallbacks.add(kernelName);
    const temporary: tf.TensorInfo[] = [];
    const copyToCpu = (x: tf.TensorInfo): tf.TensorInfo => {
      const copy = toCpu(onnx, cpu, x);
      temporary.push(copy);
      return copy;
    };
    const copyInput = (x: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo | tf.TensorInfo[] =>
      (Array.isArray(x) ? x.map(copyToCpu) : x && copyToCpu(x));
    const cpuInputs = Array.isArray(inputs)
      ? (inputs as tf.TensorInfo[]).map(copyToCpu)
      : Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, copyInput(x as tf.TensorInfo | tf.TensorInfo[])]));
    try {
      const result = config.kernelFunc({ inputs: cpuInputs as tf.NamedTensorInfoMap, attrs, backend: cpu });
      const copyBack = (x: tf.TensorInfo): tf.TensorInfo => {
        const copy = fromCpu(onnx, cpu, x);
        if (!temporary.includes(x)) temporary.push(x);
        return copy;
      };
      return Array.isArray(result) ? result.map(copyBack) : copyBack(result);
    } finally {
      for (const { dataId } of temporary) cpu.disposeData(dataId);
    }
  };
}

function toCpu(onnx: OnnxBackend, cpu: CpuBackend, { dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  const { complex } = onnx.entry(dataId);
  // Some of TensorFlow.js' kernels read the rank, which a tensor has and a TensorInfo does not.
  if (!complex) return Object.assign(cpu.makeTensorInfo(shape, dtype, onnx.readSync(dataId)), { rank: shape.length });
  const [real, imag] = [complex.real, complex.imag].map((x) => cpu.makeTensorInfo(shape, "float32", onnx.readSync(x.dataId)));
  const copy = tf.getKernel("Complex", "cpu").kernelFunc({ inputs: { real, imag }, backend: cpu }) as tf.TensorInfo;
  for (const { dataId } of [real, imag]) cpu.disposeData(dataId);
  return copy;
}

function fromCpu(onnx: OnnxBackend, cpu: CpuBackend, { dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  return onnx.makeTensorInfo(shape, dtype, cpu.readSync(dataId));
}
