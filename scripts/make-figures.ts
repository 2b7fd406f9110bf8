// `npm run make:figures [-- DIR…]`: notebooks/figures.md, the table of all claims as measured, and the sheets beside it in notebooks/gallery/figures,
// from folders of `npm run reproduce` (default out/figures). A figure is taken from the first folder that has it; a quick one stands in where
// no folder has it with its full settings.
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import sharp from "sharp";
import { figureFile, readFigures, type FigureRecord } from "../src/figures/figureFolder";
import { figuresTable } from "../src/figures/figuresTable";
import { figures } from "../src/figures/registry";
import { writeAtomically } from "../src/platform/files/writeAtomically";

const notebooks = path.resolve(__dirname, "..", "notebooks");
const pictures = path.join(notebooks, "gallery", "figures");

interface Found { readonly folder: string; readonly record: FigureRecord }

/** Of each figure what shall stand in the table: made with full settings before quickly, then in the order of the folders. */
async function found(folders: readonly string[]): Promise<Found[]> {
  const all: Found[] = [];
  for (const folder of folders) for (const record of await readFigures(folder)) all.push({ folder, record });
  return figures.flatMap(({ name }) => {
    const made = all.filter(({ record }) => record.name === name);
    return made.find(({ record }) => !record.quick) ?? made[0] ?? [];
  });
}

async function main(): Promise<void> {
  const folders = process.argv.length > 2 ? process.argv.slice(2) : [path.resolve(__dirname, "..", "out", "figures")];
  const chosen = await found(folders);
  if (chosen.length === 0) throw new Error(`there are no figures in ${folders.join(", ")}: make them with \`npm run reproduce -- --all\``);
  mkdirSync(pictures, { recursive: true });
  const sheets: string[] = [];
  for (const { folder, record: { name, paper, figure, quick } } of chosen) {
    const file = `${name.replaceAll("/", "-")}.jpg`;
    await writeAtomically(path.join(pictures, file), await sharp(`${figureFile(folder, name, quick)}.png`).jpeg({ quality: 80, mozjpeg: true }).toBuffer());
    sheets.push(`## ${name}\n\n![${paper}: ${figure}](gallery/figures/${file})\n\n\`npm run reproduce -- ${name}${quick ? " --quick" : ""}\`\n`);
  }
  const missing = figures.filter(({ name }) => !chosen.some(({ record }) => record.name === name)).map(({ name }) => name);
  if (missing.length > 0) console.log(`not there: ${missing.join(", ")}`);
  await writeAtomically(path.join(notebooks, "figures.md"), `${figuresTable(chosen.map(({ record }) => record))}\n${sheets.join("\n")}`);
  console.log(`${chosen.length} figures: ${path.relative("", path.join(notebooks, "figures.md"))}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
