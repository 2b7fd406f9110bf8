// `npm run make:figures [-- DIR…]`: notebooks/figures.md, the tables of all claims as measured, and the sheets beside it in notebooks/gallery/figures,
// from folders of `npm run reproduce` (default out/figures). A figure is taken from the first folder that has it; a quick one stands in where
// no folder has it with its full settings. What is in none of them keeps its rows and its sheet, and a quick figure does not replace a full one.
// Of figures with the papers' own images only the numbers are taken.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import sharp from "sharp";
import { figureFile, readFigures, type FigureRecord } from "../src/figures/figureFolder";
import type { ImageOwner } from "../src/figures/figureImages";
import { figureRows, figuresTable, readFigureRows } from "../src/figures/figuresTable";
import { figures } from "../src/figures/registry";
import { writeAtomically } from "../src/platform/files/writeAtomically";

const heading = "## With the papers' own images";
const note = `Where an image of the paper can be had (\`npm run reproduce -- --help\` says which), it stands in the place of the
project's; each line names its images. Their pictures are not shown here: the command makes them.`;

type Rows = Map<string, string[]>;

/** Of each figure the one that shall stand in the table: made with full settings before quickly, then in the order of the folders. */
async function found(folders: readonly string[], images: ImageOwner): Promise<{ folder: string; record: FigureRecord }[]> {
  const all: { folder: string; record: FigureRecord }[] = [];
  for (const folder of folders) for (const record of await readFigures(folder)) if (record.images === images) all.push({ folder, record });
  return figures.flatMap(({ name }) => {
    const made = all.filter(({ record }) => record.name === name);
    return made.find(({ record }) => !record.quick) ?? made[0] ?? [];
  });
}

const isQuick = (lines: readonly string[]): boolean => lines[0].includes("| quick: ");

/** Whether `record` is to replace what `rows` have of its figure. */
const replaces = ({ name, quick }: FigureRecord, rows: Rows): boolean => !quick || !rows.has(name) || isQuick(rows.get(name)!);

/** Writes the page and the sheets in the folder `notebooks`, and returns what is new there, in words. */
export async function makeFigures(folders: readonly string[], notebooks: string): Promise<string[]> {
  const [own, papers] = [await found(folders, "project"), await found(folders, "paper")];
  if (own.length + papers.length === 0) throw new Error(`there are no figures in ${folders.join(", ")}: make them with \`npm run reproduce -- --all\``);
  const pictures = path.join(notebooks, "gallery", "figures");
  mkdirSync(pictures, { recursive: true });
  const sheetOf = (name: string): string => path.join(pictures, `${name.replaceAll("/", "-")}.jpg`);
  const page = path.join(notebooks, "figures.md");
  const [ownTable, paperTable = ""] = existsSync(page) ? readFileSync(page, "utf8").split(heading) : [""];
  const [ownRows, paperRows] = [readFigureRows(ownTable), readFigureRows(paperTable)];
  const told: string[] = [];
  for (const { folder, record } of own) {
    if (!replaces(record, ownRows)) continue;
    ownRows.set(record.name, figureRows(record));
    await writeAtomically(sheetOf(record.name), await sharp(`${figureFile(folder, record)}.png`).jpeg({ quality: 80, mozjpeg: true }).toBuffer());
    told.push(record.name);
  }
  for (const { record } of papers) {
    if (!replaces(record, paperRows)) continue;
    paperRows.set(record.name, figureRows(record));
    told.push(`${record.name} with the paper's images`);
  }
  const shown = figures.filter(({ name }) => ownRows.has(name) && existsSync(sheetOf(name)));
  const sheets = shown.map(({ name, paper, figure, paperImages }) => {
    const command = [`npm run reproduce -- ${name}`, ...(isQuick(ownRows.get(name)!) ? ["--quick"] : []), ...(paperImages ? ["--images project"] : [])];
    return `## ${name}\n\n![${paper}: ${figure}](gallery/figures/${path.basename(sheetOf(name))})\n\n\`${command.join(" ")}\`\n`;
  });
  const second = paperRows.size > 0 ? [figuresTable(figures.flatMap(({ name }) => (paperRows.has(name) ? [paperRows.get(name)!] : [])), heading, note)] : [];
  await writeAtomically(page, [figuresTable(shown.map(({ name }) => ownRows.get(name)!)), ...second, ...sheets].join("\n"));
  return told;
}

async function main(folders: readonly string[]): Promise<void> {
  const root = path.resolve(__dirname, "..");
  const told = await makeFigures(folders.length > 0 ? folders : [path.join(root, "out", "figures")], path.join(root, "notebooks"));
  console.log(`notebooks/figures.md: new are ${told.join(", ") || "none"}`);
}

if (require.main === module)
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
