// `npm run engine:tensorflow [-- --cuda]`: builds the `tensorflow` engine against TensorFlow's Python package, for Linux
// machines where @tensorflow/tfjs-node-gpu cannot download its own library, or where that library's CUDA 11 is too old. Everything is
// placed in this project's .tensorflow; removing that folder undoes it.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { packageIn, tensorflowFolder } from "../src/platform/engine/tensorflow";
import { run, type RunResult } from "./run";
import { arrange, clear } from "./tensorflow/layout";
import { lockedPart, type Lockfile } from "./tensorflow/lockedPart";
import { EngineError, findTools, type Tools } from "./tensorflow/tools";

const root = path.resolve(__dirname, "..");
/** The last version that respects TF_CPP_MIN_LOG_LEVEL: 2.21 writes to standard error whenever it is loaded. */
const version = "2.20.0";
/** The Python version of the package. Only its C++ libraries are used, so any Python can download it. */
const pythonVersion = "3.12";
const connectToNetwork = "connect to the network";

interface BuildOptions {
  /** With CUDA 12 and cuDNN, for a GPU. */
  cuda: boolean;
  /** The output folder. */
  folder?: string;
  tools?: () => Tools;
  /** Whether the steps and the programs' output are printed. */
  show?: boolean;
}

if (require.main === module) main(process.argv.slice(2));

/**
 * Builds the engine in a temporary folder and moves it to `folder` only if it works; if anything fails, what was there stays. An existing
 * build of the same versions that works is kept. Returns the device that the engine computes on. Throws an `EngineError`.
 */
export function buildTensorflow(
  { cuda, folder = tensorflowFolder, tools = findTools, show = true }: BuildOptions): "gpu" | "cpu" {
  const requirement = cuda ? `tensorflow[and-cuda]==${version}` : `tensorflow-cpu==${version}`;
  const lock = lockedPart(readJson(path.join(root, "package-lock.json")) as Lockfile,
    "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs"); // shared with the project: with a second copy, tensors would not be compatible
  const manifest = json({ private: true, description: requirement, ...lock.packages[""] });
  const stamp = path.join(folder, "package.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === manifest) {
    const device = tryOut(folder);
    if (device.ok) return device.output;
  }
  if (/\s/.test(folder))
    throw new EngineError(`node-gyp cannot build in ${folder}: move the project where no space is in its path.`);
  const { npm, nodeGyp, python, headers } = tools();
  const part = `${folder}.part`;
  const [wheels, addon] = [path.join(part, "wheels"), packageIn(part)];
  const runStep = (what: string, program: string, words: readonly string[], remedy: string, visible = false): void => {
    if (show) console.log(what);
    mustSucceed(run(program, words, show && visible), what, remedy);
  };
  rmSync(part, { recursive: true, force: true }); // left by an interrupted run
  try {
    mkdirSync(part, { recursive: true });
    writeFileSync(path.join(part, "package.json"), manifest);
    writeFileSync(path.join(part, "package-lock.json"), json(lock));
    runStep("fetching the TensorFlow.js addon's source", process.execPath,
      [npm, "ci", "--prefix", part, "--ignore-scripts", "--no-audit", "--no-fund"], `It comes from the npm registry: ${connectToNetwork}`);
    runStep(`fetching ${requirement} (${cuda ? "several GB" : "about 250 MB"}, once)`, python,
      ["-m", "pip", "install", "--target", wheels, "--only-binary=:all:", "--python-version", pythonVersion,
        "--disable-pip-version-check", ...(cuda ? [] : ["--no-deps"]), requirement],
      `It comes from the Python package index: ${connectToNetwork}, or set PIP_INDEX_URL (a mirror) or PIP_FIND_LINKS (a folder of wheels)`,
      true);
    arrange(wheels, addon, cuda);
    runStep("compiling the addon", process.execPath,
      [nodeGyp, "rebuild", "-C", addon, "--python", python, ...(headers ? ["--nodedir", headers] : []),
        "--module_name=tfjs_binding", `--module_path=${path.join(addon, "lib", "napi-v8")}`, "--napi_build_version=8"],
      headers ? "It takes a compiler of C++17" : "No headers of Node were found, and node-gyp could not fetch them: set "
        + "npm_config_nodedir to a folder that has include/node/node_api.h (Debian and Ubuntu: sudo apt install libnode-dev)");
    clear(wheels, addon);
    const device = tryOut(part);
    mustSucceed(device, "trying it", "The library does not run on this machine: see whether it has all libraries named here");
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
    return device.output;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** Loads the engine in a folder and computes with it, in a separate process. */
function tryOut(folder: string): RunResult & { output: "gpu" | "cpu" } {
  const code = `try {
    const tf = require(process.argv[1]);
    if (tf.add(1, 1).dataSync()[0] !== 2) throw new Error("1 + 1 is not 2");
    console.log(tf.backend().isUsingGpuDevice ? "gpu" : "cpu");
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }`;
  const result = run(process.execPath, ["-e", code, packageIn(folder)], false);
  return { ...result, output: result.output.trim().endsWith("gpu") ? "gpu" : "cpu" };
}

function mustSucceed({ ok, lastLines }: RunResult, what: string, remedy: string): void {
  if (!ok) throw new EngineError(`${what} failed:\n${lastLines}\n${remedy}, and try again.`);
}

function main(words: string[]): void {
  try {
    if (process.platform !== "linux") throw new EngineError("TensorFlow's Python package has what is needed only on Linux.");
    const { values } = parseArgs({ args: words, options: { cuda: { type: "boolean", default: false } } });
    const device = buildTensorflow({ cuda: values.cuda });
    console.log(`TensorFlow ${version} is ready in ${path.relative("", tensorflowFolder)}, on the ${device.toUpperCase()}.`);
    if (device === "gpu") console.log("It is the first choice from now on.");
    else console.log("STYLOSCOPE_ENGINE=tensorflow selects it; without a GPU onnx is faster, and stays the first choice.");
    if (values.cuda && device === "cpu") console.log("It finds no GPU: `nvidia-smi` shows whether the driver does.");
  } catch (error) {
    console.error((error as Error).message);
    if (error instanceof EngineError) console.error("Without it, the engine `onnx` is used.");
    process.exitCode = 1;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2) + "\n";
}
