// Which machine does the arithmetic: picks the best TensorFlow.js backend that works, or takes the one asked for.
import * as tf from "@tensorflow/tfjs";
import { firstLine } from "../../errors";
import { printedAs } from "../../printedAs";
import { loadTensorflow } from "./tensorflow";
import { threadsWanted } from "./threads";
import { prepareWasm } from "./wasm";

/**
 * Best first. `tensorflow` is Google's native library (`@tensorflow/tfjs-node-gpu`), the first choice where it sees a GPU;
 * `onnx` is ONNX Runtime's native code, on the CPU anywhere.
 */
export const engines = ["tensorflow", "onnx", "wasm", "cpu"] as const;
/** Engines that are only taken when asked for: ONNX Runtime on a GPU through WebGPU, or through CUDA. */
export const engineVariants = ["onnx-webgpu", "onnx-cuda"] as const;
export type EngineName = (typeof engines)[number] | (typeof engineVariants)[number];

/** What does the arithmetic, and why the engines that would have been better do not. */
export interface Engine {
  readonly name: EngineName;
  readonly device: "gpu" | "cpu";
  readonly version: string;
  /** Engines that were tried first, and why each did not load. */
  readonly passedOver: readonly { readonly name: EngineName; readonly reason: string }[];
  toString(): string;
}

let chosen: Promise<Engine> | undefined;

/**
 * The engine in use; the first call picks it: the best that loads, or the one that the environment variable
 * `STYLOSCOPE_ENGINE` names (`tensorflow`, `onnx`, `onnx-webgpu`, `onnx-cuda`, `wasm` or `cpu`). Networks and images call it before they load.
 *
 * @throws RangeError when `STYLOSCOPE_ENGINE` names no engine, or `STYLOSCOPE_THREADS` is no number of threads; Error when the
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
  threadsWanted(); // a wrong number is an error, not a reason to take a slower engine
  const passedOver: { name: EngineName; reason: string }[] = [];
  for (const name of forced ? [forced as EngineName] : engines) {
    try {
      return report(name, await start(name, forced !== undefined), passedOver);
    } catch (error) {
      const reason = reasonOf(error);
      if (forced) throw new Error(`the engine "${name}" that STYLOSCOPE_ENGINE asks for does not load: ${reason}`);
      passedOver.push({ name, reason });
    }
  }
  throw new Error("no engine loads: " + passedOver.map(({ name, reason }) => `${name} (${reason})`).join("; "));
}

/** Loads one engine, makes it TensorFlow.js' current backend, and says on what device it runs. */
async function start(name: EngineName, forced: boolean): Promise<"gpu" | "cpu"> {
  let device: "gpu" | "cpu" = "cpu";
  if (name === "tensorflow") device = loadTensorflow();
  if (name === "tensorflow" && device === "cpu" && !forced) throw new Error("it sees no GPU, and without one onnx is faster");
  if (name.startsWith("onnx")) device = loadOnnx(name);
  if (name === "wasm") prepareWasm();
  await keepingListeners(async () => {
    if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its backend "${name}"`);
    await tf.ready();
  });
  tryIt();
  return device;
}

/**
 * The WebAssembly binary's start-up code makes every promise that nobody awaits end the process: fit for a program, not for
 * a notebook. What it adds to these events is taken away again.
 */
async function keepingListeners(start: () => Promise<void>): Promise<void> {
  const events = ["unhandledRejection", "uncaughtException"];
  const before = events.map((event) => process.rawListeners(event));
  await start();
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event))
      if (!before[i].includes(listener)) process.off(event, listener as () => void);
  });
}

/** An engine that loads need not work: a GPU without a fitting kernel, a binding for another Node, fail only now. */
function tryIt(): void {
  const [sum] = tf.tidy(() => {
    const filter = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
    return tf.sum(tf.conv2d(tf.ones<tf.Rank.R3>([4, 4, 1]), filter, 1, "same")).dataSync();
  });
  if (sum !== 100) throw new Error(`it computes ${sum} where 100 is right`); // 4 places see 9 pixels, 8 see 6, 4 see 4
}

/** Loaded only when it is wanted: on a machine for which ONNX Runtime has no binary, this throws. */
function loadOnnx(name: EngineName): "gpu" | "cpu" {
  const { registerOnnx } = require("./onnx/register") as typeof import("./onnx/register");
  const provider = { "onnx-webgpu": "webgpu", "onnx-cuda": "cuda" }[name as string] ?? "cpu";
  registerOnnx(name, { provider });
  return provider === "cpu" ? "cpu" : "gpu";
}

function report(name: EngineName, device: "gpu" | "cpu", passedOver: Engine["passedOver"]): Engine {
  const version = tf.version["tfjs-core"] ?? tf.version.tfjs;
  const sentence = (): string => `${name} on the ${device.toUpperCase()}, TensorFlow.js ${version}`;
  return printedAs({ name, device, version, passedOver }, sentence);
}

function reasonOf(error: unknown): string {
  const line = firstLine(error);
  return line.includes("Cannot find module") ? "not installed" : line;
}
