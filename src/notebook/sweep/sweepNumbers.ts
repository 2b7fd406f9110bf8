// What came out of a sweep as curves: any number of its table over any of its settings.
import { gridOf, inWords, variedBy } from "../../sweep/plan";
import type { CellResult } from "../../sweep/result";
import type { Settings } from "../../sweep/settings";
import type { Swept } from "../../sweep/swept";
import { tableOf, type Row } from "../../sweep/table";
import { mustBeOneOf } from "../../names";
import { palette } from "../plot/colours";
import { axisTitle, figure, ruled, type Axis, type Figure, type Trace } from "../plot/figure";
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
  const numeric = (name: keyof Settings): boolean => sweep.cells.every(({ settings }) => typeof settings[name] === "number");
  const setting = over ?? order.filter(numeric).at(-1) ?? order.at(-1) ?? "seed";
  const others = order.filter((name) => name !== setting);
  const rows = tableOf(cells);
  const measured = ["loss", ...new Set(cells.flatMap(({ unweighted }) => Object.keys(unweighted))), "gradientNorm"];
  const shown = mustBeOneOf(of ?? measured[Math.min(1, measured.length - 1)], measured, "number", "this sweep");

  const curves = new Map<string, CellResult[]>();
  for (const cell of cells) {
    const name = others.map((other) => inWords(other, cell.settings[other])).join(", ") || "all cells";
    curves.set(name, [...(curves.get(name) ?? []), cell]);
  }
  const isNumber = numeric(setting);
  const xOf = ({ settings }: CellResult): number | string =>
    (isNumber ? settings[setting] as number : inWords(setting, settings[setting]));
  const byIndex = new Map(rows.map((row) => [row.cell as number, row]));
  const data = measured.flatMap((number) => [...curves].map(([name, members], i): Trace => {
    const sorted = isNumber ? [...members].sort((a, b) => (xOf(a) as number) - (xOf(b) as number)) : members;
    const colour = palette[i % palette.length];
    return {
      type: "scatter", mode: "lines+markers", name, x: sorted.map(xOf), y: sorted.map(({ index }) => valueOf(byIndex.get(index)!, number)),
      visible: number === shown, line: { color: colour, width: 1.5 }, marker: { color: colour, size: 6 },
      hovertemplate: `${name}<br>${setting} %{x}<br>${number} %{y:.4g}<extra></extra>`,
    };
  }));
  const names = [...curves.keys()];
  const log = isNumber && wide(cells.map((cell) => xOf(cell) as number));
  const xaxis: Axis = { ...ruled, title: axisTitle(setting), showgrid: false, ...(log && { type: "log" }), ...(!isNumber && { type: "category" }) };
  const values = data.filter(({ visible }) => visible).flatMap(({ y }) => y as (number | null)[]).filter((y) => y !== null);
  return figure(data, {
    title: { text: "What came out" }, height: 420, showlegend: names.length > 1,
    legend: { x: 1.01, y: 1, font: { size: 12 } },
    margin: { l: 72, r: names.length > 1 ? Math.min(260, Math.ceil(Math.max(...names.map((name) => textWidth(name, 12)))) + 60) : 24, t: 64, b: 48 },
    xaxis, yaxis: { ...ruled, type: "log", title: axisTitle(shown), exponentformat: "power" },
    updatemenus: [{
      type: "dropdown", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", active: measured.indexOf(shown),
      buttons: measured.map((number) => ({
        label: number, method: "update",
        args: [{ visible: measured.flatMap((other) => names.map(() => other === number)) }, { "yaxis.title.text": number }],
      })),
    }],
  }, `${shown} over ${setting}: from ${short(Math.min(...values))} to ${short(Math.max(...values))} in ${cells.length} cells`);
}

function valueOf(row: Row, column: string): number | null {
  const value = row[column];
  return typeof value === "number" && value > 0 ? value : null; // the axis is logarithmic
}

/** Numbers that would crowd at one end of a linear axis. */
function wide(numbers: readonly number[]): boolean {
  const least = Math.min(...numbers);
  return least > 0 && Math.max(...numbers) / least >= 20;
}
