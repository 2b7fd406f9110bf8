// npm run reproduce -- NAME [--size N] [--steps N] [--network NAME] [--quick] [--out DIR]: a paper's figure, with a verdict.
import * as path from "node:path";
import { parseArgs } from "node:util";
import type { FigureSettings } from "../src/figures/figure";
import { figures } from "../src/figures/registry";
import { reproduce } from "../src/figures/reproduce";
import { saveImage } from "../src/platform/files/saveImage";
import { writeAtomically } from "../src/platform/files/writeAtomically";

const usage = `npm run reproduce -- NAME [--size N] [--steps N] [--seed N] [--network NAME] [--photo NAME] [--painting NAME] [--quick] [--out DIR]

Figures:
${figures.map(({ name, figure }) => `  ${name}  ${figure}`).join("\n")}

Writes DIR/NAME.png and DIR/NAME.json (default DIR: out/figures). Ends with 1 where a claim does not hold.`;

main().then((code) => { process.exitCode = code; }, (error: Error) => {
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
});

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      size: text, steps: text, seed: text, network: text, photo: text, painting: text, out: text,
      quick: { type: "boolean" }, help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return console.log(usage), 0;
  if (positionals.length !== 1) throw new Error(positionals.length === 0 ? "which figure?" : "one figure at a time");
  const { quick, out = path.resolve(__dirname, "../out/figures"), help, ...given } = values;
  const numeric = new Set(["size", "steps", "seed"]);
  const settings = Object.fromEntries(Object.entries(given).map(([name, value]) =>
    [name, numeric.has(name) ? Number(value) : value])) as Partial<FigureSettings>;
  const each = (progress: string): void => { if (process.stderr.isTTY) process.stderr.write(`\r${progress}    `); };
  const made = await reproduce(positionals[0], { ...settings, quick, each });
  const file = path.join(out, made.figure.name.replaceAll("/", "-"));
  await saveImage(made.sheet, `${file}.png`);
  await writeAtomically(`${file}.json`, `${JSON.stringify(made, null, 1)}\n`);
  made.dispose();
  console.log(`${String(made)}\n${path.relative("", file)}.png`);
  return made.holds ? 0 : 1;
}
