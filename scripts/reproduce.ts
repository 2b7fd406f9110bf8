// npm run reproduce -- NAME | --all | --table [--quick] [--size N] [--steps N] [--seed N] [--network NAME] [--out DIR]: figures of papers, with verdicts.
import * as path from "node:path";
import { figureFile, readFigures, writeFigure, type FigureRecord } from "../src/figures/figureFolder";
import { figureKey } from "../src/figures/figureKey";
import { figureRows, figuresTable } from "../src/figures/figuresTable";
import { figures } from "../src/figures/registry";
import { reproduce, type FigureChoice } from "../src/figures/reproduce";
import { reproduceAll, type AllProgress } from "../src/figures/reproduceAll";
import { writeFiguresPage } from "../src/notebook/figuresPage";
import { formatDuration } from "../src/platform/drawing/formatDuration";
import { writeAtomically } from "../src/platform/files/writeAtomically";
import { progressBar } from "../src/platform/kernel/progressBar";
import { stopRequest } from "./stopRequest";
import { parsedArgs, UsageError } from "./usageError";

const usage = `npm run reproduce -- NAME [--size N] [--steps N] [--seed N] [--network NAME] [--photo NAME] [--painting NAME] [--images paper|project] [--quick] [--out DIR]
npm run reproduce -- --all [--size N] [--steps N] [--seed N] [--network NAME] [--images paper|project] [--quick] [--out DIR]
npm run reproduce -- --table [--quick] [--out DIR]

Figures:
${figures.map(({ name, figure }) => `  ${name}  ${figure}`).join("\n")}

Images are the project's, and those of the paper where they are at hand: tubingen, starry_night, shipwreck and the_scream from \`npm run images\`,
composition_vii from a file of that name in a folder of STYLOSCOPE_IMAGES. With --images project they are the project's only.
Writes DIR/NAME.png and DIR/NAME.json (default DIR: out/figures; NAME-paper with one of the paper's images, NAME-other with one of yours; then -quick
with --quick); --all makes those that are not there yet, and the page DIR/index.html and the table DIR/results.md; --table makes no figure, and writes
page and table of those that are in DIR, wherever they were made (with --quick the page is of quick ones; the table is of all). Ends with 1 where a claim does not hold or a figure fails, 130 where it was stopped.`;

type Print = (line: string) => void;

/** Runs the command line and returns the exit code. */
export async function main(args: string[], print: Print = console.log, complain: Print = console.error): Promise<number> {
  try {
    const { names, all, table, help, quick, out, settings } = read(args);
    if (help) return print(usage), 0;
    if (table) return await layOut(out, quick, print);
    if (all) return await makeAll(out, { quick, ...settings }, print);
    return await makeOne(names[0], out, { quick, ...settings }, print, complain);
  } catch (error) {
    complain(`${(error as Error).message}${error instanceof UsageError ? `\n\n${usage}` : ""}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

type Settings = FigureChoice & { quick: boolean };

async function makeOne(name: string, out: string, settings: Settings, print: Print, complain: Print): Promise<number> {
  const request = stopRequest();
  const began = performance.now();
  let last: string | undefined;
  const each = (progress: string): void => {
    if (process.stderr.isTTY) return void process.stderr.write(`\r${progress}\x1b[K`);
    const seconds = (performance.now() - began) / 1000;
    const run = `${progress.replace(/, step \d+ of \d+$/, "")} ${Math.floor(seconds / 60)}`; // a line for each run and minute, where none can be written over
    if (run !== last) complain(`${formatDuration(seconds)} · ${progress}`);
    last = run;
  };
  const made = await reproduce(name, { ...settings, signal: request.signal, each }).catch((error: unknown) => {
    if (!request.signal.aborted) throw error; // stopped before its first step
  }).finally(() => request.release());
  try {
    if (!made || request.signal.aborted) return print(`stopped: ${name} is not done, and nothing was written`), request.exitCode();
    const record = await writeFigure(out, made, { quick: settings.quick, key: await figureKey(name, made.settings, made.engine) });
    print(`${String(made)}\n${path.relative("", figureFile(out, record))}.png`);
    return made.holds ? 0 : 1;
  } finally {
    made?.dispose();
  }
}

async function makeAll(out: string, settings: Settings, print: Print): Promise<number> {
  const request = stopRequest();
  const left = ({ secondsLeft }: AllProgress): string => (secondsLeft === undefined ? "" : ` · ${formatDuration(secondsLeft)} left`);
  const bar = progressBar<AllProgress>({
    format: "{bar} {value}/{total} figures · {clock}{left} · {doing}",
    position: (progress) => ({
      value: progress.done, total: progress.figures,
      fields: { clock: formatDuration(progress.seconds), left: left(progress), doing: `${progress.name}: ${progress.doing}` },
    }),
    line: (progress) => ({ key: progress.name, text: `${progress.done}/${progress.figures} figures · ${formatDuration(progress.seconds)}${left(progress)} · ${progress.name}` }),
  });
  const result = await reproduceAll(out, { ...settings, signal: request.signal, each: (progress) => bar.update(progress) })
    .finally(() => { request.release(); bar.stop(); });
  const { records, failed, made, stopped } = result;
  const verdicts = records.flatMap((record) => record.verdicts);
  const held = verdicts.filter(({ holds }) => holds).length;
  for (const { name, verdicts } of records)
    for (const { claim, value, atLeast, atMost } of verdicts.filter(({ holds }) => !holds))
      print(`${name}: ${claim} ${value.toPrecision(3)}, the bound is ${atLeast ?? atMost}: it does not hold here.`);
  for (const [name, error] of Object.entries(failed)) print(`${name} could not be made: ${error}`);
  const page = records.length > 0 ? path.relative("", await writeFiguresPage(out, result)) : "no page";
  if (records.length > 0) await writeTable(out, await readFigures(out));
  print(`${records.length} figures, ${made} of them made now; ${held} of ${verdicts.length} claims hold: ${page}`);
  if (stopped) return print("stopped; the same command goes on from here"), request.exitCode();
  return Object.keys(failed).length === 0 && held === verdicts.length ? 0 : 1;
}

/** The table and the page of what is in the folder, which may come from another machine. */
async function layOut(out: string, quick: boolean, print: Print): Promise<number> {
  const records = await readFigures(out);
  const shown = records.filter((record) => record.quick === quick);
  if (records.length === 0) throw new Error(`there are no figures in ${out}: make them with --all`);
  print(path.relative("", await writeTable(out, records)));
  if (shown.length > 0) print(path.relative("", await writeFiguresPage(out, { records: shown, failed: {} })));
  return 0;
}

async function writeTable(out: string, records: readonly FigureRecord[]): Promise<string> {
  const file = path.join(out, "results.md");
  await writeAtomically(file, figuresTable(records.map(figureRows)));
  return file;
}

interface Read { names: string[]; all: boolean; table: boolean; help: boolean; quick: boolean; out: string; settings: FigureChoice }

function read(args: string[]): Read {
  const text = { type: "string" } as const;
  const parsed = parsedArgs({
    args, allowPositionals: true,
    options: {
      size: text, steps: text, seed: text, network: text, photo: text, painting: text, images: text, out: text,
      all: { type: "boolean" }, table: { type: "boolean" }, quick: { type: "boolean" }, help: { type: "boolean", short: "h" },
    },
  });
  const { values: { quick = false, all = false, table = false, help = false, out = path.resolve(__dirname, "../out/figures"), ...given }, positionals: names } = parsed;
  if (!help && all && names.length > 0) throw new UsageError("--all takes no name");
  if (!help && all && (given.photo ?? given.painting) !== undefined)
    throw new UsageError("--all takes no photo and no painting: some figures need several");
  if (!help && table && (all || names.length > 0 || Object.keys(given).length > 0)) throw new UsageError("--table takes no name, no --all and no settings: it makes no figure");
  if (!help && !all && !table && names.length !== 1) throw new UsageError(names.length === 0 ? "which figure? --all makes all of them" : "one figure at a time, or --all");
  const whole = new Set(["size", "steps", "seed"]);
  const settings = Object.fromEntries(Object.entries(given).map(([name, value]) => {
    if (whole.has(name) && !/^\d+$/.test(value)) throw new UsageError(`--${name} is a whole number, got ${value}`);
    return [name, whole.has(name) ? Number(value) : value];
  })) as FigureChoice;
  return { names, all, table, help, quick, out, settings };
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => process.exit(code));
