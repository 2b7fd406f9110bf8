// Estimated against measured: seconds a step and peak memory, on every engine and network, each in a process of its own.
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
import { apart, sayMachine, write } from "./apart";
import { median, paperNetwork } from "./measure";

interface Figures { readonly seconds: number; readonly bytes: number }
interface Row extends Figures { readonly name: string; readonly network: string; readonly side: number; readonly estimated: Figures }

/** Each network, and where an objective looks in it. */
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

const [allowed, patience] = [0.3, 120];

/** Prints the table; the exit status is 1 where an estimate is more than 30 % off. */
export function estimates(names: readonly string[], sides: readonly number[]): void {
  sayMachine();
  console.log("content and five Gram terms, lbfgs(); estimated / measured\n");
  console.log("| engine | network | size | s a step | error | peak GB | error |\n|---|---|---|---|---|---|---|");
  const rows: Row[] = [];
  for (const name of names)
    for (const network of Object.keys(networks)) {
      const estimated = found<{ estimated: Figures[] }>(["estimate", network, sides.join()], name).estimated;
      sides.forEach((side, at) => {
        const row = { name, network, side, estimated: estimated[at], ...found<Figures>(["measure", network, String(side)], name) };
        rows.push(row);
        console.log(line(row));
      });
    }
  write("estimates.json", { rows });
  const wrong = rows.flatMap(({ estimated, ...row }) => [error(estimated.seconds, row.seconds), error(estimated.bytes, row.bytes)])
    .filter((off) => Math.abs(off) > allowed);
  console.log(`\n${wrong.length} of ${2 * rows.length} are more than ${100 * allowed} % off; written to out/estimates.json`);
  if (wrong.length > 0) process.exitCode = 1;
}

function found<Result>(words: readonly string[], engineName: string): Result {
  const result = apart<Result>("estimates", words, engineName);
  if (typeof result === "string") throw new Error(`${engineName} ${words.join(" ")}: ${result}`);
  return result;
}

const error = (estimated: number, measured: number): number => estimated / measured - 1;

function line({ name, network, side, estimated, seconds, bytes }: Row): string {
  const pair = (guess: number, fact: number): string => `${guess.toPrecision(3)} / ${fact.toPrecision(3)}`;
  const off = (guess: number, fact: number): string =>
    `${error(guess, fact) < 0 ? "−" : "+"}${Math.abs(100 * error(guess, fact)).toFixed(0)} %`;
  return `| ${name} | ${network} | ${side}² | ${pair(estimated.seconds, seconds)} | ${off(estimated.seconds, seconds)} | ` +
    `${pair(estimated.bytes / 1e9, bytes / 1e9)} | ${off(estimated.bytes, bytes)} |`;
}

async function goalOf(name: string, side: number): Promise<Objective> {
  await engine();
  const { load, ...layers } = networks[name];
  const [photo, painting] = [1, 2].map((seed) => noise([side, side], { seed }));
  return objective(await load(), [content(photo, { layers: layers.content }), style(painting, { layers: layers.style })]);
}

async function guess(name: string, sides: readonly number[]): Promise<{ estimated: Figures[] }> {
  const goal = await goalOf(name, 64);
  const estimated: Figures[] = [];
  for (const side of sides) {
    const { seconds, bytes } = await estimate(goal, [side, side]);
    estimated.push({ seconds, bytes });
  }
  return { estimated };
}

/** Fifteen steps, so that L-BFGS remembers all that it will; fewer where they take minutes. */
async function measure(name: string, side: number): Promise<Figures> {
  const goal = await goalOf(name, side);
  const times: number[] = [];
  const began = performance.now();
  let before = began;
  for await (const { index } of minimize(goal, { start: noise([side, side], { seed: 3 }), steps: 15 })) {
    const now = performance.now();
    if (index > 0) times.push((now - before) / 1000);
    before = now;
    if (index > 1 && now - began > 1000 * patience) break;
  }
  return { seconds: median(times.slice(1)), bytes: process.resourceUsage().maxRSS * 1024 };
}

if (require.main === module) {
  const [what, name, sides] = process.argv.slice(2);
  const numbers = sides.split(",").map(Number);
  void (what === "estimate" ? guess(name, numbers) : measure(name, numbers[0])).then((result) => console.log(JSON.stringify(result)));
}
