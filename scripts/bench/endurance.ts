// A thousand measurements in one process: its memory and tensors at the start, in the middle and at the end.
import * as tf from "@tensorflow/tfjs";
import { inProcess, printMachine, writeResults } from "./inProcess";
import { engineMeasure, median, scene, timeOnce } from "./measure";

interface Moment {
  readonly iteration: number;
  /** Megabytes. */
  readonly memory: number;
  readonly tensors: number;
  readonly dataIds: number;
  readonly sessions?: number;
  /** The median of the last ten times, in milliseconds. */
  readonly time: number;
}

const [iterations, side, checkpoints] = [1000, 128, [20, 250, 500, 750, 1000]];

export function endurance(name: string): void {
  printMachine();
  const result = inProcess<{ moments: Moment[] }>("endurance", [], name);
  if (typeof result === "string") throw new Error(result);
  console.log(`${name}, ${iterations} measurements at ${side}²`);
  for (const { iteration, memory, tensors, dataIds, sessions, time } of result.moments)
    console.log(`${String(iteration).padStart(5)}: ${memory.toFixed(0)} MB, ${tensors} tensors, ${dataIds} ids, ${sessions ?? "no"} sessions, ` +
      `${time.toFixed(0)} ms`);
  writeResults("endurance.json", { engine: name, side, ...result });
  console.log("written to out/endurance.json");
}

async function run(): Promise<Moment[]> {
  const setup = await scene(side);
  const measure = await engineMeasure(setup);
  const moments: Moment[] = [];
  const times: number[] = [];
  for (let i = 1; i <= iterations; i++) {
    times.push(await timeOnce(measure, setup, i));
    if (!checkpoints.includes(i)) continue;
    const { sessions } = tf.backend().memory() as { sessions?: number };
    moments.push({
      iteration: i, memory: process.memoryUsage().rss / 1e6, tensors: tf.memory().numTensors, dataIds: tf.backend().numDataIds(), sessions,
      time: median(times.slice(-10)),
    });
  }
  return moments;
}

if (require.main === module) void run().then((moments) => console.log(JSON.stringify({ moments })));
