// What a figure says of a cell.
import { formatNumber } from "../../platform/drawing/formatNumber";
import type { CellResult } from "../../sweeps/cellResult";

/** What sets a cell apart, its loss and its unweighted parts: at a step of its history, or at its best. */
export function cellCaption({ label, history, step, loss, unweighted }: CellResult, at?: number): string {
  const [shown, total] = at === undefined ? [step, loss] : [history.index[at], history.loss[at]];
  const parts = Object.entries(unweighted).map(([name, value]) => [name, at === undefined ? value : history.parts[name][at]] as const);
  return [
    `<b>${label}</b>`, `step ${shown} · loss ${formatNumber(total, 3)}`, ...parts.map(([name, value]) => `${name} ${formatNumber(value, 3)}`),
  ].join("<br>");
}

/** What is said in place of a cell that is not done. */
export const notDone = "not done";
