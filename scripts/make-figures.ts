// `npm run make:figures [-- DIR…]`: notebooks/figures.md, the table of all claims as measured, and the sheets beside it in notebooks/gallery/figures,
// from folders of `npm run reproduce` (default out/figures). A figure is taken from the first folder that has it; a quick one stands in where
// no folder has it with its full settings. What is in none of them keeps its rows and its sheet, and a quick
// figure does not replace a full one.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import sharp from "sharp";
import { figureFile, readFigures, type FigureRecord } from "../src/figures/figureFolder";
import { figureRows, figuresTable, readFigureRows } from "../src/figures/figuresTable";
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

const sheetOf = (name: string): string => path.join(pictures, `${name.replaceAll("/", "-")}.jpg`);

async function main(): Promise<void> {
  const folders = process.argv.length > 2 ? process.argv.slice(2) : [path.resolve(__dirname, "..", "out", "figures")];
  const chosen = await found(folders);
  if (chosen.length === 0) throw new Error(`there are no figures in ${folders.join(", ")}: make them with \`npm run reproduce -- --all\``);
  mkdirSync(pictures, { recursive: true });
  const page = path.join(notebooks, "figures.md");
  const rows = existsSync(page) ? readFigureRows(readFileSync(page, "utf8")) : new Map<string, string[]>();
  const isQuick = (lines: readonly string[]): boolean => lines[0].includes("| quick: ");
  const taken = chosen.filter(({ record: { name, quick } }) => !quick || !rows.has(name) || isQuick(rows.get(name)!));
  for (const { folder, record } of taken) {
    rows.set(record.name, figureRows(record));
    const sheet = await sharp(`${figureFile(folder, record.name, record.quick)}.png`).jpeg({ quality: 80, mozjpeg: true }).toBuffer();
    await writeAtomically(sheetOf(record.name), sheet);
  }
  const shown = figures.filter(({ name }) => rows.has(name) && existsSync(sheetOf(name)));
  const sheets = shown.map(({ name, paper, figure }) => {
    return `## ${name}\n\n![${paper}: ${figure}](gallery/figures/${path.basename(sheetOf(name))})\n\n\`npm run reproduce -- ${name}${isQuick(rows.get(name)!) ? " --quick" : ""}\`\n`;
  });
  await writeAtomically(page, `${figuresTable(shown.map(({ name }) => rows.get(name)!))}\n${sheets.join("\n")}`);
  console.log(`${path.relative("", page)}: ${shown.length} figures, of these new ${taken.map(({ record }) => record.name).join(", ") || "none"}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
