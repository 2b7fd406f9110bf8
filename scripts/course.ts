// npm run course: the notebooks as a static site in out/course/, which opens from a file or is put on any server.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { escapeMarkup } from "../src/platform/drawing/escapeMarkup";
import { joined, type Notebook, readNotebook } from "../src/platform/files/notebookFile";
import { writeAtomically } from "../src/platform/files/writeAtomically";
import { runNotebook } from "../src/platform/kernel/runNotebook";
import { showProgress } from "../src/platform/kernel/showProgress";
import { htmlPage } from "../src/platform/page/htmlPage";
import { prose } from "../src/platform/page/markdown";
import { notebookPage } from "../src/platform/page/notebookPage";
import { plotlyType } from "../src/platform/page/outputsHtml";
import { packedPlotly } from "../src/platform/page/packedPlotly";
import type { SiteLink } from "../src/platform/page/sitePlace";
import { webpPictures } from "./course/webpPictures";
import { stopRequest } from "./stopRequest";

const usage = `npm run course [-- --run] [--solutions]

  Writes out/course/: a page for each notebook, with the outputs that it was saved with; open index.html in any browser.

  --run          runs every notebook first (minutes); without it only those that were not run
  --solutions    the edition with the exercises solved; runs the notebooks that have some`;

const root = path.resolve(__dirname, "..");
const out = path.join(root, "out", "course");
const plotly = "plotly.js";
const index: SiteLink = { address: "index.html", title: "The course" };

interface Lesson extends SiteLink {
  readonly file: string;
  readonly notebook: Notebook;
}

/** Runs the command, and returns its exit code. */
export async function run(args: string[]): Promise<number> {
  let options: { run: boolean; solutions: boolean; folder: string };
  try {
    options = read(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 1;
  }
  const stop = stopRequest();
  mkdirSync(path.dirname(out), { recursive: true });
  const made = mkdtempSync(`${out}-`);
  try {
    const lessons = await lessonsOf(options, stop.signal);
    await writeAtomically(path.join(made, plotly), (await packedPlotly()).script);
    for (const [i, lesson] of lessons.entries()) await writeLesson(lessons, i, lesson, made);
    await writeAtomically(path.join(made, index.address), await indexPage(lessons));
    rmSync(out, { recursive: true, force: true });
    chmodSync(made, 0o755); // a new temporary folder is closed to others, such as a web server
    renameSync(made, out);
    const bytes = readdirSync(out).reduce((sum, file) => sum + statSync(path.join(out, file)).size, 0);
    console.log(`${path.relative("", path.join(out, index.address))}  ${lessons.length} pages, ${(bytes / 1e6).toFixed(1)} MB`);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return stop.signal.aborted ? stop.exitCode() : 1;
  } finally {
    rmSync(made, { recursive: true, force: true });
    stop.release();
  }
}

async function lessonsOf(options: { run: boolean; solutions: boolean; folder: string }, signal: AbortSignal): Promise<Lesson[]> {
  const files = readdirSync(options.folder).filter((name) => /\.(ipynb|md)$/.test(name) && name !== "README.md").sort();
  const lessons: Lesson[] = [];
  for (const name of files) {
    const file = path.join(options.folder, name);
    const notebook = name.endsWith(".md") ? page(readFileSync(file, "utf8")) : await executed(file, options, signal);
    const title = prose(joined(notebook.cells[0]?.source), { picture: () => undefined, link: () => undefined }, { lift: true }).title;
    const base = name.replace(/\.\w+$/, "");
    lessons.push({ file, notebook, address: `${base}.html`, title: title ?? base });
  }
  return lessons;
}

async function executed(file: string, options: { run: boolean; solutions: boolean }, signal: AbortSignal): Promise<Notebook> {
  const notebook = readNotebook(file);
  const code = notebook.cells.filter(({ cell_type, source }) => cell_type === "code" && source.trim() !== "");
  const solutions = options.solutions && notebook.cells.some(({ metadata }) => metadata.tags?.includes("exercise"));
  if (!options.run && !solutions && code.every(({ execution_count }) => typeof execution_count === "number")) return notebook;
  const progress = showProgress(path.basename(file, ".ipynb"));
  try {
    return (await runNotebook(file, { solutions, signal, onProgress: progress.update })).notebook;
  } finally {
    progress.stop();
  }
}

/** A text as a notebook of one cell. */
function page(source: string): Notebook {
  return { cells: [{ cell_type: "markdown", metadata: {}, source }], metadata: {}, nbformat: 4, nbformat_minor: 4 };
}

async function writeLesson(lessons: readonly Lesson[], i: number, { file, notebook, address }: Lesson, folder: string): Promise<void> {
  const pages = new Map(lessons.map((lesson) => [path.resolve(lesson.file), lesson.address]));
  const site = { plotly, pages, index, previous: lessons[i - 1], next: lessons[i + 1] };
  const html = await notebookPage(notebook, { folder: path.dirname(file), pageFolder: folder, site });
  await writeAtomically(path.join(folder, address), await webpPictures(html));
}

const style = `.lessons { list-style: none; padding: 0; display: grid; gap: 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
.lessons li { margin: 0; } .lessons img { display: block; width: 100%; aspect-ratio: 3 / 2; object-fit: cover; border-radius: .4rem; margin-bottom: .7rem; }
.lessons p { margin: .3em 0 0; color: var(--quiet); font-size: .9375rem; line-height: 1.5; } main > .lessons { grid-column: 2 / 5; }
`;

async function indexPage(lessons: readonly Lesson[]): Promise<string> {
  const items = await Promise.all(lessons.map(async ({ notebook, address, title }) => {
    const picture = await cover(notebook);
    // Behind the title, the picture and its caption.
    const opening = joined(notebook.cells[0]?.source).split(/\n\s*\n/).slice(1).find((text) => !/^(!\[|\*[^*])/.test(text)) ?? "";
    const text = prose(opening, { picture: () => undefined, link: () => undefined }).html;
    const image = picture === undefined ? "" : `<img src="data:image/webp;base64,${picture}" alt="">`;
    return `<li><a href="${escapeMarkup(address)}">${image}${number(address)}${escapeMarkup(title)}</a>${text}</li>`;
  }));
  return htmlPage({
    title: "Neural style transfer, a course", heading: "Neural style transfer", style,
    main: `<div class="prose lede"><p>From a pixel to a painting, in notebooks: each has one idea, its formulas, and exercises.</p></div>
<ul class="lessons">\n${items.join("\n")}\n</ul>`,
  });
}

/** Notebooks speak of each other by their numbers. */
const number = (address: string): string => address.replace(/^(?:(\d+)-)?.*$/, (_, digits?: string) => (digits ? `${digits} · ` : ""));

/** The last picture of a notebook, small: that of a grid where there is no single one, and of a plot only where there is no other. */
async function cover({ cells }: Notebook): Promise<string | undefined> {
  const bundles = cells.flatMap(({ outputs = [] }) => outputs).flatMap((output) => ("data" in output ? [output.data] : []));
  const pictures = bundles.filter((data) => data["image/jpeg"] ?? data["image/png"]);
  const images = pictures.filter((data) => !(plotlyType in data));
  const data = images.filter((image) => !joined(image["text/plain"]).includes(" · ")).at(-1) ?? images.at(-1) ?? pictures.at(-1);
  if (data === undefined) return undefined;
  const small = sharp(Buffer.from(joined(data["image/jpeg"] ?? data["image/png"]), "base64")).resize(640, 640, { fit: "inside" });
  return (await small.flatten({ background: "#fff" }).webp({ quality: 75 }).toBuffer()).toString("base64");
}

function read(args: string[]): { run: boolean; solutions: boolean; folder: string } {
  const { values } = parseArgs({
    args, options: { run: { type: "boolean", default: false }, solutions: { type: "boolean", default: false }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return { ...values, folder: path.join(root, "notebooks") };
}
