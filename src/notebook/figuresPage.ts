// The page of reproduced figures, laid out like a paper's supplement: each with its sheet, its claims as numbers, and how to make it again.
import * as path from "node:path";
import { inspect } from "node:util";
import type { FigureSettings } from "../figures/figure";
import { figureFile, readLooks, type FigureRecord } from "../figures/figureFolder";
import { shortName } from "../figures/papers";
import type { AllFigures } from "../figures/reproduceAll";
import { figures } from "../figures/registry";
import { settingsOf } from "../figures/reproduce";
import { escapeMarkup } from "../platform/drawing/escapeMarkup";
import { formatDuration } from "../platform/drawing/formatDuration";
import { formatNumber } from "../platform/drawing/formatNumber";
import { writeAtomically } from "../platform/files/writeAtomically";
import { highlight } from "../platform/page/highlight";
import { htmlPage } from "../platform/page/htmlPage";
import { outputsHtml, plotlyType } from "../platform/page/outputsHtml";

/** Writes `index.html` in the folder of the figures, and returns its path. It needs no other file and no network. */
export async function writeFiguresPage(folder: string, { records, failed }: Pick<AllFigures, "records" | "failed">): Promise<string> {
  const papers = [...new Set(records.map(({ paper }) => paper))];
  const sections = papers.map((paper) => `<div class="prose"><h2>${escapeMarkup(paper)}</h2></div>
${records.filter((record) => record.paper === paper).map((record) => section(folder, record)).join("\n")}`);
  const file = path.join(folder, "index.html");
  const seconds = records.reduce((sum, record) => sum + record.seconds, 0);
  await writeAtomically(file, await htmlPage({
    title: "Figures, reproduced", heading: "Figures, reproduced",
    main: [opening(records, failed), ...sections].join("\n"),
    footer: `Made by styloscope in ${formatDuration(seconds)}. Make it yourself: <code>npm run reproduce -- --all${records.every(({ quick }) => quick) ? " --quick" : ""}</code>`,
  }));
  return file;
}

function opening(records: readonly FigureRecord[], failed: AllFigures["failed"]): string {
  const verdicts = records.flatMap((record) => record.verdicts);
  const held = verdicts.filter(({ holds }) => holds).length;
  const rows = records.map((record) => {
    const { paper, figure, verdicts, seconds } = record;
    const marks = verdicts.map(({ holds }) => (holds ? '<span class="holds">✓</span>' : '<span class="fails">✗</span>')).join(" ");
    return `<tr><td>${escapeMarkup(shortName(paper))}</td><td><a href="#${idOf(record)}">${escapeMarkup(figure)}</a>${whoseImages(record)}</td><td>${marks}</td><td class="number">${formatDuration(seconds)}</td></tr>`;
  });
  const missing = Object.entries(failed).map(([name, error]) => `<p><b>${escapeMarkup(name)}</b> could not be made: ${escapeMarkup(error)}</p>`);
  return `<div class="prose lede"><p>${records.length} figures, each made here and held against what its paper says of it. Of ${verdicts.length} claims, ${held} hold.</p>
<p>Every claim is a number with a bound, which was written down before the figure was made for the first time. What does not hold is left as it is.</p>
${missing.join("\n")}
<div class="table"><table class="contents"><thead><tr><th>Paper</th><th>Figure</th><th>Claims</th><th class="number">Time</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div></div>`;
}

function section(folder: string, record: FigureRecord): string {
  const { name, figure, verdicts, settings, seconds, engine, quick } = record;
  const { light, dark, plots } = readLooks(folder, record);
  // Two images, one of which is shown: the source that a <picture> chose on a dark screen is printed, too.
  const sheetImage = (place: string, base64: string): string =>
    `<img class="${place}" src="data:image/jpeg;base64,${base64}" alt="${escapeMarkup(`${figure}: the panels of the figure`)}">`;
  const claims = verdicts.map(({ claim, measures, value, atLeast, atMost, holds, found }) => `<tr>
<td>${escapeMarkup(claim)}<small>${withCode(measures)}</small></td>
<td class="number">${formatNumber(value)}</td><td class="number">${atLeast !== undefined ? `≥ ${atLeast}` : `≤ ${atMost}`}</td>
<td class="${holds ? "holds" : "fails"}">${holds ? "holds" : `does not hold${found ? `<small>${withCode(found)}</small>` : ""}`}</td></tr>`);
  const drawn = plots.map(({ data, layout, config, frames, summary }) =>
    outputsHtml([{ output_type: "display_data", data: { [plotlyType]: { data, layout, config, frames }, "text/plain": summary } }], noAddresses));
  const { cell, command } = callsOf(record);
  const facts = [...Object.entries(settings).map(([key, value]) => `${key} ${value}`), `engine ${engine}`, quick ? "quick settings" : "full settings"];
  return `<section class="paper-figure" id="${idOf(record)}">
<h3>${escapeMarkup(figure)}${whoseImages(record)}</h3>
<figure class="sheet">${sheetImage("on-light", light)}${sheetImage("on-dark", dark)}
<figcaption><b>${escapeMarkup(name)}.</b> ${escapeMarkup(facts.join(", "))}. Made in ${formatDuration(seconds)}.</figcaption></figure>
<div class="table"><table class="claims"><thead><tr><th>Claim</th><th class="number">Measured</th><th class="number">Bound</th><th>Verdict</th></tr></thead>
<tbody>
${claims.join("\n")}
</tbody></table></div>
<details><summary>Look through it</summary>
${drawn.join("\n")}
</details>
<pre class="code"><code>${highlight(cell, "typescript")}
${highlight(command, "bash")}</code></pre>
</section>`;
}

/** The call in a cell, and the command, that make the figure with the same settings. */
export function callsOf({ name, settings, images, quick }: Pick<FigureRecord, "name" | "settings" | "images" | "quick">): { cell: string; command: string } {
  const figure = figures.find((one) => one.name === name);
  const owner = images === "paper" ? "paper" : "project";
  const usual: Partial<FigureSettings> = figure ? settingsOf(figure, { quick, images: owner }) : {};
  const insists = owner === "project" && figure?.paperImages !== undefined; // else the paper's are taken where they are at hand
  const changed = Object.entries(settings).filter(([key, value]) => usual[key as keyof FigureSettings] !== value);
  const options = { ...(quick && { quick }), ...(insists && { images: owner }), ...Object.fromEntries(changed) };
  const given = Object.keys(options).length > 0 ? `, ${inspect(options, { breakLength: Infinity })}` : "";
  return {
    cell: `await reproduce("${name}"${given})`,
    command: ["npm run reproduce --", name, ...(quick ? ["--quick"] : []), ...(insists ? [`--images ${owner}`] : []), ...changed.map(([key, value]) => `--${key} ${inShell(String(value))}`)].join(" "),
  };
}

/** A word of a command: quoted where the shell would take it apart. */
function inShell(word: string): string {
  return /^[\w./,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A page of figures names no picture and no link of a notebook. */
const noAddresses = { picture: () => undefined, link: (address: string) => address };

/** Text with names in backquotes, as HTML. */
function withCode(text: string): string {
  return escapeMarkup(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function idOf(record: FigureRecord): string {
  return figureFile("", { ...record, quick: false });
}

/** What is said beside a figure's title where its images are not the project's. */
function whoseImages({ images }: FigureRecord): string {
  return { project: "", paper: ", with the paper's own images", other: ", with other images" }[images];
}
