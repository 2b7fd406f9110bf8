// Descents of one objective by several methods, as curves.
import { plotImage } from "../platform/drawing/plotImage";
import type { Plot } from "../platform/drawing/plot";
import { lines } from "../plots/lines";
import type { Image } from "../image";
import type { Panel } from "./figure";

/** The best loss so far, after so many evaluations of the loss and its gradient, and so many seconds. */
export interface Descent {
  readonly evaluations: readonly number[];
  readonly seconds: readonly number[];
  readonly loss: readonly number[];
}

/** The loss of each by evaluations, and by seconds. */
export function descentPlots(descents: Readonly<Record<string, Descent>>): Plot[] {
  return (["evaluations", "seconds"] as const).map((x) => {
    const series = Object.entries(descents).map(([name, descent]) => ({ name, x: descent[x], y: descent.loss }));
    return lines(series, { title: `Loss by ${x}`, x, y: "loss", log: true, height: 300 });
  });
}

/** `descentPlots` drawn for a sheet. */
export async function descentPanels(plots: readonly Plot[], keep: (image: Image) => Image): Promise<Panel[]> {
  return Promise.all(plots.map(async (plot, i) =>
    ({ label: i === 0 ? "loss by evaluations" : "loss by seconds", image: keep(await plotImage(plot, { width: 400 })) })));
}

/** Where each ended. */
export function endsOf(descents: Readonly<Record<string, Descent>>): Record<string, number> {
  return Object.fromEntries(Object.entries(descents).flatMap(([name, { seconds, evaluations, loss }]) =>
    [[`loss, ${name}`, loss.at(-1)!], [`evaluations, ${name}`, evaluations.at(-1)!], [`seconds, ${name}`, seconds.at(-1)!]]));
}
