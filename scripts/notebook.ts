// npm run notebook -- FILE.ipynb [--set name=value …] [--out FILE]: runs a notebook through the real kernel, and writes it and a page of it.
import * as path from "node:path";
import { parseArgs } from "node:util";
import { parseSettings } from "../src/platform/kernel/parameters";
import { runToFiles } from "./runToFiles";

const usage = `npm run notebook -- notebooks/NN-….ipynb [--set name=value …] [--out FILE.ipynb]

  --set name=value   a parameter of the notebook; may be repeated
  --out FILE.ipynb   where the executed notebook is written (default: out/ and the notebook's name);
                     FILE.html beside it shows it in any browser, without a network`;

void main(process.argv.slice(2)).then((code) => process.exit(code));

async function main(args: string[]): Promise<number> {
  let file: string, set: Record<string, string>, out: string;
  try {
    ({ file, set, out } = read(args));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 1;
  }
  return runToFiles(file, out, { set });
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
  if (!out.endsWith(".ipynb")) throw new Error(`--out names the notebook (….ipynb); its page is written beside it; got ${out}`);
  return { file, set: parseSettings(values.set ?? []), out };
}
