// What the onnx-cuda engine needs besides ONNX Runtime: its CUDA provider, as `npm run engine:cuda` places it, NVIDIA's libraries, and a
// setting of theirs that has to be made before they are loaded.
import { existsSync } from "node:fs";
import * as path from "node:path";

/** The files of the provider. ONNX Runtime loads them from the folder of its own library. */
export const cudaProvider = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"] as const;

/** The folder of onnxruntime-node's libraries. */
export function onnxRuntimeFolder(): string {
  return path.join(path.dirname(require.resolve("onnxruntime-node/package.json")), "bin", "napi-v6", process.platform, process.arch);
}

const driver = "driver";
/** The libraries that the provider needs, each with what brings it: a package of PyPI, or NVIDIA's driver. */
const libraries: readonly (readonly [library: string, source: string])[] = [
  ["libcuda.so.1", driver],
  ["libcudart.so.13", "nvidia-cuda-runtime"], ["libcublas.so.13", "nvidia-cublas"], ["libcublasLt.so.13", "nvidia-cublas"],
  ["libcurand.so.10", "nvidia-curand"], ["libcufft.so.12", "nvidia-cufft"], ["libcudnn.so.9", "nvidia-cudnn-cu13"],
];

/** Whether this machine has an NVIDIA GPU and its driver, on Linux or in its subsystem on Windows. */
export function hasNvidiaGpu(
  signs: readonly string[] = ["/dev/nvidiactl", "/proc/driver/nvidia/version", "/usr/lib/wsl/lib/libcuda.so.1"]): boolean {
  return signs.some((file) => existsSync(file));
}

/**
 * Makes ready for the CUDA provider: matrix products and convolutions in float32, unless STYLOSCOPE_TF32=1 asks for TF32, whose factors
 * have 10 bits after the point: faster, but the gradient of a random VGG is then 8.5 % off (64², an H200).
 *
 * @throws Error that says what is missing and how to get it; RangeError for another STYLOSCOPE_TF32
 */
export function prepareCuda(folder: string = onnxRuntimeFolder(), isThere: (library: string) => boolean = loads): void {
  if (!cudaProvider.every((file) => existsSync(path.join(folder, file)))) throw new Error("not installed; `npm run engine:cuda`");
  const missing = missingLibraries(isThere);
  if (missing) throw new Error(missing);
  const tf32 = process.env.STYLOSCOPE_TF32 || "0";
  if (!["0", "1"].includes(tf32)) throw new RangeError(`STYLOSCOPE_TF32 is "${tf32}"; it can be 1 for TF32, or unset for float32`);
  if (tf32 === "0") process.env.NVIDIA_TF32_OVERRIDE = "0"; // the only way: onnxruntime-node does not pass the provider's `use_tf32`
}

/** Which of NVIDIA's libraries the dynamic linker does not find, and what brings them; undefined where all are there. */
export function missingLibraries(isThere: (library: string) => boolean = loads): string | undefined {
  const missing = libraries.filter(([library]) => !isThere(library));
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map(([, source]) => source))].filter((source) => source !== driver);
  const hasDriver = missing.every(([, source]) => source !== driver);
  const [one, others] = [packages.length === 1, hasDriver ? "" : "the others"];
  return [
    `${missing.map(([library]) => library).join(", ")} not found`,
    ...(hasDriver ? [] : [`NVIDIA's driver brings ${packages.length > 0 ? "libcuda" : "it"}`]),
    ...(packages.length === 0 ? [] : [`CUDA 13 and cuDNN 9 bring ${others || (one ? "it" : "them")}, or \`pip install ${packages.join(" ")}\`, `
      + `with ${one ? "its lib folder" : "their lib folders"} in LD_LIBRARY_PATH`]),
  ].join("; ");
}

/** Whether the dynamic linker finds a library. Node loads it, misses an addon in it, and lets it go. */
function loads(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return !(error as Error).message.includes("cannot open shared object");
  }
}
