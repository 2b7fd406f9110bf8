// The table of a sweep: one row for each cell, as CSV for a spreadsheet and as JSON with the full settings.
import type { Json } from "../json";
import type { CellResult } from "./cellResult";
import { variedBy } from "./plan";
import { settingLabel } from "./settingLabel";

/** One row, by column: what sets the cell apart, then what came out. */
export type Row = Readonly<Record<string, number | string | null>>;

/**
 * The rows of a table, in the order of the cells. Columns: `cell`, the settings that are not the same in all cells, `step`
 * (the one with the lowest loss), `loss`, the unweighted parts, which can be compared between cells of other weights,
 * `gradientNorm`, `ended` (why a run ended early), `warning` (what went wrong all the same), `engine`, `network`. A part that a cell has
 * not is null.
 */
export function tableOf(results: readonly CellResult[]): Row[] {
  const varied = results.length > 0 ? variedBy(results.map(({ settings }) => settings)) : [];
  const parts = [...new Set(results.flatMap(({ unweighted }) => Object.keys(unweighted)))];
  return results.map(({ index, settings, step, loss, unweighted, gradientNorm, ended, warning, engine, network }) => ({
    cell: index,
    ...Object.fromEntries(varied.map((name) => {
      const value = settings[name];
      return [name, typeof value === "number" || value === null ? value : settingLabel(name, value)];
    })),
    step, loss, ...Object.fromEntries(parts.map((part) => [part, unweighted[part] ?? null])),
    gradientNorm, ended, warning, engine, network,
  }));
}

/** As a spreadsheet reads it (RFC 4180): a header, commas, quotes where they are needed; null is empty. */
export function csvOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const field = (value: Json): string => {
    const text = String(value ?? "");
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

/** The rows with all settings, and the weighted parts of the loss. */
export function tableJson(results: readonly CellResult[]): string {
  const rows = results.map(({ history: _, frames: __, ...result }) => result);
  return `${JSON.stringify(rows, null, 1)}\n`;
}
