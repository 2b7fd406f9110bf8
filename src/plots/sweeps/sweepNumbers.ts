// The numbers of a sweep as curves: any column of its table over any of its settings.
import { mustBeOneOf } from "../../errors";
import type { Json } from "../../json";
import { palette } from "../../platform/drawing/colors";
import { formatNumber } from "../../platform/drawing/formatNumber";
import { axisTitle, control, logAxis, plotOf, numericAxis, type Annotation, type Axis, type Plot, type Trace } from "../../platform/drawing/plot";
import { labelRoom } from "../../platform/drawing/svgText";
import type { CellResult } from "../../sweeps/cellResult";
import { gridOf, variedBy } from "../../sweeps/plan";
import { settingLabels } from "../../sweeps/settingLabel";
import type { Settings } from "../../sweeps/settings";
import type { SweepResult } from "../../sweeps/sweepResult";

/**
 * The loss, or an unweighted part, or the gradient's norm of every cell, over one setting; a curve for each combination of
 * the other settings, and a menu to choose what is drawn. Unweighted parts can be compared between cells of other weights;
 * losses cannot.
 *
 * @param options `over`: which setting (default: the last with several numbers, else the last with several values); `of`: what
 *   is drawn first (default: the first unweighted part)
 * @throws RangeError for a setting that the sweep is not over, or a number that it does not have
 */
export function sweepNumbers(
  { folder, sweep, cells }: SweepResult, { over, of }: { over?: keyof Settings; of?: string } = {},
): Plot {
  if (cells.length === 0) throw new RangeError(`no cell of the sweep in ${folder} is done yet: there is nothing to draw`);
  const all = sweep.cells.map(({ settings }) => settings);
  const names = [...new Set([...gridOf(sweep).map(([name]) => name), ...variedBy(all)])];
  if (over !== undefined) mustBeOneOf(over, names, "setting with several values", "this sweep");
  const label = settingLabels(all);
  const isNumber = (name: keyof Settings): boolean => all.every((settings) => typeof settings[name] === "number");
  const setting = over ?? names.filter(isNumber).at(-1) ?? names.at(-1) ?? "seed";
  const xOf = ({ settings }: CellResult): number | string =>
    (isNumber(setting) ? settings[setting] as number : label(setting, settings[setting]));

  const parts = [...new Set(cells.flatMap(({ unweighted }) => Object.keys(unweighted)))];
  const measured = [...parts, "loss", "gradientNorm"];
  const shown = mustBeOneOf(of ?? measured[0], measured, "number", "this sweep");
  const others = names.filter((name) => name !== setting);
  const curves = curvesOf(cells, ({ settings }) => others.map((name) => label(name, settings[name])).join(", ") || "all cells", xOf);
  const labels = [...curves.keys()];
  const data = measured.flatMap((number) => [...curves].map(([name, members], i): Trace => {
    const color = palette[i % palette.length];
    return {
      type: "scatter", mode: "lines+markers", name, visible: number === shown,
      x: members.map(xOf), y: members.map((cell) => measuredOf(cell, number)),
      line: { color: color, width: 1.5 }, marker: { color: color, size: 6 },
      hovertemplate: `${name}<br>${setting} %{x}<br>${number} %{y:.4g}<extra></extra>`,
    };
  }));
  const values = cells.map((cell) => measuredOf(cell, shown)).filter((value) => value !== null);
  const alone = labels.length === 1;
  const height = Math.max(420, 18 * labels.length + 130);
  const margin = { l: 72, r: alone ? 24 : Math.max(...labels.map((label) => labelRoom(label))) + 28, t: 64, b: 48 };
  const axisOf = (number: string): Axis =>
    logAxisOver(cells.map((cell) => measuredOf(cell, number)), height - margin.t - margin.b);
  return plotOf(data, {
    title: { text: "Numbers of the sweep" }, height, margin,
    annotations: alone ? [] : labels.map((text, i): Annotation => ({
      text, xref: "paper", x: 1, xanchor: "left", xshift: 10, yref: "paper", y: 1, yshift: -18 * i - 9, showarrow: false,
      font: { color: palette[i % palette.length], size: 12 },
    })),
    xaxis: { ...numericAxis, title: axisTitle(setting), showgrid: false, ...ticksAt([...new Set(cells.map(xOf))]) },
    yaxis: {
      ...numericAxis, title: axisTitle(shown), ...axisOf(shown),
    },
    updatemenus: [{
      ...control, type: "dropdown", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom", active: measured.indexOf(shown),
      buttons: measured.map((number) => ({
        label: number, method: "update",
        args: [{ visible: measured.flatMap((other) => labels.map(() => other === number)) }, {
          "yaxis.title.text": number,
          ...Object.fromEntries(Object.entries(axisOf(number)).map(([name, value]) => [`yaxis.${name}`, value as Json])),
        }],
      })),
    }],
  }, `${shown} over ${setting}: ${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))} in ${cells.length} cells`);
}

/** Cells by the name of their curve, in the order of numbers. */
function curvesOf(
  cells: readonly CellResult[], nameOf: (cell: CellResult) => string, xOf: (cell: CellResult) => number | string,
): Map<string, CellResult[]> {
  const curves = new Map<string, CellResult[]>();
  for (const cell of cells) {
    curves.set(nameOf(cell), [...(curves.get(nameOf(cell)) ?? []), cell]);
  }
  const difference = (a: CellResult, b: CellResult): number => Number(xOf(a)) - Number(xOf(b)) || 0; // names stay in their order
  curves.forEach((members) => members.sort(difference));
  return curves;
}

/** A log axis as far as these values reach, `pixels` long. */
function logAxisOver(values: readonly (number | null)[], pixels: number, perTick?: number): Axis {
  const logs = values.filter((value) => value !== null).map(Math.log10);
  if (logs.length === 0) return logAxis([-1, 1], pixels, perTick);
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const room = (high - low) * 0.06 || 0.1;
  return logAxis([low - room, high + room], pixels, perTick);
}

/** A positive number of a cell, as a logarithmic axis needs it. */
function measuredOf({ loss, gradientNorm, unweighted }: CellResult, name: string): number | null {
  const value = { ...unweighted, loss, gradientNorm }[name];
  return value !== undefined && value > 0 ? value : null;
}

/** An axis with a tick for each value, logarithmic where they would crowd at one end. */
function ticksAt(values: readonly (number | string)[]): Axis {
  if (values.some((value) => typeof value !== "number")) return { type: "category" };
  const numbers = values as number[];
  const ticks = numbers.length <= 12 ? { tickmode: "array", tickvals: numbers, ticktext: numbers.map(String) } : {};
  return wide(numbers, 20) ? { ...logAxisOver(numbers, 560, 80), ...ticks } : ticks;
}

/** Whether positive numbers reach further than from 1 to `factor`. */
function wide(numbers: readonly number[], factor: number): boolean {
  const least = Math.min(...numbers);
  return least > 0 && Math.max(...numbers) / least >= factor;
}
