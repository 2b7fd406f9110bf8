// npm run bench:sweep [-- --side 192 --steps 60]: the time of a sweep of 30 cells, and of its cells without a sweep; then the sweep
// killed and resumed, and in shards, with every file compared.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { mergeSweeps } from "../src/sweeps/mergeSweeps";
import { cellsOf } from "../src/sweeps/plan";
import { oneByOne } from "./bench/oneByOne";
import { benchPlan, differences, killAt, program, root, startSweep, waitFor } from "./bench/sweepPlan";

const { values } = parseArgs({ options: { side: { type: "string", default: "192" }, steps: { type: "string", default: "60" } } });
const plan = benchPlan(Number(values.side), Number(values.steps));
const cells = cellsOf(plan).map(({ settings }) => settings);
const out = path.join(root, "out", "bench-sweep");
const folder = (name: string): string => path.join(out, name);

void main();

async function main(): Promise<void> {
  fs.rmSync(out, { recursive: true, force: true });
  console.log(`${cells.length} cells, ${values.side}², ${values.steps} steps each, vgg19-mini, ${os.availableParallelism()} cores`);
  const whole = await seconds(() => waitFor(startSweep(plan, folder("whole"))));
  console.log(`as a sweep                                  ${whole.toFixed(1)} s`);
  const loop = await seconds(() => waitFor(program(oneByOne, JSON.stringify(cells))));
  console.log(`one by one, in one process on all cores     ${loop.toFixed(1)} s  (${(loop / whole).toFixed(2)} times as long)`);
  const separate = await seconds(async () => {
    for (const cell of cells) await waitFor(program(oneByOne, JSON.stringify([cell])));
  });
  console.log(`one by one, each in a separate process      ${separate.toFixed(1)} s  (${(separate / whole).toFixed(2)} times as long)`);

  for (const at of [7, 18]) await killAt(startSweep(plan, folder("killed")), folder("killed"), at);
  await waitFor(startSweep(plan, folder("killed")));
  printDifferences("killed at 7 and at 18 cells, and resumed", differences(folder("whole"), folder("killed")));

  const shards = ["1/3", "2/3", "3/3"].map((shard) => ({ shard, at: folder(`shard-${shard[0]}`) }));
  const running = shards.map(({ shard, at }) => startSweep(plan, at, { shard }));
  await Promise.all([waitFor(running[0]), killAt(running[1], shards[1].at, 4), waitFor(running[2])]);
  await waitFor(startSweep(plan, shards[1].at, { shard: shards[1].shard }));
  await mergeSweeps(shards.map(({ at }) => at), folder("merged"));
  printDifferences("three shards, one killed and resumed, merged", differences(folder("whole"), folder("merged")));
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

function printDifferences(what: string, different: readonly string[]): void {
  console.log(`${what}: ${different.length === 0 ? "the same files, byte for byte" : `DIFFERENT: ${different.join(", ")}`}`);
  if (different.length > 0) process.exitCode = 1;
}
