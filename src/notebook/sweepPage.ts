// The page of a sweep: its pictures, its plots and its table in one HTML file, rendered as an executed notebook would be.
import path from "node:path";
import { inspect } from "node:util";
import { escapeMarkdown, escapeMarkup } from "../platform/drawing/escapeMarkup";
import type { Plot } from "../platform/drawing/plot";
import type { NotebookCell } from "../platform/files/notebookFile";
import { plotlyType } from "../platform/page/outputsHtml";
import { writePage } from "../platform/page/writePage";
import { sweepNumbers } from "../plots/sweeps/sweepNumbers";
import { sweepSlider } from "../plots/sweeps/sweepSlider";
import { sweepSteps } from "../plots/sweeps/sweepSteps";
import type { SweepResult } from "../sweeps/sweepResult";
import { titleOf } from "../sweeps/sweepSheet";
import { tableOf } from "../sweeps/sweepTable";
import { plotBundle } from "./mimeBundles";

const complete = { depth: Infinity, breakLength: 100, maxArrayLength: null };

/** Bytes of a plot with pictures: a page may have more than a notebook's output. */
const limit = 3_000_000;

/**
 * Writes the page of a sweep, by default `index.html` in its folder, and returns its path: the pictures over a setting and over
 * the steps, the numbers as curves, and the table. It needs no other file and no network.
 */
export async function writeSweepPage(result: SweepResult, file: string = path.join(result.folder, "index.html")): Promise<string> {
  const { sweep: { base, over, cells }, missing } = result;
  const title = `A sweep of ${cells.length} cells`;
  const incomplete = missing.length > 0 ? `\n\n**${missing.length} cells are not done yet.**` : "";
  await writePage(file, {
    cells: [
      text(`# ${title}\n\n${escapeMarkdown(titleOf(result.sweep))}. Point at a picture for its numbers.${incomplete}`),
      text("## One setting under a slider"), output(await outputsOf(await sweepSlider(result, { limit }))),
      text("## Step by step"), output(await outputsOf(await sweepSteps(result, { limit }))),
      text("## Numbers"), output(await outputsOf(sweepNumbers(result))), output({ "text/html": tableHtml(result) }),
      text("## The plan"), code(`await sweep(${inspect({ base, over }, complete)})`),
    ],
    metadata: { language_info: { name: "typescript" } },
  }, { title });
  return file;
}

async function outputsOf(plot: Plot): Promise<Record<string, unknown>> {
  const { data, layout, config, frames, summary } = plot;
  // The twin is the one of the notebook's bundle; the plot itself may be too large for that.
  return { ...(await plotBundle(plot)).data, [plotlyType]: { data, layout, config, frames }, "text/plain": summary };
}

function text(source: string): NotebookCell {
  return { cell_type: "markdown", source };
}

function code(source: string): NotebookCell {
  return { cell_type: "code", source };
}

function output(data: Record<string, unknown>): NotebookCell {
  return { cell_type: "code", source: "", outputs: [{ output_type: "display_data", data }] };
}

function tableHtml({ cells }: SweepResult): string {
  const rows = tableOf(cells);
  const columns = Object.keys(rows[0]).filter((column) => rows.some((row) => row[column] !== null));
  const value = (field: number | string | null): string =>
    escapeMarkup(typeof field === "number" ? String(Number(field.toPrecision(4))) : field ?? "");
  const head = columns.map((column) => `<th>${escapeMarkup(column)}</th>`).join("");
  const body = rows.map((row) => `<tr>${columns.map((column) => `<td>${value(row[column])}</td>`).join("")}</tr>`).join("\n");
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}
