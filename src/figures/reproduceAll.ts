// All figures, one after another: those that are done already are not made again.
import { firstLine } from "../errors";
import { engine } from "../platform/engine/engine";
import type { PaperFigure } from "./figure";
import { readFigure, writeFigure, type FigureRecord } from "./figureFolder";
import { ownerOf } from "./figureImages";
import { figureKey } from "./figureKey";
import { figures as allFigures } from "./registry";
import { reproduce, settingsOf, type FigureChoice } from "./reproduce";

export interface AllProgress {
  /** Figures that are done, of how many. */
  readonly done: number;
  readonly figures: number;
  /** The figure that is being made, and what it does. */
  readonly name: string;
  readonly doing: string;
  readonly seconds: number;
  /** Until all are done, from what each took before, or else what the others took. */
  readonly secondsLeft?: number;
}

export interface AllFigures {
  /** In the order of the registry. */
  readonly records: readonly FigureRecord[];
  /** Figures that could not be made, with the error. */
  readonly failed: Readonly<Record<string, string>>;
  /** How many were made in this call. */
  readonly made: number;
  /** Whether `signal` ended it before all were done. */
  readonly stopped: boolean;
}

type Shared = Omit<FigureChoice, "photo" | "painting">;

/**
 * Reproduces every figure and writes it to `out`. A figure that is there with the same settings, engine, inputs and code is taken from there, so
 * a run that was stopped goes on where it was; one that fails is named, and the others are made.
 *
 * @param options settings for all figures; `figures`: which (default: all)
 */
export async function reproduceAll(
  out: string, { quick = false, figures = allFigures, signal, each, ...changed }:
  Shared & { figures?: readonly PaperFigure[]; signal?: AbortSignal; each?: (progress: AllProgress) => void } = {},
): Promise<AllFigures> {
  const { name: engineName } = await engine();
  const began = performance.now();
  const plan = [];
  for (const figure of figures) {
    const settings = settingsOf(figure, { quick, ...changed });
    const before = await readFigure(out, { name: figure.name, images: ownerOf(figure, settings), quick });
    plan.push({ name: figure.name, key: await figureKey(figure.name, settings, engineName), before });
  }
  const records = new Map(plan.flatMap(({ name, key, before }) => (before?.key === key ? [[name, before] as const] : [])));
  const failed: Record<string, string> = {};
  const waiting = plan.filter(({ name }) => !records.has(name));
  const took: number[] = [];
  for (const [i, { name, key }] of waiting.entries()) {
    if (signal?.aborted) break;
    const usual = took.length > 0 ? took.reduce((sum, seconds) => sum + seconds, 0) / took.length : undefined;
    const left = waiting.slice(i).map(({ before }) => before?.seconds ?? usual).reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0);
    const start = performance.now();
    const report = (doing: string): void => each?.({
      done: records.size, figures: plan.length, name, doing, seconds: (performance.now() - began) / 1000,
      secondsLeft: left === undefined ? undefined : Math.max(0, left - (performance.now() - start) / 1000),
    });
    report("begins");
    try {
      const made = await reproduce(name, { quick, ...changed, signal, each: report });
      try {
        if (!signal?.aborted) records.set(name, await writeFigure(out, made, { quick, key })); // what a signal cut short is no figure
      } finally {
        made.dispose();
      }
    } catch (error) {
      if (!signal?.aborted) failed[name] = firstLine(error);
    }
    took.push((performance.now() - start) / 1000);
  }
  const done = plan.flatMap(({ name }) => records.get(name) ?? []);
  const made = waiting.filter(({ name }) => records.has(name)).length;
  return { records: done, failed, made, stopped: done.length + Object.keys(failed).length < plan.length };
}
