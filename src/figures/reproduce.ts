// Reproduces a figure of a paper, and says whether its claim holds here.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import type { Image } from "../image";
import { contactSheet } from "../platform/drawing/contactSheet";
import { engine } from "../platform/engine/engine";
import { printedAs } from "../printedAs";
import type { FigureOptions, FigureRun, FigureSettings, PaperFigure } from "./figure";
import { figures } from "./registry";

export interface Reproduction extends FigureRun {
  readonly figure: PaperFigure;
  readonly settings: FigureSettings;
  readonly engine: string;
  /** Whether the value reaches the figure's threshold. */
  readonly holds: boolean;
  /** The figure as one picture. Yours to dispose, as all panels are: `dispose()` does both. */
  readonly sheet: Image;
  /** Claim, value, threshold and verdict in one sentence. */
  toString(): string;
  /** All settings and numbers as plain JSON. */
  toJSON(): unknown;
  dispose(): void;
}

/**
 * Reproduces a figure: `await reproduce("gatys2016/figure1-content", { size: 128 })`.
 *
 * @param name one of `figures`
 * @param settings what shall differ from the figure's own settings; `quick: true` begins with those for a first look
 * @throws RangeError for a figure or a setting that does not exist, with the nearest
 */
export async function reproduce(
  name: string, { quick = false, signal, each, ...changed }: Partial<FigureSettings> & FigureOptions & { quick?: boolean } = {},
): Promise<Reproduction> {
  mustBeOneOf(name, figures.map((figure) => figure.name), "figure");
  const figure = figures.find((one) => one.name === name)!;
  for (const key of Object.keys(changed)) mustBeOneOf(key, Object.keys(figure.settings), "setting", name);
  const settings = { ...figure.settings, ...(quick && figure.quick), ...changed };
  const { name: engineName } = await engine();
  const run = await figure.run(settings, { signal, each });
  const holds = run.value >= figure.threshold;
  const sheet = await contactSheet(run.rows, { title: `${figure.paper.split(",")[0]}: ${figure.figure}` });
  const sentence = (): string => `${figure.figure}. ${figure.claim} Here ${figure.measures} is ${run.value.toPrecision(3)} ` +
    `(threshold ${figure.threshold}): the claim ${holds ? "holds" : "does not hold"}.`;
  return printedAs({
    ...run, figure, settings, holds, sheet, engine: engineName,
    toJSON: () => ({ name, ...facts(figure), settings, engine: engineName, measured: run.measured, value: run.value, holds }),
    dispose: () => tf.dispose([sheet, ...run.rows.flat().map(({ image }) => image)]),
  }, sentence);
}

function facts({ paper, figure, claim, measures, threshold }: PaperFigure): object {
  return { paper, figure, claim, measures, threshold };
}
