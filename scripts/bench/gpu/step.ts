// One engine at one size, in a process of its own: what a step costs, what is left of it without ONNX Runtime's own run, and where the
// time goes. VGG-19 to relu5_1 with seeded random filters and max pooling, content and five Gram terms, as in `torchStep.py`.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Session, type Profiler } from "node:inspector";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { binding, type Binding } from "onnxruntime-node/dist/binding";
import type { Image } from "../../../src/image";
import { minimize } from "../../../src/minimize/minimize";
import { randomVgg } from "../../../src/networks/vgg";
import { objective, type Objective } from "../../../src/objective";
import { adam } from "../../../src/optimizers/adam";
import { lbfgs } from "../../../src/optimizers/lbfgs";
import type { Optimizer } from "../../../src/optimizers/optimizer";
import { engine } from "../../../src/platform/engine/engine";
import { content, style } from "../../../src/terms";

/** Medians in milliseconds; `run`: of that, in ONNX Runtime's own runs of graphs. */
interface Cost { readonly time: number; readonly run: number }
export interface StepCosts {
  readonly side: number;
  readonly engine: string;
  /** From a loaded network to the first loss and gradient. */
  readonly first: number;
  readonly measure: Cost;
  readonly adam: Cost;
  readonly lbfgs: Cost;
  /** GPU kernels whose TensorFlow.js kernel is computed by the slow cpu backend. */
  readonly cpuFallbacks: readonly string[];
}

const [warmUps, repetitions] = [3, 9];
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const [mode, sideText, file] = process.argv.slice(2);
const side = Number(sideText);

/** ONNX Runtime's sessions, with a watch, and with a profile where that is asked for. */
const native = { milliseconds: 0, sessions: [] as { session: Binding.InferenceSession; runs: number }[] };
let profiles: string | undefined;
const Original = binding.InferenceSession;
class Watched extends (Original as new () => Binding.InferenceSession) {
  private readonly entry = { session: this as Binding.InferenceSession, runs: 0 };
  override loadModel(...args: any[]): void {
    const options = args[3];
    if (profiles) Object.assign(options, { enableProfiling: true, profileFilePrefix: path.join(profiles, "session") });
    for (const provider of options.executionProviders ?? [])
      if (provider.name === "webgpu" && process.env.BENCH_WEBGPU_LAYOUT) provider.preferredLayout = process.env.BENCH_WEBGPU_LAYOUT;
    native.sessions.push(this.entry);
    (super.loadModel as (...all: any[]) => void)(...args);
  }
  override run(...args: Parameters<Binding.InferenceSession["run"]>): ReturnType<Binding.InferenceSession["run"]> {
    const before = performance.now();
    try { return super.run(...args); }
    finally {
      native.milliseconds += performance.now() - before;
      this.entry.runs++;
    }
  }
}
(binding as { InferenceSession: unknown }).InferenceSession = Watched;

async function timed(work: () => Promise<unknown>): Promise<Cost> {
  native.milliseconds = 0;
  const before = performance.now();
  await work();
  return { time: performance.now() - before, run: native.milliseconds };
}

const medians = (costs: readonly Cost[]): Cost => {
  const kept = costs.slice(warmUps);
  return { time: median(kept.map(({ time }) => time)), run: median(kept.map(({ run }) => run)) };
};

async function costOfSteps(goal: Objective, start: Image, optimizer: Optimizer): Promise<Cost> {
  const loop = minimize(goal, { start, optimizer, steps: warmUps + repetitions });
  const costs: Cost[] = [];
  for (let i = 0; i < warmUps + repetitions; i++) costs.push(await timed(() => loop.next()));
  await loop.return();
  return medians(costs);
}

async function scene(): Promise<{ goal: Objective; start: Image }> {
  await engine();
  const network = await randomVgg({ width: 1, pooling: "max" });
  const image = (seed: number): Image => tf.randomUniform([side, side, 3], 0, 1, "float32", seed) as Image;
  const [photo, painting, start] = [image(1), image(2), image(3)];
  return { goal: objective(network, [content(photo), style(painting)]), start };
}

async function costs(): Promise<StepCosts> {
  const { goal, start } = await scene();
  const { time: first } = await timed(() => goal.measure(start));
  const measured: Cost[] = [];
  for (let i = 0; i < warmUps + repetitions; i++) {
    const next = tf.tidy(() => tf.add(start, 0.001 * i)) as Image; // a new image, as an optimizer makes it
    await next.data();
    measured.push(await timed(() => goal.measure(next)));
    next.dispose();
  }
  const { name, cpuFallbacks } = await engine();
  return {
    side, engine: name, first, measure: medians(measured), cpuFallbacks,
    adam: await costOfSteps(goal, start, adam()), lbfgs: await costOfSteps(goal, start, lbfgs()),
  };
}

async function gradient(): Promise<object> {
  const { goal, start } = await scene();
  const { value, gradient: numbers } = await goal.measure(start);
  writeFileSync(file, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  return { value, engine: (await engine()).name };
}

interface Share { readonly what: string; readonly milliseconds: number; readonly calls: number }
const largest = (shares: ReadonlyMap<string, { milliseconds: number; calls: number }>, per: number): Share[] =>
  [...shares].map(([what, { milliseconds, calls }]) => ({ what, milliseconds: milliseconds / per, calls: calls / per }))
    .sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 20);

/** The time of a step's graph by ONNX operation and provider. With CUDA_LAUNCH_BLOCKING=1 a GPU's times are those of its kernels. */
async function operations(): Promise<object> {
  profiles = mkdtempSync(path.join(tmpdir(), "profile-"));
  const { goal, start } = await scene();
  for (let i = 0; i < warmUps + repetitions; i++) await goal.measure(start);
  const { runs } = native.sessions.reduce((most, entry) => (entry.runs > most.runs ? entry : most));
  native.sessions.forEach((entry) => { try { entry.session.endProfiling(); } catch { /* it is closed */ } });
  const shares = new Map<string, { milliseconds: number; calls: number }>();
  let total = 0;
  const files = readdirSync(profiles).map((name) => path.join(profiles!, name));
  const events = files.map((name) => JSON.parse(readFileSync(name, "utf8")) as any[])
    .reduce((most, some) => (some.filter(({ name }) => name === "model_run").length > most.filter(({ name }) => name === "model_run").length ? some : most));
  const starts = events.filter(({ name }) => name === "model_run").map(({ ts }) => ts as number).sort((a, b) => a - b);
  const from = starts[Math.min(warmUps, starts.length - 1)];
  for (const { cat, name, dur, args, ts } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time") || ts < from) continue;
    const what = `${args.op_name} (${String(args.provider).replace("ExecutionProvider", "")})`;
    const share = shares.get(what) ?? { milliseconds: 0, calls: 0 };
    shares.set(what, { milliseconds: share.milliseconds + dur / 1000, calls: share.calls + 1 });
    total += dur / 1000;
  }
  const count = starts.length - Math.min(warmUps, starts.length - 1);
  rmSync(profiles, { recursive: true, force: true });
  return { side, runs, total: total / count, operations: largest(shares, count) };
}

/** Self times of a step's JavaScript, by function. */
async function javascript(): Promise<object> {
  const { goal, start } = await scene();
  const session = new Session();
  session.connect();
  const post = (method: string, parameters = {}): Promise<any> => new Promise((resolve, reject) =>
    session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result))));
  const result: Record<string, Share[]> = {};
  for (const [name, optimizer] of Object.entries({ adam: adam(), lbfgs: lbfgs() }) as [string, Optimizer][]) {
    const loop = minimize(goal, { start, optimizer, steps: warmUps + repetitions });
    for (let i = 0; i < warmUps; i++) await loop.next();
    await post("Profiler.enable");
    await post("Profiler.setSamplingInterval", { interval: 200 });
    await post("Profiler.start");
    for (let i = 0; i < repetitions; i++) await loop.next();
    const { profile } = await post("Profiler.stop") as { profile: Profiler.Profile };
    await loop.return();
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
    const shares = new Map<string, { milliseconds: number; calls: number }>();
    profile.samples!.forEach((id, i) => {
      const { functionName, url, lineNumber } = nodes.get(id)!.callFrame;
      const what = `${functionName || "(anonymous)"} ${path.basename(url)}:${lineNumber + 1}`;
      const share = shares.get(what) ?? { milliseconds: 0, calls: 0 };
      shares.set(what, { milliseconds: share.milliseconds + profile.timeDeltas![i] / 1000, calls: share.calls + 1 });
    });
    result[name] = largest(shares, repetitions);
  }
  return { side, ...result };
}

const modes: Readonly<Record<string, () => Promise<object>>> = { costs, gradient, operations, javascript };
void modes[mode]().then((result) => {
  console.log(JSON.stringify(result));
  process.exit(); // without waiting for a GPU's libraries to unload
}, (error: Error) => {
  console.error(String(error.cause ?? ""), error);
  process.exit(1);
});
