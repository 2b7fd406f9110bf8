// A step of `minimize` against the bare runs of ONNX Runtime inside it: what recording, optimizer and loop add.
import * as tf from "@tensorflow/tfjs";
import { binding, type Binding } from "onnxruntime-node/dist/binding";
import type { Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { gram } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { minimize } from "../../src/minimize/minimize";
import { vgg19Mini } from "../../src/networks/vgg";
import { live } from "../../src/notebook/live";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { lbfgs } from "../../src/optimizers/lbfgs";
import type { Optimizer } from "../../src/optimizers/optimizer";
import { engine } from "../../src/platform/engine/engine";
import { content, smoothness, style } from "../../src/terms";
import { inProcess, printMachine, writeResults } from "./inProcess";
import { median, paperNetwork } from "./measure";

/** Medians over the steps, in milliseconds. */
interface Overhead {
  readonly network: string;
  readonly side: number;
  readonly optimizer: string;
  /** A whole step, with `live`, which draws nothing outside a notebook. */
  readonly step: number;
  /** Of that, ONNX Runtime's own runs. */
  readonly run: number;
  /** The rest of the objective's measurements: recording, naming the graph, copying. */
  readonly record: number;
  /** The optimizer without the measurements that it asks for. */
  readonly optimize: number;
  /** The median of step / run. */
  readonly ratio: number;
}

const networks = { "vgg19-mini": vgg19Mini, vgg19: paperNetwork };
const optimizers: Readonly<Record<string, () => Optimizer>> = { adam: () => adam({ rate: 0.02 }), lbfgs: () => lbfgs() };
/** L-BFGS has all of its pairs after the warm-up. */
const [warmUps, milliseconds, least, most] = [24, 6000, 12, 120];

export function overhead(sides: readonly number[]): void {
  printMachine();
  console.log("notebook 00's loop outside a notebook, ms a step: ONNX Runtime's own run, the rest of measure, the optimizer, all; all / run\n");
  console.log(row(["network", "size", "optimizer", "run", "record", "optimize", "step", "ratio"]));
  const lines: (Overhead | string)[] = [];
  for (const network of Object.keys(networks))
    for (const side of sides)
      for (const optimizer of Object.keys(optimizers)) {
        const line = inProcess<Overhead>("overhead", [network, String(side), optimizer], "onnx");
        lines.push(line);
        if (typeof line === "string") console.log(`${network} ${side}²: ${line}`);
        else console.log(row([network, `${side}²`, optimizer, ...[line.run, line.record, line.optimize, line.step].map((time) => time.toFixed(1)), line.ratio.toFixed(2)]));
      }
  writeResults("overhead.json", { lines });
  console.log("\nwritten to out/overhead.json");
}

const row = (columns: readonly string[]): string => columns.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(10))).join("");

/** A stopwatch that adds up. */
interface Clock { total: number }

/** Adds to `clock` what `call` takes. */
async function timed<Result>(clock: Clock, call: () => Result | Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await call();
  clock.total += performance.now() - began;
  return result;
}

/** Adds to `clock` what every run of every session takes, of sessions that are created from here on. */
function timeRuns(clock: Clock): void {
  binding.InferenceSession = class extends binding.InferenceSession {
    override run(...args: Parameters<Binding.InferenceSession["run"]>): ReturnType<Binding.InferenceSession["run"]> {
      const began = performance.now();
      const results = super.run(...args);
      clock.total += performance.now() - began;
      return results;
    }
  };
}

async function measureOverhead(name: keyof typeof networks, side: number, which: string): Promise<Overhead> {
  await engine();
  const network = await networks[name]();
  const image = (seed: number): Image => tf.randomUniform([side, side, 3], 0, 1, "float32", seed) as Image;
  const goal = objective(network, [
    content(image(1), { loss: relative(activations()) }),
    style(image(2), { loss: relative(gram()), weight: 10 }),
    smoothness({ weight: 3 }),
  ]);
  const [runs, measuring, stepping] = [{ total: 0 }, { total: 0 }, { total: 0 }];
  timeRuns(runs);
  const { measure } = goal;
  Object.assign(goal, { measure: (...args: Parameters<typeof measure>) => timed(measuring, () => measure(...args)) });
  const inner = optimizers[which]();
  const optimizer: Optimizer = {
    ...inner,
    step: async (f, x, state) => {
      const before = measuring.total;
      const result = await timed(stepping, () => inner.step(f, x, state));
      stepping.total -= measuring.total - before;
      return result;
    },
  };
  const times: { step: number; run: number; measure: number; optimize: number }[] = [];
  const view = live();
  let before = performance.now();
  let began = before;
  for await (const step of minimize(goal, { start: image(3), optimizer, steps: 100_000 })) {
    await view.update(step);
    const now = performance.now();
    times.push({ step: now - before, run: runs.total, measure: measuring.total, optimize: stepping.total });
    before = now;
    for (const clock of [runs, measuring, stepping]) clock.total = 0;
    if (times.length === warmUps) began = now;
    const counted = times.length - warmUps;
    if (counted >= most || (counted >= least && now - began > milliseconds)) break;
  }
  const counted = times.slice(warmUps);
  const of = (number: (time: (typeof times)[number]) => number): number => median(counted.map(number));
  return {
    network: name, side, optimizer: which, step: of(({ step }) => step), run: of(({ run }) => run), record: of(({ measure, run }) => measure - run),
    optimize: of(({ optimize }) => optimize), ratio: of(({ step, run }) => step / run),
  };
}

if (require.main === module) {
  const [name, side, which] = process.argv.slice(2);
  void measureOverhead(name as keyof typeof networks, Number(side), which).then((result) => console.log(JSON.stringify(result)));
}
