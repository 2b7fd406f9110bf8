// The caption of a cell of a sweep in a plot.
import { formatNumber } from "../../platform/drawing/formatNumber";
import type { CellResult } from "../../sweeps/cellResult";
import { noteOf } from "../../sweeps/noteOf";

/** The label of a cell, its loss and its unweighted parts, and what went wrong: at an entry of its history, or at its best step. */
export function cellCaption(result: CellResult, index?: number): string {
  const { label, history, step, loss, unweighted } = result;
  const [shown, total] = index === undefined ? [step, loss] : [history.index[index], history.loss[index]];
  const parts = Object.entries(unweighted).map(([name, value]) => [name, index === undefined ? value : history.unweighted[name][index]] as const);
  return [
    `<b>${label}</b>`, `step ${shown} · loss ${formatNumber(total, 3)}`, ...parts.map(([name, value]) => `${name} ${formatNumber(value, 3)}`), ...(noteOf(result) ? [noteOf(result)] : []),
  ].join("<br>");
}

/** The caption of a cell that is not done. */
export const notDone = "not done";
