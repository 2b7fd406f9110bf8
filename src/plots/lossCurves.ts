// The loss and everything it is made of, step by step.
import { historyOf, type History, type StepNumbers } from "../minimize/history";
import { ink, partColors } from "../platform/drawing/colors";
import { formatNumber } from "../platform/drawing/formatNumber";
import type { Plot } from "../platform/drawing/plot";
import { lines, type Series } from "./lines";

export interface LossCurvesOptions {
  /** The parts with their weights (default), or without: then there is no total. */
  readonly weighted?: boolean;
  readonly title?: string;
  /** How many steps the axis shows, where a run is still under way (default: those recorded). */
  readonly steps?: number;
  /** In pixels (default 360). */
  readonly height?: number;
}

/**
 * The total loss and every named part on a log axis, from the steps that `minimize` yields or from `view.history`.
 * Weighted curves show what drives the picture; unweighted ones can be compared between runs with other weights.
 */
export function lossCurves(
  run: History | readonly StepNumbers[], { weighted = true, title, steps, height }: LossCurvesOptions = {},
): Plot {
  const history = historyOf(run);
  if (history.index.length === 0) throw new RangeError("no step was recorded, so there is no curve to draw");
  const parts = Object.entries(weighted ? history.parts : history.unweighted);
  const colors = partColors(parts.map(([name]) => name));
  const curves = parts.map(([name, y], i): Series => ({ name, y, x: history.index, color: colors[i] }));
  const total: Series = { name: "loss", y: history.loss, x: history.index, color: ink, width: 2.5 };
  // With one part alone, the total is that part; unweighted parts have no total.
  const alone = curves.length === 1 || !weighted;
  return lines(alone && curves.length > 0 ? curves : [total, ...curves], {
    title: title ?? (weighted ? "Loss and its weighted parts" : "Unweighted parts of the loss"),
    x: "step", log: true, until: steps, height, summary: lossSummary(history),
  });
}

/** Such as `loss 1.2e5 → 3.1e3 in 300 steps`. */
function lossSummary({ index, loss }: History): string {
  const steps = index.at(-1)! - index[0];
  if (steps === 0) return `loss ${formatNumber(loss[0])} at step ${index[0]}`;
  return `loss ${formatNumber(loss[0])} → ${formatNumber(loss.at(-1)!)} in ${steps} step${steps === 1 ? "" : "s"}`;
}
