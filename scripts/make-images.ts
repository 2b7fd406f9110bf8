// `npm run make:images [-- name …] [--size 512] [--seed 1] [--out DIR]`: renders the project's sample pictures.
import * as path from "node:path";
import { parseArgs } from "node:util";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { nearest } from "../src/errors";
import { writeAtomically } from "../src/platform/files/writeAtomically";
import { encode, type Canvas } from "./pictures/canvas";
import { mosaic } from "./pictures/mosaic";
import { strokes } from "./pictures/strokes";
import { table } from "./pictures/table";
import { valley } from "./pictures/valley";
import { watercolor } from "./pictures/watercolor";
import { woodcut } from "./pictures/woodcut";

/** Renders a picture of `size` × `size` pixels; the same seed gives the same picture. */
export type Generator = (size: number, seed: number) => Canvas;

/** Every picture by name: two content scenes, slowest first, then the styles. */
export const pictures: Record<string, Generator> = { table, valley, strokes, mosaic, woodcut, watercolor };

/** The pictures to render, and the folder to write them to. */
export interface MakeOptions {
  names: string[];
  size: number;
  seed: number;
  out: string;
}

/** Reads the command line. @throws Error that says what to write instead, for an unknown picture, size or seed */
export function readOptions(args: string[]): MakeOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      size: { type: "string", default: "512" },
      seed: { type: "string", default: "1" },
      out: { type: "string" },
    },
  });
  const available = Object.keys(pictures);
  for (const name of positionals) {
    if (available.includes(name)) continue;
    throw new Error(`no picture "${name}"; did you mean ${nearest(name, available)}? (there are: ${available.join(", ")})`);
  }
  const size = Number(values.size);
  const seed = Number(values.seed);
  if (!Number.isInteger(size) || size < 16 || size > 2048) {
    throw new Error(`--size ${values.size}: expected a whole number of pixels from 16 to 2048, such as --size 512`);
  }
  if (!Number.isInteger(seed) || seed < 0)
    throw new Error(`--seed ${values.seed}: expected a whole number, 0 or more, such as --seed 1`);
  const names = positionals.length > 0 ? [...new Set(positionals)] : available;
  return { names, size, seed, out: path.resolve(values.out ?? path.join(__dirname, "../notebooks/images")) };
}

/** Renders one picture and writes it as a JPEG file, atomically. */
export async function make(
  name: string,
  { size, seed, out }: Omit<MakeOptions, "names">,
): Promise<{ file: string; bytes: number }> {
  const jpeg = await encode(pictures[name](size, seed));
  const file = path.join(out, `${name}.jpg`);
  await writeAtomically(file, jpeg);
  return { file, bytes: jpeg.length };
}

/** Renders the pictures, two at a time, each in its own thread; prints a line for each. */
async function makeAll({ names, ...options }: MakeOptions): Promise<void> {
  const waiting = [...names];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      const start = performance.now();
      const { file, bytes } = await inThread(name, options);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const facts = `${options.size}×${options.size}  ${Math.round(bytes / 1000)} kB  ${seconds} s`;
      console.log(`${name.padEnd(12)} ${facts}  ${path.relative(".", file)}`);
    }
  };
  await Promise.all([work(), work()]);
}

function inThread(name: string, options: Omit<MakeOptions, "names">): Promise<{ file: string; bytes: number }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: { name, options }, execArgv: ["--require", "ts-node/register"] });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

if (!isMainThread && workerData?.name) {
  void make(workerData.name, workerData.options).then((result) => parentPort?.postMessage(result));
} else if (require.main === module) {
  Promise.resolve()
    .then(() => makeAll(readOptions(process.argv.slice(2))))
    .catch((error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    });
}
