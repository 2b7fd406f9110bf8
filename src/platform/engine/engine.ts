// Chooses the engine: the best TensorFlow.js backend that works on this machine, or the one that STYLOSCOPE_ENGINE names.
import * as tf from "@tensorflow/tfjs";
import { firstLine } from "../../errors";
import { printedAs } from "../../printedAs";
import { hasNvidiaGpu, prepareCuda } from "./cuda";
import { replaceFirstChoice } from "./firstUse";
import { loadTensorflow } from "./tensorflow";
import { threadCount } from "./threads";
import "./wasm"; // prepares TensorFlow.js' wasm backend, which may also be set without this file

/**
 * Best first. `onnx-cuda` is ONNX Runtime on an NVIDIA GPU (`npm run engine:cuda`), tried where there is one; `tensorflow` is Google's
 * native library (`@tensorflow/tfjs-node-gpu`), taken where it finds a GPU; `onnx` is ONNX Runtime's native code on the CPU; `wasm` and
 * `cpu` are TensorFlow.js' backends in WebAssembly and in plain JavaScript.
 */
export const engines = ["onnx-cuda", "tensorflow", "onnx", "wasm", "cpu"] as const;
/** Engines that are only used when `STYLOSCOPE_ENGINE` names them: ONNX Runtime on any GPU, through WebGPU. */
export const engineVariants = ["onnx-webgpu"] as const;
export type EngineName = (typeof engines)[number] | (typeof engineVariants)[number];

/** What computes. Printed, it is one sentence: which engine, on what device, and why the better ones were passed over. */
export interface Engine {
  readonly name: EngineName;
  readonly device: "gpu" | "cpu";
  readonly version: string;
  /** The better engines, each with the reason why it is not used. */
  readonly passedOver: readonly { readonly name: EngineName; readonly reason: string }[];
  /** TensorFlow.js kernels that the onnx engine has left to the slow cpu backend so far, because ONNX has no operation for them. */
  readonly cpuFallbacks: readonly string[];
  toString(): string;
}

const notInstalled = "not installed";

let chosen: Promise<Engine> | undefined;
replaceFirstChoice(chooseAtOnce, engine);

/**
 * The engine in use; the first call picks it: the best that loads, or the one that the environment variable
 * `STYLOSCOPE_ENGINE` names (`onnx-cuda`, `tensorflow`, `onnx`, `onnx-webgpu`, `wasm` or `cpu`). Networks and images call it before they load,
 * and the first operation of TensorFlow.js does, such as `noise([64, 64])` at the top of a script.
 *
 * @throws RangeError when `STYLOSCOPE_ENGINE` names no engine, or `STYLOSCOPE_THREADS` is not a number of threads; Error when the
 *   engine that it names does not load
 */
export function engine(): Promise<Engine> {
  chosen ??= choose(process.env.STYLOSCOPE_ENGINE || undefined);
  chosen.catch(() => (chosen = undefined));
  return chosen;
}

/** The engines to try, best first; one where `STYLOSCOPE_ENGINE` names it. */
function candidates(forced: string | undefined): readonly EngineName[] {
  const all: readonly string[] = [...engines, ...engineVariants];
  if (forced !== undefined && !all.includes(forced))
    throw new RangeError(`STYLOSCOPE_ENGINE is "${forced}"; it can be ${all.join(", ")}, or unset for the best that loads`);
  threadCount(); // an invalid number is an error, not a reason to take a slower engine
  if (forced) return [forced as EngineName];
  return hasNvidiaGpu() ? engines : engines.filter((name) => name !== "onnx-cuda");
}

async function choose(forced: string | undefined): Promise<Engine> {
  tf.enableProdMode(); // no advice on stderr, no NaN check after every kernel: minimize checks each step itself
  const passedOver: { name: EngineName; reason: string }[] = [];
  for (const name of candidates(forced)) {
    try {
      const device = load(name, forced !== undefined);
      if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its backend "${name}"`);
      await tf.ready();
      checkArithmetic();
      return describe(name, device, passedOver);
    } catch (error) {
      passedOver.push({ name, reason: passOver(name, error, forced) });
    }
  }
  throw new Error("no engine loads: " + passedOver.map(({ name, reason }) => `${name} (${reason})`).join("; "));
}

/**
 * The choice for an operation that runs before `await engine()`, and cannot wait for it. All engines but wasm start at once.
 *
 * @throws Error that says to write `await engine()`, where the engine is wasm or is just starting
 */
function chooseAtOnce(): string {
  const wait = (name: string): Error =>
    new Error(`the engine${name} is not ready yet: write \`await engine()\` first, once, before anything computes`);
  if (chosen) throw wait("");
  tf.enableProdMode();
  const forced = process.env.STYLOSCOPE_ENGINE || undefined;
  const passedOver: { name: EngineName; reason: string }[] = [];
  for (const name of candidates(forced)) {
    if (name === "wasm") throw wait(" wasm");
    try {
      const device = load(name, forced !== undefined);
      void tf.setBackend(name); // sets it before it returns
      checkArithmetic();
      chosen = Promise.resolve(describe(name, device, passedOver));
      return name;
    } catch (error) {
      passedOver.push({ name, reason: passOver(name, error, forced) });
    }
  }
  throw new Error("unreachable: the cpu engine always loads");
}

/** Why an engine is passed over. @throws where it was the only one to try */
function passOver(name: EngineName, error: unknown, forced: string | undefined): string {
  const reason = reasonOf(error);
  const remedy = name === "tensorflow" && reason === notInstalled ? "; build it with `npm run engine:tensorflow`, or unset STYLOSCOPE_ENGINE" : "";
  if (forced) throw new Error(`the engine "${name}" that STYLOSCOPE_ENGINE asks for does not load: ${reason}${remedy}`);
  return reason;
}

/** Registers an engine as a TensorFlow.js backend. Returns the device on which it runs. */
function load(name: EngineName, forced: boolean): "gpu" | "cpu" {
  let device: "gpu" | "cpu" = "cpu";
  if (name === "tensorflow") device = loadTensorflow();
  if (name === "tensorflow" && device === "cpu" && !forced) throw new Error("it finds no GPU, and without one onnx is faster");
  if (name.startsWith("onnx")) device = loadOnnx(name);
  return device;
}

/** An engine that loads may still not work: a GPU without a matching kernel, or a binding for another Node, fails only now. */
function checkArithmetic(): void {
  const [sum] = tf.tidy(() => {
    const filter = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
    return tf.sum(tf.conv2d(tf.ones<tf.Rank.R3>([4, 4, 1]), filter, 1, "same")).dataSync();
  });
  if (sum !== 100) throw new Error(`it computes ${sum} where 100 is right`); // 4 positions have 9 pixels in reach, 8 have 6, 4 have 4
}

/** Loaded on demand: where ONNX Runtime has no binary for the machine, this throws. */
function loadOnnx(name: EngineName): "gpu" | "cpu" {
  const provider = { "onnx-webgpu": "webgpu", "onnx-cuda": "cuda" }[name as string] ?? "cpu";
  if (provider === "cuda") prepareCuda();
  const { registerOnnx } = require("./onnx/register") as typeof import("./onnx/register");
  registerOnnx(name, { provider });
  return provider === "cpu" ? "cpu" : "gpu";
}

function describe(name: EngineName, device: "gpu" | "cpu", passedOver: Engine["passedOver"]): Engine {
  const version = tf.version["tfjs-core"] ?? tf.version.tfjs;
  const described = {
    name, device, version, passedOver,
    get cpuFallbacks(): readonly string[] {
      return [...(tf.findBackend(name) as { cpuFallbacks?: ReadonlySet<string> } | null)?.cpuFallbacks ?? []];
    },
  };
  return printedAs(described, () => sentence(described));
}

/** For example "onnx on the CPU, TensorFlow.js 4.22.0; passed over: tensorflow (not installed)". */
function sentence({ name, device, version, passedOver, cpuFallbacks }: Engine): string {
  const better = passedOver.map((other) => `${other.name} (${other.reason})`).join(", ");
  return [
    `${name} on the ${device.toUpperCase()}, TensorFlow.js ${version}`,
    ...(better ? [`passed over: ${better}`] : []),
    ...(cpuFallbacks.length > 0 ? [`left to TensorFlow.js' slow cpu kernels: ${cpuFallbacks.join(", ")}`] : []),
  ].join("; ");
}

function reasonOf(error: unknown): string {
  const line = firstLine(error);
  return line.includes("Cannot find module") ? notInstalled : line;
}
