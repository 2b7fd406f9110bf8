// What made a picture, as plain data: every option of a recipe, also those that were left to their defaults, and what came of them.
import * as path from "node:path";
import type { Image } from "../image";
import { sourceOf, type ImageSource } from "../imageSource";
import type { Result } from "../minimize/best";
import type { WeightsFile } from "../networks/graphNetwork";
import type { Network } from "../networks/network";
import type { Optimizer } from "../optimizers/optimizer";
import { engine } from "../platform/engine/engine";
import { readSmallFile } from "../platform/files/regularFile";
import { layersOf, layerWeights, type Term } from "../terms";

/**
 * What made a picture, as plain data that `saveImage` keeps in its file. A loss is there by its name. An image that was neither loaded nor
 * noise, such as one that was resized afterwards, is there by its size alone.
 */
export interface RunSettings {
  readonly by: "transfer" | "texture" | "reconstruct";
  /** The options that only this recipe has. */
  readonly options: Readonly<Record<string, string | readonly number[]>>;
  /** The images that were given, and the `start`. */
  readonly images: Readonly<Record<string, ImageSettings>>;
  readonly network: { readonly name: string; readonly pooling?: string; readonly padding?: string; readonly weights?: WeightsFile };
  readonly terms: readonly { readonly name: string; readonly loss: string; readonly layers: Readonly<Record<string, number>> | readonly string[]; readonly weight: number }[];
  readonly optimizer: { readonly name: string; readonly settings?: object };
  readonly steps: number | readonly number[];
  readonly engine: string;
  readonly versions: Readonly<Record<string, string>>;
  /** The step of the picture and its loss; and why the run ended early, or false. */
  readonly result: { readonly step: number; readonly loss: number; readonly stopped: Result["stopped"] };
}

/** `[height, width]`, and where the image came from. */
export type ImageSettings = { readonly size: readonly [height: number, width: number] } & Partial<ImageSource>;

/** What a recipe returns. */
export interface RecipeResult extends Result {
  /** What made the image: `saveImage(image, "mine.png", { settings })`. */
  readonly settings: RunSettings;
}

/** What of a run only its recipe knows. */
export interface About extends Pick<RunSettings, "by" | "options"> {
  readonly images: Readonly<Record<string, Image>>;
}

/** The settings of a run that ended with `result`. */
export async function runSettings(
  { by, options, images }: About,
  { network, terms, optimizer, steps }: { network: Network; terms: readonly Term[]; optimizer: Optimizer; steps: RunSettings["steps"] },
  { index, loss, stopped }: Result,
): Promise<RunSettings> {
  const { pooling, padding, weights } = network as Network & RunSettings["network"];
  const written = {
    by, options, images: Object.fromEntries(Object.entries(images).map(([role, image]) => [role, imageSettings(image)])),
    network: { name: network.name, pooling, padding, weights },
    terms: terms.map((term) => ({ name: term.name, loss: term.loss.name, layers: term.layers ? layerWeights(term) : layersOf(term), weight: term.weight })),
    optimizer: { name: optimizer.name, settings: optimizer.settings },
    steps, engine: (await engine()).name, versions: versions(),
    result: { step: index, loss, stopped },
  };
  return JSON.parse(JSON.stringify(written)) as RunSettings; // of its own: nothing that is changed later changes it
}

function imageSettings(image: Image): ImageSettings {
  const [height, width] = image.shape;
  return { size: [height, width], ...sourceOf(image) };
}

/** The packages that compute have exact versions in our own package.json. */
function versions(): Record<string, string> {
  const file = path.resolve(__dirname, "..", "..", "package.json"); // from src/ and from dist/
  const { version, dependencies } = JSON.parse(readSmallFile(file, 1e6).toString()) as { version: string; dependencies: Record<string, string> };
  const pinned = ["@tensorflow/tfjs", "onnxruntime-node"].map((name) => [name, dependencies[name]]);
  return { styloscope: version, node: process.versions.node, ...Object.fromEntries(pinned) as Record<string, string> };
}
