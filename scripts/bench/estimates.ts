// Estimates against measurements: seconds per step and peak memory, for every engine and network, each in a separate process.
import { estimate } from "../../src/estimate/estimate";
import { noise } from "../../src/image";
import { minimize } from "../../src/minimize/minimize";
import type { Network } from "../../src/networks/network";
import { randomResnet50 } from "../../src/networks/resnet50";
import { randomSqueezenet, squeezenet } from "../../src/networks/squeezenet";
import { randomVgg, vgg19Mini } from "../../src/networks/vgg";
import { objective, type Objective } from "../../src/objective";
import { engine } from "../../src/platform/engine/engine";
import { findWeights } from "../../src/platform/files/findWeights";
import { content, contentLayers, style, styleLayers } from "../../src/terms";
import { inProcess, printMachine, writeResults } from "./inProcess";
import { median, paperNetwork } from "./measure";

interface Cost { readonly seconds: number; readonly bytes: number }
interface Row extends Cost { readonly name: string; readonly network: string; readonly side: number; readonly estimated: Cost }

/** Each network, and the layers of the objective. */
const networks: Record<string, { load: () => Promise<Network>; content: readonly string[]; style: readonly string[] }> = {
  "random": { load: () => randomVgg(), content: contentLayers, style: styleLayers },
  "vgg19-mini": { load: () => vgg19Mini(), content: contentLayers, style: styleLayers },
  "squeezenet": {
    load: () => (findWeights("squeezenet") ? squeezenet() : randomSqueezenet()),
    content: ["fire5/concat"], style: ["relu_conv1", "fire2/concat", "fire3/concat", "fire5/concat", "fire7/concat"],
  },
  "resnet50": {
    load: () => randomResnet50({ width: 1 }),
    content: ["conv4_block1_out"],
    style: ["conv1_relu", "conv2_block1_out", "conv2_block3_out", "conv3_block4_out", "conv4_block6_out"],
  },
  "vgg19": {
    load: paperNetwork, content: contentLayers, style: styleLayers,
  },
};

const [tolerance, maxSeconds] = [0.3, 120];

/** Prints the table; the exit status is 1 where an estimate is more than 30 % off. */
export function estimates(names: readonly string[], sides: readonly number[]): void {
  printMachine();
  console.log("content and five Gram terms, lbfgs(); estimated / measured\n");
  console.log("| engine | network | size | s per step | error | peak GB | error |\n|---|---|---|---|---|---|---|");
  const rows: Row[] = [];
  for (const name of names)
    for (const network of Object.keys(networks)) {
      const estimated = inProcessOrThrow<{ estimated: Cost[] }>(["estimate", network, sides.join()], name).estimated;
      sides.forEach((side, i) => {
        const row = { name, network, side, estimated: estimated[i], ...inProcessOrThrow<Cost>(["measure", network, String(side)], name) };
        rows.push(row);
        console.log(line(row));
      });
    }
  writeResults("estimates.json", { rows });
  const inaccurate = rows.flatMap(({ estimated, ...row }) => [error(estimated.seconds, row.seconds), error(estimated.bytes, row.bytes)])
    .filter((off) => Math.abs(off) > tolerance);
  console.log(`\n${inaccurate.length} of ${2 * rows.length} are more than ${100 * tolerance} % off; written to out/estimates.json`);
  if (inaccurate.length > 0) process.exitCode = 1;
}

function inProcessOrThrow<Result>(args: readonly string[], engineName: string): Result {
  const result = inProcess<Result>("estimates", args, engineName);
  if (typeof result === "string") throw new Error(`${engineName} ${args.join(" ")}: ${result}`);
  return result;
}

const error = (estimated: number, measured: number): number => estimated / measured - 1;

function line({ name, network, side, estimated, seconds, bytes }: Row): string {
  const pair = (estimated: number, measured: number): string => `${estimated.toPrecision(3)} / ${measured.toPrecision(3)}`;
  const off = (estimated: number, measured: number): string =>
    `${error(estimated, measured) < 0 ? "−" : "+"}${Math.abs(100 * error(estimated, measured)).toFixed(0)} %`;
  return `| ${name} | ${network} | ${side}² | ${pair(estimated.seconds, seconds)} | ${off(estimated.seconds, seconds)} | ` +
    `${pair(estimated.bytes / 1e9, bytes / 1e9)} | ${off(estimated.bytes, bytes)} |`;
}

async function objectiveFor(name: string, side: number): Promise<Objective> {
  await engine();
  const { load, ...layers } = networks[name];
  const [photo, painting] = [1, 2].map((seed) => noise([side, side], { seed }));
  return objective(await load(), [content(photo, { layers: layers.content }), style(painting, { layers: layers.style })]);
}

async function estimateAll(name: string, sides: readonly number[]): Promise<{ estimated: Cost[] }> {
  const goal = await objectiveFor(name, 64);
  const estimated: Cost[] = [];
  for (const side of sides) {
    const { seconds, bytes } = await estimate(goal, [side, side]);
    estimated.push({ seconds, bytes });
  }
  return { estimated };
}

/** Fifteen steps, so that the history of L-BFGS is full; fewer where they take minutes. */
async function measure(name: string, side: number): Promise<Cost> {
  const goal = await objectiveFor(name, side);
  const times: number[] = [];
  const began = performance.now();
  let before = began;
  for await (const { index } of minimize(goal, { start: noise([side, side], { seed: 3 }), steps: 15 })) {
    const now = performance.now();
    if (index > 0) times.push((now - before) / 1000);
    before = now;
    if (index > 1 && now - began > 1000 * maxSeconds) break;
  }
  return { seconds: median(times.slice(1)), bytes: process.resourceUsage().maxRSS * 1024 };
}

if (require.main === module) {
  const [what, name, sides] = process.argv.slice(2);
  const numbers = sides.split(",").map(Number);
  void (what === "estimate" ? estimateAll(name, numbers) : measure(name, numbers[0])).then((result) => console.log(JSON.stringify(result)));
}
