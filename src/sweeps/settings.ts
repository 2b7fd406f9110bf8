// The settings of one run as plain JSON: what may be swept over, what each is by default, and what it must be.
import { mustBeOneOf } from "../errors";
import { losses } from "../losses/lossSpecs";
import { variations, type Variation } from "../losses/smoothness";
import { layerNames } from "../networks/forward";
import { mustHaveLayers } from "../networks/mustHaveLayers";
import { networks } from "../networks/registry";
import { optimizers } from "../optimizers/registry";
import { returnedLimit } from "../platform/files/targetSize";
import { mustHaveOptions } from "../spec";
import { starts, type StartSource } from "../starts";
import { contentLayers, layerWeights, styleLayers, type Term } from "../terms";
import { build, chosenSpec, optionsOf, type Choice } from "./choice";
import { isCustom, placeholderIn } from "./customLosses";

/** Everything that decides what comes out of a run. Names are those of `transfer` and of the terms' options. */
export interface Settings {
  /**
   * A sample's name or a file; null leaves the content out, as for a texture. In a plan also a folder, or a pattern such as
   * `photos/*.jpg`: its pictures are values of this setting.
   */
  readonly photo: string | null;
  /** A sample's name or a file; null leaves the style out, as for a reconstruction. In a plan also a folder or a pattern. */
  readonly painting: string | null;
  /** The shorter side in pixels, or exactly `[height, width]`, cropped. */
  readonly size: number | readonly [height: number, width: number];
  /** The painting's size where it is another: strokes get larger with it. */
  readonly paintingSize: Settings["size"] | null;
  readonly network: Choice;
  readonly contentLayers: Term["layers"];
  readonly contentLoss: Choice;
  readonly contentWeight: number;
  readonly styleLayers: Term["layers"];
  readonly styleLoss: Choice;
  readonly styleWeight: number;
  readonly smoothness: Variation;
  /** 0 leaves the smoothness out. */
  readonly smoothnessWeight: number;
  readonly optimizer: Choice;
  readonly steps: number;
  readonly start: Choice;
  /** Of the noise that a run starts from. */
  readonly seed: number;
}

/**
 * What a cell has where neither `base` nor `over` says otherwise. Losses, weights, optimizer, steps and start are those of `transfer`;
 * the samples are at 192 pixels, and the network is the one that comes with the project.
 */
export const defaults: Settings = {
  photo: "valley", painting: "strokes", size: 192, paintingSize: null, network: "vgg19-mini",
  contentLayers, contentLoss: "relative activations", contentWeight: 1,
  styleLayers, styleLoss: "relative gaussianWasserstein", styleWeight: 30,
  smoothness: "meanSquares", smoothnessWeight: 0,
  optimizer: "fourier lbfgs", steps: 60, start: "photo", seed: 0,
};

export const settingNames: readonly (keyof Settings)[] = Object.keys(defaults) as (keyof Settings)[];

type Check<Value> = (value: Value, name: string) => void;

const checks: { readonly [Name in keyof Settings]: Check<Settings[Name]> } = {
  photo: mustBeFile, painting: mustBeFile,
  size: mustBeSize, paintingSize: (value, name) => value === null || mustBeSize(value, name),
  network: mustBeNetwork,
  contentLayers: mustBeLayers, contentLoss: mustBeLoss, contentWeight: mustBeWeight,
  styleLayers: mustBeLayers, styleLoss: mustBeLoss, styleWeight: mustBeWeight,
  smoothness: (value, name) => mustBeOneOf(value, variations, name), smoothnessWeight: mustBeWeight,
  optimizer: (value, name) => build(optimizers, name, value),
  steps: mustBeCount, start: (value, name) => build(starts, name, value), seed: mustBeCount,
};

/**
 * `input` with the defaults around it.
 *
 * @throws RangeError for a setting that does not exist, with the nearest name, and for a value that it cannot have
 */
export function settingsFrom(input: Partial<Settings>): Settings {
  for (const name of Object.keys(input)) mustBeSetting(name);
  const settings: Settings = { ...defaults, ...input };
  for (const name of settingNames) (checks[name] as Check<unknown>)(settings[name], name);
  const { photo, painting, start, network } = settings;
  if (photo === null && painting === null) throw new RangeError("photo and painting are both null: name at least one image");
  for (const source of sourcesOf(start))
    if (source !== "noise" && settings[source] === null)
      throw new RangeError(`a run without a ${source} cannot start from it: set start to "noise"`);
  for (const term of ["content", "style"] as const) {
    const custom = placeholderIn(settings[`${term}Loss`]);
    if (custom?.layers && input[`${term}Layers`] !== undefined)
      throw new RangeError(`the loss ${custom.name} names its layers itself: leave out ${term}Layers`);
    if (settings[term === "content" ? "photo" : "painting"] !== null) mustHaveLayersOf(network, layersRead(settings, term));
  }
  return settings;
}

/** The layers at which a cell reads its photo, for the content, or its painting, for the style. */
export function layersRead(settings: Settings, term: "content" | "style"): readonly string[] {
  return placeholderIn(settings[`${term}Loss`])?.layers ?? Object.keys(layerWeights({ layers: settings[`${term}Layers`] }));
}

export function mustBeSetting(name: string): keyof Settings {
  return mustBeOneOf(name, settingNames, "setting", "a sweep") as keyof Settings;
}

function mustBeFile(value: unknown, name: string): void {
  if (value === null || (typeof value === "string" && value !== "")) return;
  throw new RangeError(`${name} is the name of a sample or a file, or null for none; got ${JSON.stringify(value)}`);
}

function mustBeSize(value: unknown, name: string): void {
  const sides = Array.isArray(value) && value.length === 2 ? value : [value];
  const sound = sides.every((side) => Number.isInteger(side) && side >= 2);
  if (sound && sides[0] * sides.at(-1) <= returnedLimit) return;
  if (sound) throw new RangeError(`${name} is at most ${returnedLimit / 1e6} million pixels; got ${JSON.stringify(value)}`);
  throw new RangeError(`${name} is the shorter side in whole pixels, or [height, width]; got ${JSON.stringify(value)}`);
}

function mustBeLayers(value: Term["layers"], name: string): void {
  const sound = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!sound) throw new RangeError(`${name} is a list of layers, or their weights by name; got ${JSON.stringify(value)}`);
  for (const [layer, weight] of Object.entries(layerWeights({ layers: value })))
    mustBeWeight(weight, `the weight of ${layer} in ${name}`);
}

function mustBeNetwork(choice: Choice, name: string): void {
  const spec = chosenSpec(networks, name, choice);
  mustHaveOptions(spec, name, optionsOf(spec, name, choice)); // loading it is for later
}

/** Checked before the network is loaded, so that no cell fails after others have run for an hour. */
function mustHaveLayersOf(network: Choice, layers: readonly string[]): void {
  const spec = chosenSpec(networks, "network", network);
  mustHaveLayers(spec.name, layerNames(spec.architecture(optionsOf(spec, "network", network)).layers), layers);
}

function mustBeLoss(choice: Choice, name: string): void {
  if (!isCustom(choice)) build(losses, name, choice);
}

/** What a start is made from: photo, painting, noise. */
function sourcesOf(start: Choice): readonly StartSource[] {
  const spec = chosenSpec(starts, "start", start);
  return spec.sources(optionsOf(spec, "start", start));
}

function mustBeWeight(value: unknown, name: string): void {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return;
  throw new RangeError(`${name} must be a number, 0 or more; got ${JSON.stringify(value) ?? value}`);
}

function mustBeCount(value: unknown, name: string): void {
  if (Number.isInteger(value) && (value as number) >= 0) return;
  throw new RangeError(`${name} must be a whole number, 0 or more; got ${JSON.stringify(value)}`);
}
