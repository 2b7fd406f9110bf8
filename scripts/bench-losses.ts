// `npm run bench:losses [-- --side 256] [-- gram mmd …]`: the cost of a step with each style loss, as rows of README's table.
import { parseArgs } from "node:util";
import { engine, gram, objective, relative, style } from "../src/index";
import { inProcess } from "./bench/inProcess";
import { median, repetitions, scene, timeOnce, warmUps } from "./bench/measure";
import { styleLosses } from "./losses/styleLosses";

interface Measured {
  readonly engine: string;
  readonly network: string;
  /** Milliseconds of one loss and pixel gradient: the median of `repetitions`. */
  readonly median: number;
  /** The time relative to the Gram loss: the median over alternating pairs, so that other work slows both alike. */
  readonly ratio: number;
  /** The process's peak memory in megabytes, with the network and without the Gram loss. */
  readonly peak: number;
}

/** Measures one loss in this process. */
async function measure(row: string, side: number): Promise<Measured> {
  const { name } = await engine();
  const setup = await scene(side);
  const { network, painting } = setup;
  let steps = 0;
  const goal = objective(network, styleLosses[row].terms(painting));
  const timeLoss = (): Promise<number> => timeOnce(goal.measure, setup, steps++);
  for (let i = 0; i < warmUps + 1; i++) await timeLoss();
  const peak = process.resourceUsage().maxRSS * 1024 / 1e6;
  const reference = objective(network, [style(painting, { loss: relative(gram()) })]);
  const timeGram = (): Promise<number> => timeOnce(reference.measure, setup, steps++);
  for (let i = 0; i < warmUps; i++) await timeGram();
  const pairs: [number, number][] = [];
  for (let i = 0; i < repetitions; i++) pairs.push([await timeLoss(), await timeGram()]);
  return {
    engine: name, network: network.name, peak,
    median: median(pairs.map(([time]) => time)), ratio: median(pairs.map(([time, other]) => time / other)),
  };
}

/** Measures in a separate process, so that its memory is that of one loss alone. */
function measureInProcess(name: string, side: number): Measured {
  const result = inProcess<Measured>("../bench-losses", ["--side", String(side), "--only", name]);
  if (typeof result === "string") throw new Error(`${name} was not measured: ${result}`);
  return result;
}

function table(names: readonly string[], side: number): void {
  names.forEach((name, i) => {
    const { engine, network, median, ratio, peak } = measureInProcess(name, side);
    if (i === 0) {
      console.log(`${network}, ${engine}, ${side}²: loss and pixel gradient, median of ${repetitions}\n`);
      console.log("| terms | what is compared | source | a step, against `gram()` | peak memory | seconds |\n|---|---|---|---|---|---|");
    }
    const { spec: { summary, source } } = styleLosses[name];
    console.log(`| ${name.replace(/\w+\(.*?\)/g, "`$&`")} | ${summary} | ${source} | ${ratio.toFixed(2)} | ${(peak / 1000).toFixed(2)} GB | ${(median / 1000).toFixed(2)} |`);
  });
}

const { values: { side = "256", only }, positionals: filters } = parseArgs({
  allowPositionals: true, options: { side: { type: "string" }, only: { type: "string" } },
});
if (only) void measure(only, Number(side)).then((measured) => console.log(JSON.stringify(measured)));
else table(Object.keys(styleLosses).filter((name) => filters.length === 0 || filters.some((word) => name.includes(word))), Number(side));
