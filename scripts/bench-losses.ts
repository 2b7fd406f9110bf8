// `npm run bench:losses [-- --side 256] [-- gram mmd …]`: what a step of every style loss costs, as rows of README's table.
import { parseArgs } from "node:util";
import { engine, gram, objective, relative, style } from "../src/index";
import { apart } from "./bench/apart";
import { median, repetitions, scene, timed, warmUps } from "./bench/measure";
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

/** Measures one row in this process. */
async function measure(row: string, side: number): Promise<Measured> {
  const { name } = await engine();
  const all = await scene(side);
  const { network, painting } = all;
  let steps = 0;
  const goal = objective(network, styleLosses[row].terms(painting));
  const own = (): Promise<number> => timed(goal.measure, all, steps++);
  for (let i = 0; i < warmUps + 1; i++) await own();
  const peak = process.resourceUsage().maxRSS * 1024 / 1e6;
  const reference = objective(network, [style(painting, { loss: relative(gram()) })]);
  const grams = (): Promise<number> => timed(reference.measure, all, steps++);
  for (let i = 0; i < warmUps; i++) await grams();
  const pairs: [number, number][] = [];
  for (let i = 0; i < repetitions; i++) pairs.push([await own(), await grams()]);
  return {
    engine: name, network: network.name, peak,
    median: median(pairs.map(([time]) => time)), ratio: median(pairs.map(([time, other]) => time / other)),
  };
}

/** Measures in a process of its own, so that its memory is that of one loss alone. */
function measureApart(name: string, side: number): Measured {
  const found = apart<Measured>("../bench-losses", ["--side", String(side), "--only", name]);
  if (typeof found === "string") throw new Error(`${name} was not measured: ${found}`);
  return found;
}

function table(names: readonly string[], side: number): void {
  names.forEach((name, i) => {
    const { engine, network, median, ratio, peak } = measureApart(name, side);
    if (i === 0) {
      console.log(`${network}, ${engine}, ${side}²: loss and pixel gradient, median of ${repetitions}\n`);
      console.log("| terms | what is compared | source | a step, against `gram()` | peak memory | seconds |\n|---|---|---|---|---|---|");
    }
    const { spec: { summary, source } } = styleLosses[name];
    console.log(`| \`${name}\` | ${summary} | ${source} | ${ratio.toFixed(2)} | ${(peak / 1000).toFixed(2)} GB | ${(median / 1000).toFixed(2)} |`);
  });
}

const { values: { side = "256", only }, positionals: words } = parseArgs({
  allowPositionals: true, options: { side: { type: "string" }, only: { type: "string" } },
});
if (only) void measure(only, Number(side)).then((measured) => console.log(JSON.stringify(measured)));
else table(Object.keys(styleLosses).filter((name) => words.length === 0 || words.some((word) => name.includes(word))), Number(side));
