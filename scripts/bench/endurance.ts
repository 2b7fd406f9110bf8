// A thousand measurements in one process: what it holds at the start, in the middle and at the end.
import * as tf from "@tensorflow/tfjs";
import { apart, sayMachine, write } from "./apart";
import { byEngine, median, scene, timed } from "./measure";

interface Moment {
  readonly iteration: number;
  /** Megabytes. */
  readonly memory: number;
  readonly tensors: number;
  readonly ids: number;
  readonly sessions?: number;
  /** The median of the ten times before, in milliseconds. */
  readonly time: number;
}

const [iterations, side, moments] = [1000, 128, [20, 250, 500, 750, 1000]];

export function endurance(name: string): void {
  sayMachine();
  const found = apart<{ found: Moment[] }>("endurance", [], name);
  if (typeof found === "string") throw new Error(found);
  console.log(`${name}, ${iterations} measurements at ${side}²`);
  for (const { iteration, memory, tensors, ids, sessions, time } of found.found)
    console.log(`${String(iteration).padStart(5)}: ${memory.toFixed(0)} MB, ${tensors} tensors, ${ids} ids, ${sessions ?? "no"} sessions, ` +
      `${time.toFixed(0)} ms`);
  write("endurance.json", { engine: name, side, ...found });
  console.log("written to out/endurance.json");
}

async function run(): Promise<Moment[]> {
  const all = await scene(side);
  const measure = await byEngine(all);
  const found: Moment[] = [];
  const times: number[] = [];
  for (let i = 1; i <= iterations; i++) {
    times.push(await timed(measure, all, i));
    if (!moments.includes(i)) continue;
    const { sessions } = tf.backend().memory() as { sessions?: number };
    found.push({
      iteration: i, memory: process.memoryUsage().rss / 1e6, tensors: tf.memory().numTensors, ids: tf.backend().numDataIds(), sessions,
      time: median(times.slice(-10)),
    });
  }
  return found;
}

if (require.main === module) void run().then((found) => console.log(JSON.stringify({ found })));
