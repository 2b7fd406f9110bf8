// A figure of a paper as plain data: how it is made, and the claims that the paper draws from it, each as a number with a bound.
import type { Image } from "../image";
import type { Plot } from "../platform/drawing/plot";

/** What a figure is made of. Each figure has its own defaults, in `PaperFigure.settings`. */
export interface FigureSettings {
  /** As `loadNetwork` names it. */
  readonly network: string;
  /** A sample's name or a file; several with commas between them, in figures that take several. */
  readonly photo?: string;
  /** The same for paintings, in figures with a style image. */
  readonly painting?: string;
  /** The shorter side of every image, in pixels. */
  readonly size: number;
  readonly steps: number;
  readonly seed: number;
}

/** A picture of a figure, with its label. */
export interface Panel {
  readonly label: string;
  readonly image: Image;
}

/** One thing that the paper says, and the number that tests it: it holds at `atLeast`, or at `atMost`. */
export interface Claim {
  readonly claim: string;
  /** What the number is, with its unit. */
  readonly measures: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Where it did not hold: what was seen instead, at the figure's own settings. */
  readonly found?: string;
}

/** What making a figure gives: its panels, row by row as the paper has them, and what was measured of them. */
export interface FigureRun {
  readonly rows: readonly (readonly Panel[])[];
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  /** Everything that was measured, by name. */
  readonly measured: Readonly<Record<string, number>>;
  /** The value of each of the figure's claims, by its name. */
  readonly values: Readonly<Record<string, number>>;
  /** The loss at each step of each run, by the run's name. */
  readonly losses: Readonly<Record<string, readonly number[]>>;
  /** Plots that belong to the figure, such as its loss curves. */
  readonly plots?: readonly Plot[];
}

export interface FigureOptions {
  readonly signal?: AbortSignal;
  /** Called with a sentence such as `relu3_2, step 40 of 100`. */
  readonly each?: (progress: string) => void;
}

export interface PaperFigure {
  /** What `reproduce` calls it: `gatys2016/figure1-content`. */
  readonly name: string;
  readonly paper: string;
  readonly figure: string;
  /** What the paper claims, by a short name. Bounds were set from its words before the first run. */
  readonly claims: Readonly<Record<string, Claim>>;
  readonly settings: FigureSettings;
  /** The paper's own images by their samples' names, each for the one of `settings` in the same place; empty where it cannot be had. */
  readonly paperImages?: Pick<FigureSettings, "photo" | "painting">;
  /** Settings for a first look, in seconds. */
  readonly quick: Partial<FigureSettings>;
  /** Makes the figure. The images are the caller's. */
  run(settings: FigureSettings, options?: FigureOptions): Promise<FigureRun>;
}
