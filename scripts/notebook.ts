// npm run notebook -- FILE.ipynb [--solutions] [--set name=value …] [--out FILE]: runs a notebook through the real kernel, and writes it and a page of it.
import * as path from "node:path";
import { parseArgs } from "node:util";
import { parseSettings } from "../src/platform/kernel/parameters";
import { runToFiles } from "./runToFiles";

const usage = `npm run notebook -- notebooks/NN-….ipynb [--solutions] [--set name=value …] [--out FILE.ipynb]

  --solutions        the edition with its exercises solved (written to out/NN-…-solutions.ipynb)
  --set name=value   a parameter of the notebook; may be repeated
  --out FILE.ipynb   where the executed notebook is written (default: out/ and the notebook's name);
                     FILE.html beside it shows it in any browser, without a network`;

void main(process.argv.slice(2)).then((code) => process.exit(code));

async function main(args: string[]): Promise<number> {
  let request: ReturnType<typeof read>;
  try {
    request = read(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 1;
  }
  const { file, out, set, solutions } = request;
  return runToFiles(file, out, { set, solutions });
}

function read(args: string[]): { file: string; out: string; set: Record<string, string>; solutions: boolean } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      solutions: { type: "boolean", default: false },
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
  const out = values.out ?? path.resolve(__dirname, "../out", `${path.basename(file, ".ipynb")}${values.solutions ? "-solutions" : ""}.ipynb`);
  if (!out.endsWith(".ipynb")) throw new Error(`--out names the notebook (….ipynb); its page is written beside it; got ${out}`);
  return { file, out, set: parseSettings(values.set ?? []), solutions: values.solutions };
}
