// Reproduces a figure of a paper, and says whether its claims hold here.
import { isDeepStrictEqual } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import type { Image } from "../image";
import { chosenNetwork } from "../networks/loadNetwork";
import { contactSheet } from "../platform/drawing/contactSheet";
import { engine } from "../platform/engine/engine";
import { printedAs } from "../printedAs";
import type { Claim, FigureOptions, FigureRun, FigureSettings, PaperFigure } from "./figure";
import { figureImages, imageNames, ownerOf, type ImageOwner, type ImagesUsed } from "./figureImages";
import { shortName } from "./papers";
import { figures } from "./registry";

/** Longest side of a panel on a figure's sheet, in pixels. */
export const sheetSide = 224;

/** A claim, its value here, and whether that is within the claim's bound. */
export interface ClaimVerdict extends Claim {
  readonly name: string;
  readonly value: number;
  readonly holds: boolean;
}

/** Settings that shall differ from a figure's own, whether to begin with its `quick` ones, and whose images to take (default "paper"). */
export type FigureChoice = Partial<FigureSettings> & { quick?: boolean; images?: ImageOwner };

export interface Reproduction extends FigureRun {
  readonly figure: PaperFigure;
  readonly settings: FigureSettings;
  /** Whose images `settings` names. */
  readonly images: ImagesUsed;
  readonly engine: string;
  readonly verdicts: readonly ClaimVerdict[];
  /** Whether every claim holds. */
  readonly holds: boolean;
  readonly seconds: number;
  /** The figure as one picture. Yours to dispose, as all panels are: `dispose()` does both. */
  readonly sheet: Image;
  /** Each claim, with its value, bound and verdict, on a line of its own. */
  toString(): string;
  /** All settings and numbers as plain JSON. */
  toJSON(): unknown;
  dispose(): void;
}

/**
 * Reproduces a figure: `await reproduce("gatys2016/figure1-content", { size: 128 })`.
 *
 * @param name one of `figures`
 * @param settings what shall differ from the figure's own settings; `quick: true` begins with those for a first look. Its images are the
 *   paper's, as far as they are at hand (`npm run images`); with `images: "project"`, those that come with the project
 * @throws RangeError for a figure or a setting that does not exist, with the nearest
 */
export async function reproduce(
  name: string, { signal, each, ...chosen }: FigureChoice & FigureOptions = {},
): Promise<Reproduction> {
  mustBeOneOf(name, figures.map((figure) => figure.name), "figure");
  const figure = figures.find((one) => one.name === name)!;
  const settings = settingsOf(figure, chosen);
  const { name: engineName } = await engine();
  const began = performance.now();
  const run = await figure.run(settings, { signal, each });
  const seconds = (performance.now() - began) / 1000;
  const images = ownerOf(figure, settings);
  const usual = isDeepStrictEqual(settings, settingsOf(figure, { images: "project" }));
  const verdicts = Object.entries(figure.claims).map(([claim, facts]) => verdictOf(claim, facts, run.values[claim], { images, usual }));
  const holds = verdicts.every((verdict) => verdict.holds);
  const { rows, rowLabels, columnLabels } = run;
  const sheet = await contactSheet(rows, { title: `${shortName(figure.paper)}: ${figure.figure}`, rowLabels, columnLabels, side: sheetSide });
  return printedAs({
    ...run, figure, settings, images, verdicts, holds, seconds, sheet, engine: engineName,
    toJSON: () => ({
      name, paper: figure.paper, figure: figure.figure, settings, images, engine: engineName, seconds, holds, verdicts,
      measured: run.measured, losses: run.losses,
    }),
    dispose: () => tf.dispose([sheet, ...rows.flat().map(({ image }) => image)]),
  }, () => [`${figure.figure} (${imageNames(settings).join(", ")}):`, ...verdicts.map(sentence)].join("\n"));
}

/** The figure's settings with what shall differ, and `best` as the network that it is here. @throws RangeError for a setting that it does not have */
export function settingsOf(figure: PaperFigure, { quick = false, images = "paper", ...changed }: FigureChoice = {}): FigureSettings {
  for (const key of Object.keys(changed)) mustBeOneOf(key, Object.keys(figure.settings), "setting", figure.name);
  const settings = { ...figure.settings, ...(quick && figure.quick), ...figureImages(figure, images), ...changed };
  return { ...settings, network: chosenNetwork(settings.network) };
}

/** What was found where a claim did not hold was seen on the project's images, at the figure's own settings. */
function verdictOf(name: string, { found, ...claim }: Claim, value: number, { images, usual }: { images: ImagesUsed; usual: boolean }): ClaimVerdict {
  const { atLeast = -Infinity, atMost = Infinity } = claim;
  const said = found && images === "project" ? { found: usual ? found : `With the figure's own settings: ${found}` } : {};
  return { name, ...claim, ...said, value, holds: value >= atLeast && value <= atMost }; // NaN holds nothing
}

/** "Higher layers keep …: the least drop of PSNR … is 1.2 (at least 0.5), so it holds." */
function sentence({ claim, measures, value, atLeast, atMost, holds, found }: ClaimVerdict): string {
  const bound = atLeast !== undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return `- ${claim} ${measures[0].toUpperCase()}${measures.slice(1)}: ${value.toPrecision(3)} (${bound}). ${holds ? "It holds." : ["It does not hold here.", ...(found ? [found] : [])].join(" ")}`;
}
