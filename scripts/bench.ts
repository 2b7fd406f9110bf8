// `npm run bench [-- --large] [-- onnx cpu …]`: how long loss and pixel gradient take on every engine; a table, and out/bench.json.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { engine, engines, engineVariants } from "../src/engine/engine";
import { findWeights } from "../src/files/weights";
import type { Image } from "../src/image";
import { randomVgg } from "../src/networks/random";
import { vgg19, type Vgg } from "../src/networks/vgg";
import { objective } from "../src/objective";
import { content, style } from "../src/terms";

/** What one engine did at one size; times in milliseconds, memory in megabytes (10⁶ bytes). */
interface Line {
  readonly engine: string;
  readonly side: number;
  readonly network: string;
  /** The median of `times`. */
  readonly median: number;
  readonly times: readonly number[];
  /** From a loaded network to the first loss and gradient: looking at the targets, and making the session, are in it. */
  readonly first: number;
  /** The most that the process ever held, its start and the network included. */
  readonly peak: number;
}

const root = path.resolve(__dirname, "..");
const [repetitions, warmUps] = [7, 2];
/** The plain cpu backend needs minutes for one gradient at 256²: it is measured only when it is named. */
const usual = engines.filter((name) => name !== "cpu");

/** Measures the engine that STYLOSCOPE_ENGINE names, in this process. */
async function measure(side: number): Promise<Line> {
  const { name } = await engine();
  const network: Vgg = findWeights("vgg19") ? await vgg19() : await randomVgg({ width: 1, pooling: "max" });
  const image = (seed: number): Image => tf.randomUniform([side, side, 3], 0, 1, "float32", seed) as Image;
  const [photo, painting, start] = [image(1), image(2), image(3)];
  await Promise.all([photo, painting, start].map((x) => x.data()));

  const began = performance.now();
  const goal = objective(network, [content(photo), style(painting)]);
  await goal.measure(start);
  const first = performance.now() - began;
  const times: number[] = [];
  for (let i = 0; i < warmUps + repetitions; i++) {
    // A new image every time, as an optimizer has it; making it is not measured.
    const next = tf.tidy(() => tf.add(start, 0.001 * i)) as Image;
    await next.data();
    const before = performance.now();
    await goal.measure(next);
    if (i >= warmUps) times.push(performance.now() - before);
    next.dispose();
  }
  const median = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
  return { engine: name, side, network: network.name, median, times, first, peak: process.resourceUsage().maxRSS * 1024 / 1e6 };
}

/** Measures in a process of its own, so that memory and time to the first result are those of one engine and size alone. */
function measureApart(name: string, side: number): Line | string {
  const { stdout, stderr } = spawnSync(process.execPath, ["--require", "ts-node/register", __filename, "--side", String(side)],
    { cwd: root, env: { ...process.env, STYLOSCOPE_ENGINE: name }, encoding: "utf8", timeout: 20 * 60_000 });
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  return line ? JSON.parse(line) as Line : stderr.split("\n").find((text) => /Error|does not load/.test(text)) ?? "it did not end";
}

function table(names: readonly string[], sides: readonly number[]): void {
  const machine = { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.version, load: os.loadavg()[0] };
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load before: ${machine.load.toFixed(2)}` +
    `${machine.load > 0.5 ? " (other work is running: these times are too long)" : ""}`);
  console.log(`VGG-19 to relu5_1, content and five Gram terms: loss and pixel gradient, median of ${repetitions}\n`);
  const columns = ["engine", "size", "median", "fastest", "first", "peak memory"];
  const row = (cells: readonly string[]): string => cells.map((cell, at) => (at === 0 ? cell.padEnd(14) : cell.padStart(12))).join("");
  console.log(row(columns));
  const lines: Line[] = [];
  const left: Record<string, string> = {};
  for (const name of names)
    for (const side of sides) {
      const result = measureApart(name, side);
      if (typeof result === "string") {
        left[name] = result;
        console.log(`${name.padEnd(14)}${result}`);
        break;
      }
      lines.push(result);
      const seconds = (time: number): string => `${(time / 1000).toFixed(3)} s`;
      console.log(row([name, `${side}²`, seconds(result.median), seconds(Math.min(...result.times)), seconds(result.first),
        `${(result.peak / 1000).toFixed(2)} GB`]));
    }
  const file = path.join(root, "out", "bench.json");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ machine: { ...machine, loadAfter: os.loadavg()[0] }, lines, left }, null, 2) + "\n");
  console.log(`\n${[...new Set(lines.map(({ network }) => network))].join(", ")}; written to out/bench.json`);
}

if (require.main === module) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { large: { type: "boolean" }, side: { type: "string" }, sizes: { type: "string" } },
  });
  const known: readonly string[] = [...engines, ...engineVariants];
  const strange = positionals.find((name) => !known.includes(name));
  if (values.side) void measure(Number(values.side)).then((line) => console.log(JSON.stringify(line)));
  else if (strange) {
    console.error(`no engine "${strange}"; there are ${known.join(", ")}`);
    process.exitCode = 2;
  } else table(positionals.length > 0 ? positionals : usual,
    values.sizes ? values.sizes.split(",").map(Number) : values.large ? [256, 512, 768] : [256, 512]);
}
