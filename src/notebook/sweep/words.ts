// What a figure says of a cell.
import type { CellResult } from "../../sweep/result";
import { short } from "../plot/numbers";

/** What sets a cell apart, its loss and its unweighted parts: at a step of its history, or at its best. */
export function cellInWords({ label, history, step, loss, unweighted }: CellResult, at?: number): string {
  const numbers = at === undefined ? unweighted : Object.fromEntries(Object.entries(history.parts).map(([name, values]) => [name, values[at]]));
  return [
    `<b>${label}</b>`,
    `step ${at === undefined ? step : history.index[at]} · loss ${short(at === undefined ? loss : history.loss[at], 3)}`,
    ...Object.entries(numbers).map(([name, value]) => `${name} ${short(value, 3)}`),
  ].join("<br>");
}

/** What is said in place of a cell that is not done. */
export const notDone = "not done";
