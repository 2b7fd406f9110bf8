// `npm run bench:losses [-- --side 256] [-- gram mmd …]`: what a step of every style loss costs, as a Markdown table.
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import {
  engine, findWeights, gram, objective, randomVgg, relative, style, vgg19, type Image, type Objective,
} from "../src/index";
import { styleLosses } from "./losses/styleLosses";

interface Measured {
  readonly engine: string;
  readonly network: string;
  /** Milliseconds of one loss and pixel gradient: the median of `repetitions`. */
  readonly median: number;
  /** How many times as long as with the Gram loss: the median over pairs measured in turn, so that other work slows both. */
  readonly ratio: number;
  /** Megabytes that the process held at most, the network included, before the Gram loss came in. */
  readonly peak: number;
}
const [repetitions, warmUps] = [9, 2];
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Measures one row in this process. */
async function measure(row: string, side: number): Promise<Measured> {
  const { name } = await engine();
  const network = findWeights("vgg19") ? await vgg19() : await randomVgg({ width: 1, pooling: "max" });
  const image = (seed: number): Image => tf.randomUniform([side, side, 3], 0, 1, "float32", seed);
  const [painting, start] = [image(1), image(2)];
  let steps = 0;
  const timed = async (goal: Objective): Promise<number> => {
    const next: Image = tf.tidy(() => tf.add(start, 0.001 * steps++)); // a new image every time, as an optimizer has it
    await next.data();
    const before = performance.now();
    await goal.measure(next);
    const time = performance.now() - before;
    next.dispose();
    return time;
  };

  const goal = objective(network, styleLosses[row](painting));
  for (let i = 0; i < warmUps + 1; i++) await timed(goal);
  const peak = process.resourceUsage().maxRSS * 1024 / 1e6;
  const reference = objective(network, [style(painting, { loss: relative(gram) })]);
  for (let i = 0; i < warmUps; i++) await timed(reference);
  const pairs: [number, number][] = [];
  for (let i = 0; i < repetitions; i++) pairs.push([await timed(goal), await timed(reference)]);
  return {
    engine: name, network: network.name, peak,
    median: median(pairs.map(([time]) => time)), ratio: median(pairs.map(([time, grams]) => time / grams)),
  };
}

/** Measures in a process of its own, so that its memory is that of one loss alone. */
function measureApart(name: string, side: number): Measured {
  const { stdout, stderr } = spawnSync(process.execPath,
    ["--require", "ts-node/register", __filename, "--side", String(side), "--only", name],
    { cwd: path.resolve(__dirname, ".."), encoding: "utf8" });
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  if (!line) throw new Error(`${name} was not measured: ${stderr.split("\n").find((text) => /Error/.test(text)) ?? stderr}`);
  return JSON.parse(line) as Measured;
}

function table(names: readonly string[], side: number): void {
  names.forEach((name, i) => {
    const { engine, network, median, ratio, peak } = measureApart(name, side);
    if (i === 0) {
      console.log(`${network}, ${engine}, ${side}²: loss and pixel gradient, median of ${repetitions}\n`);
      console.log("| loss | a step | against `gram` | peak memory |\n|---|---|---|---|");
    }
    console.log(`| \`${name}\` | ${(median / 1000).toFixed(2)} s | ${ratio.toFixed(2)} | ${(peak / 1000).toFixed(2)} GB |`);
  });
}

const { values: { side = "256", only }, positionals: words } = parseArgs({
  allowPositionals: true, options: { side: { type: "string" }, only: { type: "string" } },
});
if (only) void measure(only, Number(side)).then((measured) => console.log(JSON.stringify(measured)));
else table(Object.keys(styleLosses).filter((name) => words.length === 0 || words.some((word) => name.includes(word))), Number(side));
