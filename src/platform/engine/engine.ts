// Chooses the engine: the best TensorFlow.js backend that works on this machine, or the one that STYLOSCOPE_ENGINE names.
import * as tf from "@tensorflow/tfjs";
import { firstLine } from "../../errors";
import { printedAs } from "../../printedAs";
import { loadTensorflow } from "./tensorflow";
import { threadCount } from "./threads";
import { prepareWasm } from "./wasm";

/**
 * Best first. `tensorflow` is Google's native library (`@tensorflow/tfjs-node-gpu`), taken where it finds a GPU; `onnx` is ONNX
 * Runtime's native code on the CPU; `wasm` and `cpu` are TensorFlow.js' backends in WebAssembly and in plain JavaScript.
 */
export const engines = ["tensorflow", "onnx", "wasm", "cpu"] as const;
/** Engines that are only used when `STYLOSCOPE_ENGINE` names them: ONNX Runtime on a GPU, through WebGPU or CUDA. */
export const engineVariants = ["onnx-webgpu", "onnx-cuda"] as const;
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

/**
 * The engine in use; the first call picks it: the best that loads, or the one that the environment variable
 * `STYLOSCOPE_ENGINE` names (`tensorflow`, `onnx`, `onnx-webgpu`, `onnx-cuda`, `wasm` or `cpu`). Networks and images call it before they load.
 *
 * @throws RangeError when `STYLOSCOPE_ENGINE` names no engine, or `STYLOSCOPE_THREADS` is not a number of threads; Error when the
 *   engine that it names does not load
 */
export function engine(): Promise<Engine> {
  chosen ??= choose(process.env.STYLOSCOPE_ENGINE || undefined);
  chosen.catch(() => (chosen = undefined));
  return chosen;
}

async function choose(forced: string | undefined): Promise<Engine> {
  tf.enableProdMode(); // no advice on stderr, no NaN check after every kernel: minimize checks each step itself
  const all: readonly string[] = [...engines, ...engineVariants];
  if (forced !== undefined && !all.includes(forced))
    throw new RangeError(`STYLOSCOPE_ENGINE is "${forced}"; it can be ${all.join(", ")}, or unset for the best that loads`);
  threadCount(); // an invalid number is an error, not a reason to take a slower engine
  const passedOver: { name: EngineName; reason: string }[] = [];
  for (const name of forced ? [forced as EngineName] : engines) {
    try {
      return describe(name, await start(name, forced !== undefined), passedOver);
    } catch (error) {
      const reason = reasonOf(error);
      const remedy = name === "tensorflow" && reason === notInstalled
        ? "; build it with `npm run engine:tensorflow`, or unset STYLOSCOPE_ENGINE" : "";
      if (forced) throw new Error(`the engine "${name}" that STYLOSCOPE_ENGINE asks for does not load: ${reason}${remedy}`);
      passedOver.push({ name, reason });
    }
  }
  throw new Error("no engine loads: " + passedOver.map(({ name, reason }) => `${name} (${reason})`).join("; "));
}

/** Loads an engine and makes it TensorFlow.js' current backend. Returns the device on which it runs. */
async function start(name: EngineName, forced: boolean): Promise<"gpu" | "cpu"> {
  let device: "gpu" | "cpu" = "cpu";
  if (name === "tensorflow") device = loadTensorflow();
  if (name === "tensorflow" && device === "cpu" && !forced) throw new Error("it finds no GPU, and without one onnx is faster");
  if (name.startsWith("onnx")) device = loadOnnx(name);
  if (name === "wasm") prepareWasm();
  await restoringListeners(async () => {
    if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its backend "${name}"`);
    await tf.ready();
  });
  checkArithmetic();
  return device;
}

/**
 * The WebAssembly binary's start-up code adds listeners that end the process on any unhandled rejection. That is not acceptable in a
 * notebook, so the listeners that `start` adds are removed.
 */
async function restoringListeners(start: () => Promise<void>): Promise<void> {
  const events = ["unhandledRejection", "uncaughtException"];
  const before = events.map((event) => process.rawListeners(event));
  await start();
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event))
      if (!before[i].includes(listener)) process.off(event, listener as () => void);
  });
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
  const { registerOnnx } = require("./onnx/register") as typeof import("./onnx/register");
  const provider = { "onnx-webgpu": "webgpu", "onnx-cuda": "cuda" }[name as string] ?? "cpu";
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
