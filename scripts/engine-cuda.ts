// `npm run engine:cuda [-- --remove]`: fetches ONNX Runtime's CUDA provider, which npm's onnxruntime-node has not, for the engine
// `onnx-cuda`. It comes from PyPI's onnxruntime-gpu of the same version, built for CUDA 13; the package's own install script knows only CUDA 12.
// It is placed in this project's .cuda, with links beside ONNX Runtime's library, which looks for it there.
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { cudaProvider, missingLibraries, onnxRuntimeFolder } from "../src/platform/engine/cuda";
import { pendingGraph } from "../src/platform/engine/onnx/graph";
import { encodeModel } from "../src/platform/engine/onnx/model";
import { apply, leaf } from "../src/platform/engine/onnx/value";
import { run, type RunResult } from "./run";
import { EngineError, findPython } from "./tensorflow/tools";

const root = path.resolve(__dirname, "..");
/** By version of onnxruntime-node: SHA-256 of onnxruntime_gpu's wheel for Linux on x64 and Python 3.12. Any Python can download it. */
const wheels: Readonly<Record<string, string>> = {
  "1.30.0": "6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1",
};
const [pythonVersion, platform] = ["3.12", "manylinux_2_28_x86_64"];

interface CudaOptions {
  /** The output folder. */
  folder?: string;
  /** The folder of ONNX Runtime's library. */
  runtime?: string;
  /** The version of onnxruntime-node. */
  version?: string;
  python?: () => string;
  /** Which of NVIDIA's libraries are missing, in a sentence. */
  missing?: () => string | undefined;
  /** Whether the steps and pip's output are printed. */
  show?: boolean;
}

if (require.main === module) main(process.argv.slice(2));

/**
 * Fetches the provider into a temporary folder, computes with it in a separate process, and only then puts it in place; if anything fails,
 * what was there stays. What is there, of the same version and working, is kept. Throws an `EngineError`.
 */
export function fetchCuda({
  folder = path.join(root, ".cuda"), runtime = onnxRuntimeFolder(), version = installedVersion(), python = () => findPython(undefined, "ONNX Runtime's CUDA provider"), missing = missingLibraries,
  show = true,
}: CudaOptions = {}): void {
  const sum = wheels[version];
  if (!sum) throw new EngineError(`no CUDA provider is known for onnxruntime-node ${version}; there is one for ${Object.keys(wheels).join(", ")}`);
  const lacking = missing();
  if (lacking) throw new EngineError(`NVIDIA's libraries are not complete: ${lacking}. Then try again.`);
  const stamp = path.join(folder, "version");
  const isThere = existsSync(stamp) && readFileSync(stamp, "utf8") === sum && tryOut(folder, runtime).ok;
  if (!isThere) {
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true }); // left by an interrupted run
    try {
      fetch(part, version, sum, python(), show);
      writeFileSync(path.join(part, "version"), sum);
      mustSucceed(tryOut(part, runtime), "trying it", "`nvidia-smi` shows whether the driver sees a GPU: see what is missing there");
      rmSync(folder, { recursive: true, force: true });
      renameSync(part, folder);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }
  unlink(runtime);
  for (const file of cudaProvider) symlinkSync(path.join(folder, file), path.join(runtime, file));
}

/** Removes the provider and the links to it. */
export function removeCuda({ folder = path.join(root, ".cuda"), runtime = onnxRuntimeFolder() }: CudaOptions = {}): void {
  unlink(runtime);
  rmSync(folder, { recursive: true, force: true });
}

function unlink(runtime: string): void {
  for (const file of cudaProvider.map((name) => path.join(runtime, name)))
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(file);
}

/** Downloads the wheel, checks its sum, and moves the provider's files to `part`. */
function fetch(part: string, version: string, sum: string, python: string, show: boolean): void {
  const [wheel, requirements] = [path.join(part, "wheel"), path.join(part, "requirements.txt")];
  const requirement = `onnxruntime-gpu==${version}`;
  mkdirSync(part, { recursive: true });
  writeFileSync(requirements, `${requirement} --hash=sha256:${sum}\n`);
  if (show) console.log(`fetching ${requirement} (about 250 MB, once)`);
  mustSucceed(run(python, ["-m", "pip", "install", "--target", wheel, "--no-deps", "--only-binary=:all:", "--python-version", pythonVersion,
    "--platform", platform, "--require-hashes", "--disable-pip-version-check", "-r", requirements], show), `fetching ${requirement}`,
  "It comes from the Python package index: connect to the network, or set PIP_INDEX_URL (a mirror) or PIP_FIND_LINKS (a folder of wheels)");
  const files = cudaProvider.map((file) => path.join(wheel, "onnxruntime", "capi", file));
  const lost = files.filter((file) => !existsSync(file)).map((file) => path.basename(file));
  if (lost.length > 0) throw new EngineError(`the Python package has no ${lost.join(", no ")}`);
  for (const file of files) renameSync(file, path.join(part, path.basename(file)));
  rmSync(wheel, { recursive: true });
  rmSync(requirements);
}

/** Adds two numbers with the provider in `folder`, in a separate process: on a copy of the library, which looks for it beside itself. */
function tryOut(folder: string, runtime: string): RunResult {
  const copy = path.join(folder, "try");
  rmSync(copy, { recursive: true, force: true });
  try {
    mkdirSync(copy, { recursive: true });
    for (const file of cudaProvider) symlinkSync(path.join("..", file), path.join(copy, file));
    cpSync(runtime, copy, { recursive: true, filter: (file) => !(cudaProvider as readonly string[]).includes(path.basename(file)) });
    return run(process.execPath, ["-e", `try {
      const [, folder, model64, common] = process.argv;
      const { Tensor } = require(common);
      const binding = require(folder + "/onnxruntime_binding.node");
      binding.initOrtOnce(4, Tensor, true);
      const session = new binding.InferenceSession();
      const model = new Uint8Array(Buffer.from(model64, "base64"));
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, { executionProviders: ["cuda"], logSeverityLevel: 4 });
      const x = new Tensor("float32", new Float32Array([1]), [1]);
      if (session.run({ x }, { y: null }, {}).y.data[0] !== 2) throw new Error("1 + 1 is not 2");
    } catch (error) {
      console.error(error.message);
      process.exitCode = 1;
    }`, copy, addition(), require.resolve("onnxruntime-common")], false);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The ONNX model y = x + x for one number, as base64. */
function addition(): string {
  const x = leaf("float32", [1], new Float32Array(1));
  const y = apply("Add", [x, x], [1]);
  const { bytes } = encodeModel({ ...pendingGraph([y]), inputs: [x], initializers: [], names: new Map([[x.id, "x"], [y.id, "y"]]) });
  return Buffer.from(bytes).toString("base64");
}

function mustSucceed({ ok, lastLines }: RunResult, what: string, remedy: string): void {
  if (!ok) throw new EngineError(`${what} failed:\n${lastLines}\n${remedy}, and try again.`);
}

function installedVersion(): string {
  return (require("onnxruntime-node/package.json") as { version: string }).version;
}

function main(words: string[]): void {
  try {
    const { values } = parseArgs({ args: words, options: { remove: { type: "boolean", default: false } } });
    if (values.remove) {
      removeCuda();
      return console.log("The CUDA provider is removed.");
    }
    if (process.platform !== "linux" || process.arch !== "x64") throw new EngineError("The CUDA provider is built for Linux on x64 only; `onnx-webgpu` runs on other GPUs.");
    fetchCuda();
    console.log("onnx-cuda is ready, and the first choice from now on. `npm run engine:cuda -- --remove` removes it.");
  } catch (error) {
    console.error((error as Error).message);
    if (error instanceof EngineError) console.error("Without it, the next best engine is used.");
    process.exitCode = 1;
  }
}
