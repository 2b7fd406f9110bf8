// `npm run make:figures [-- DIR…]`: notebooks/figures.md, the table of all claims as measured, and the sheets beside it in notebooks/gallery/figures,
// from folders of `npm run reproduce` (default out/figures). A figure is taken from the first folder that has it; a quick one stands in where
// no folder has it with its full settings. What is in none of them keeps its rows and its sheet, and a quick
// figure does not replace a full one.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import sharp from "sharp";
import { figureFile, readFigures, type FigureRecord } from "../src/figures/figureFolder";
import { ownerOf, type ImageOwner } from "../src/figures/figureImages";
import { figureRows, figuresTable, readFigureRows } from "../src/figures/figuresTable";
import { figures } from "../src/figures/registry";
import { writeAtomically } from "../src/platform/files/writeAtomically";

const notebooks = path.resolve(__dirname, "..", "notebooks");
const pictures = path.join(notebooks, "gallery", "figures");

interface Found { readonly folder: string; readonly record: FigureRecord; readonly owner: ImageOwner }

/** Of each figure what shall stand in the tables, for both kinds of images: made with full settings before quickly, then in the order of the folders. */
async function found(folders: readonly string[]): Promise<Found[]> {
  const all: Found[] = [];
  for (const folder of folders)
    for (const record of await readFigures(folder)) {
      const owner = ownerOf(figures.find(({ name }) => name === record.name)!, record.settings);
      if (owner) all.push({ folder, record, owner }); // not those of somebody's own pictures
    }
  return figures.flatMap(({ name }) => owners.flatMap((owner) => {
    const made = all.filter((one) => one.record.name === name && one.owner === owner);
    return made.find(({ record }) => !record.quick) ?? made[0] ?? [];
  }));
}

const owners: readonly ImageOwner[] = ["project", "paper"];
const heading = "## With the papers' own images";
const note = `Each image that can be had with \`npm run images\`, or is in a folder of
\`STYLOSCOPE_IMAGES\`, stands for the project's; the settings name all. Their pictures are not the project's to give away: the command makes them.`;

const isQuick = (lines: readonly string[]): boolean => lines[0].includes("| quick: ");
const sheetOf = (name: string): string => path.join(pictures, `${name.replaceAll("/", "-")}.jpg`);

async function main(): Promise<void> {
  const folders = process.argv.length > 2 ? process.argv.slice(2) : [path.resolve(__dirname, "..", "out", "figures")];
  const chosen = await found(folders);
  if (chosen.length === 0) throw new Error(`there are no figures in ${folders.join(", ")}: make them with \`npm run reproduce -- --all\``);
  mkdirSync(pictures, { recursive: true });
  const page = path.join(notebooks, "figures.md");
  const [own, papers = ""] = existsSync(page) ? readFileSync(page, "utf8").split(heading) : [""];
  const rows = { project: readFigureRows(own), paper: readFigureRows(papers) };
  const taken = chosen.filter(({ record: { name, quick }, owner }) => !quick || !rows[owner].has(name) || isQuick(rows[owner].get(name)!));
  for (const { folder, record, owner } of taken) {
    rows[owner].set(record.name, figureRows(record));
    if (owner === "paper") continue;
    const sheet = await sharp(`${figureFile(folder, record.name, record.quick)}.png`).jpeg({ quality: 80, mozjpeg: true }).toBuffer();
    await writeAtomically(sheetOf(record.name), sheet);
  }
  const shown = figures.filter(({ name }) => rows.project.has(name) && existsSync(sheetOf(name)));
  const sheets = shown.map(({ name, paper, figure, paperImages }) => {
    const command = [`npm run reproduce -- ${name}`, ...(isQuick(rows.project.get(name)!) ? ["--quick"] : []), ...(paperImages ? ["--images project"] : [])];
    return `## ${name}\n\n![${paper}: ${figure}](gallery/figures/${path.basename(sheetOf(name))})\n\n\`${command.join(" ")}\`\n`;
  });
  const rowsOf = (owner: ImageOwner, of: readonly { name: string }[]): string[][] => of.flatMap(({ name }) => { const lines = rows[owner].get(name); return lines ? [lines] : []; });
  const second = figuresTable(rowsOf("paper", figures), heading, note);
  await writeAtomically(page, [figuresTable(rowsOf("project", shown)), ...(rows.paper.size > 0 ? [second] : []), sheets.join("\n")].join("\n"));
  console.log(`${path.relative("", page)}: ${shown.length} figures, of these new ${taken.map(({ record, owner }) => `${record.name} (${owner})`).join(", ") || "none"}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
