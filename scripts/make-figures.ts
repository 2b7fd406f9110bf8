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
import { settingsOf } from "../src/figures/reproduce";
import { callsOf } from "../src/notebook/figuresPage";
import { writeAtomically } from "../src/platform/files/writeAtomically";

const heading = "## With the papers' own images";
const note = `Where an image of the paper can be had (\`npm run reproduce -- --help\` says which), it stands in the place of the
project's; each line names its images. Their pictures are not shown here: the command makes them.`;

type Rows = Map<string, string[]>;
interface Found { readonly folder: string; readonly record: FigureRecord }

/** Of each figure with such images the one that shall stand in the table: made with full settings before quickly, then in the order of the folders. */
function chosen(all: readonly Found[], images: ImageOwner): Found[] {
  return figures.flatMap(({ name }) => {
    const made = all.filter(({ record }) => record.name === name && record.images === images);
    return made.find(({ record }) => !record.quick) ?? made[0] ?? [];
  });
}

const isQuick = (lines: readonly string[]): boolean => lines[0].includes("| quick: ");

/** Puts the rows of figures into those that stand there, but a quick one's not in the place of a full one's; returns the figures that are new. */
function put(made: readonly Found[], rows: Rows): Found[] {
  const taken = made.filter(({ record: { name, quick } }) => !quick || !rows.has(name) || isQuick(rows.get(name)!));
  for (const { record } of taken) rows.set(record.name, figureRows(record));
  return taken;
}

/** Writes the page and the sheets in the folder `notebooks`, and returns what is new there, in words. */
export async function makeFigures(folders: readonly string[], notebooks: string): Promise<string[]> {
  const all: Found[] = [];
  for (const folder of folders) for (const record of await readFigures(folder)) all.push({ folder, record });
  if (all.length === 0) throw new Error(`there are no figures in ${folders.join(", ")}: make them with \`npm run reproduce -- --all\``);
  const pictures = path.join(notebooks, "gallery", "figures");
  mkdirSync(pictures, { recursive: true });
  const sheetOf = (name: string): string => path.join(pictures, `${name.replaceAll("/", "-")}.jpg`);
  const page = path.join(notebooks, "figures.md");
  const [ownTable, paperTable = ""] = existsSync(page) ? readFileSync(page, "utf8").split(heading) : [""];
  const [ownRows, paperRows] = [readFigureRows(ownTable), readFigureRows(paperTable)];
  const [own, papers] = [put(chosen(all, "project"), ownRows), put(chosen(all, "paper"), paperRows)];
  for (const { folder, record } of own)
    await writeAtomically(sheetOf(record.name), await sharp(`${figureFile(folder, record)}.png`).jpeg({ quality: 80, mozjpeg: true }).toBuffer());
  const shown = figures.filter(({ name }) => ownRows.has(name) && existsSync(sheetOf(name)));
  const sheets = shown.map((figure) => {
    const { name, paper } = figure;
    const quick = isQuick(ownRows.get(name)!);
    const { command } = callsOf({ name, quick, images: "project", settings: settingsOf(figure, { quick, images: "project" }) });
    return `## ${name}\n\n![${paper}: ${figure.figure}](gallery/figures/${path.basename(sheetOf(name))})\n\n\`${command}\`\n`;
  });
  const second = paperRows.size > 0 ? [figuresTable(figures.flatMap(({ name }) => (paperRows.has(name) ? [paperRows.get(name)!] : [])), heading, note)] : [];
  await writeAtomically(page, [figuresTable(shown.map(({ name }) => ownRows.get(name)!)), ...second, ...sheets].join("\n"));
  return [...own.map(({ record }) => record.name), ...papers.map(({ record }) => `${record.name} with the paper's images`)];
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
