// What came out of a sweep as curves: any number of its table over any of its settings.
import { mustBeOneOf } from "../../names";
import { gridOf, inWords, variedBy } from "../../sweep/plan";
import type { CellResult } from "../../sweep/result";
import type { Settings } from "../../sweep/settings";
import type { Swept } from "../../sweep/swept";
import { tableOf, type Row } from "../../sweep/table";
import { palette } from "../plot/colours";
import { axisTitle, figure, ruled, type Annotation, type Axis, type Figure, type Json, type Trace } from "../plot/figure";
import { textWidth } from "../plot/lettering";
import { short } from "../plot/numbers";

/**
 * The loss, or an unweighted part, or the gradient's length of every cell, over one setting; a curve for what the other settings
 * are, and a menu to choose what is drawn. Parts that are not weighted can be compared between cells of other weights; losses cannot.
 *
 * @param options `over`: which setting (default: the last with several numbers, else the last with several values); `of`: what
 *   is drawn first (default: the first unweighted part)
 * @throws RangeError for a setting that the sweep is not over, or a number that it has not
 */
export function sweepNumbers(
  { folder, sweep, cells }: Swept, { over, of }: { over?: keyof Settings; of?: string } = {},
): Figure {
  if (cells.length === 0) throw new RangeError(`no cell of the sweep in ${folder} is done yet: there is nothing to draw`);
  const varied = variedBy(sweep.cells.map(({ settings }) => settings));
  const order = [...new Set([...gridOf(sweep).map(([name]) => name), ...varied])];
  if (over !== undefined) mustBeOneOf(over, varied, "setting with several values", "this sweep");
  const isNumber = (name: keyof Settings): boolean => sweep.cells.every(({ settings }) => typeof settings[name] === "number");
  const setting = over ?? order.filter(isNumber).at(-1) ?? order.at(-1) ?? "seed";
  const others = order.filter((name) => name !== setting);
  const parts = [...new Set(cells.flatMap(({ unweighted }) => Object.keys(unweighted)))];
  const measured = [...parts, "loss", "gradientNorm"];
  const shown = mustBeOneOf(of ?? measured[0], measured, "number", "this sweep");

  const curves = new Map<string, CellResult[]>();
  for (const cell of cells) {
    const name = others.map((other) => inWords(other, cell.settings[other])).join(", ") || "all cells";
    curves.set(name, [...(curves.get(name) ?? []), cell]);
  }
  const numeric = isNumber(setting);
  const xOf = ({ settings }: CellResult): Json =>
    (numeric ? settings[setting] as number : inWords(setting, settings[setting]));
  const rows = new Map(tableOf(cells).map((row) => [row.cell as number, row]));
  const data = measured.flatMap((number) => [...curves].map(([name, members], i): Trace => {
    const sorted = numeric ? [...members].sort((a, b) => Number(xOf(a)) - Number(xOf(b))) : members;
    const colour = palette[i % palette.length];
    return {
      type: "scatter", mode: "lines+markers", name, x: sorted.map(xOf), y: sorted.map(({ index }) => valueOf(rows.get(index)!, number)),
      visible: number === shown, line: { color: colour, width: 1.5 }, marker: { color: colour, size: 6 },
      hovertemplate: `${name}<br>${setting} %{x}<br>${number} %{y:.4g}<extra></extra>`,
    };
  }));
  const names = [...curves.keys()];
  const values = data.filter(({ visible }) => visible).flatMap(({ y }) => y as (number | null)[]).filter((y) => y !== null);
  const room = names.length > 1 ? Math.ceil(Math.max(...names.map((name) => textWidth(name, 12)))) + 28 : 24;
  return figure(data, {
    title: { text: "What came out" }, height: Math.max(420, 18 * names.length + 130), margin: { l: 72, r: room, t: 64, b: 48 },
    annotations: names.length === 1 ? [] : names.map((text, i): Annotation => ({
      text, xref: "paper", x: 1, xanchor: "left", xshift: 10, yref: "paper", y: 1, yshift: -18 * i - 9, showarrow: false,
      font: { color: palette[i % palette.length], size: 12 },
    })),
    xaxis: { ...ruled, title: axisTitle(setting), showgrid: false, ...ticksAt([...new Set(cells.map(xOf))]) },
    yaxis: { ...ruled, type: "log", title: axisTitle(shown), exponentformat: "power", ...(wide(values, 100) && { tickmode: "linear", dtick: 1 }) },
    updatemenus: [{
      type: "dropdown", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", active: measured.indexOf(shown),
      buttons: measured.map((number) => ({
        label: number, method: "update",
        args: [{ visible: measured.flatMap((other) => names.map(() => other === number)) }, { "yaxis.title.text": number }],
      })),
    }],
  }, `${shown} over ${setting}: from ${short(Math.min(...values))} to ${short(Math.max(...values))} in ${cells.length} cells`);
}

/** An axis with a mark for each value, logarithmic where they would crowd at one end. */
function ticksAt(values: readonly Json[]): Axis {
  if (values.some((value) => typeof value !== "number")) return { type: "category" };
  const numbers = values as number[];
  const marks = numbers.length <= 12 ? { tickmode: "array", tickvals: numbers, ticktext: numbers.map(String) } : {};
  return wide(numbers, 20) ? { type: "log", ...marks } : marks;
}

function valueOf(row: Row, column: string): number | null {
  const value = row[column];
  return typeof value === "number" && value > 0 ? value : null; // the axis is logarithmic
}

/** Whether positive numbers reach further than from 1 to `factor`. */
function wide(numbers: readonly number[], factor: number): boolean {
  const least = Math.min(...numbers);
  return least > 0 && Math.max(...numbers) / least >= factor;
}
