// npm run notebook -- FILE.ipynb [--set name=value …] [--out FILE]: runs a notebook through the real kernel.
import * as path from "node:path";
import { parseArgs } from "node:util";
import { writeNotebook } from "../src/platform/files/notebookFile";
import { parseSettings } from "../src/platform/kernel/parameters";
import { CellFailure, runNotebook } from "../src/platform/kernel/runNotebook";
import { showProgress } from "../src/platform/kernel/showProgress";
import { ctrlC } from "./ctrlC";

const usage = `npm run notebook -- notebooks/NN-….ipynb [--set name=value …] [--out FILE]

  --set name=value   a parameter of the notebook; may be repeated
  --out FILE         where the executed notebook is written (default: out/ and the notebook's name)`;

main(process.argv.slice(2)).then((code) => process.exit(code));

async function main(args: string[]): Promise<number> {
  let file: string, set: Record<string, string>, out: string;
  try {
    ({ file, set, out } = read(args));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 1;
  }
  const progress = showProgress(path.basename(file, ".ipynb"));
  try {
    const { notebook, seconds } = await runNotebook(file, { set, signal: ctrlC().signal, onProgress: progress.update });
    progress.stop();
    await writeNotebook(out, notebook);
    console.log(`${path.relative("", out)}  (${seconds.toFixed(1)} s)`);
    return 0;
  } catch (error) {
    progress.stop();
    console.error((error as Error).message);
    if (error instanceof CellFailure) {
      await writeNotebook(out, error.notebook);
      console.error(`the cells up to there are in ${path.relative("", out)}`);
    }
    return 1;
  }
}

function read(args: string[]): { file: string; set: Record<string, string>; out: string } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      set: { type: "string", multiple: true },
      out: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  if (positionals.length !== 1)
    throw new Error(`expected one notebook, got ${positionals.length}${positionals.length > 1 ? `: ${positionals.join(" ")}` : ""}`);
  const [file] = positionals;
  const out = values.out ?? path.resolve(__dirname, "../out", path.basename(file));
  return { file, set: parseSettings(values.set ?? []), out };
}
