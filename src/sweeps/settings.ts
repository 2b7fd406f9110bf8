// The settings of one run as plain JSON: what may be swept over, what each is by default, and what it must be.
import { mustBeOneOf } from "../errors";
import { variations, type Variation } from "../losses/smoothness";
import { contentLayers, layerWeights, styleLayers, type Term } from "../terms";
import { isCustom } from "./customLosses";
import { architectureOf, losses, networks, optimizers, sourcesOf, starts } from "./registry";
import { build, mustBeSpec, optionsOf, nameOf, type Spec } from "./spec";

/** Everything that decides what comes out of a run. Names are those of `transfer` and of the terms' options. */
export interface Settings {
  /** A sample's name or a file; null leaves the content out, as for a texture. */
  readonly photo: string | null;
  /** A sample's name or a file; null leaves the style out, as for a reconstruction. */
  readonly painting: string | null;
  /** The shorter side in pixels, or exactly `[height, width]`, cropped. */
  readonly size: number | readonly [height: number, width: number];
  /** The painting's size where it is another: strokes get larger with it. */
  readonly paintingSize: Settings["size"] | null;
  readonly network: Spec;
  readonly contentLayers: Term["layers"];
  readonly contentLoss: Spec;
  readonly contentWeight: number;
  readonly styleLayers: Term["layers"];
  readonly styleLoss: Spec;
  readonly styleWeight: number;
  readonly smoothness: Variation;
  /** 0 leaves the smoothness out. */
  readonly smoothnessWeight: number;
  readonly optimizer: Spec;
  readonly steps: number;
  readonly start: Spec;
  /** Of the noise that a run starts from. */
  readonly seed: number;
}

/** What a cell has where neither `base` nor `over` says otherwise: `transfer`'s own, with the network that is always there. */
export const defaults: Settings = {
  photo: "valley", painting: "strokes", size: 192, paintingSize: null, network: "vgg19-mini",
  contentLayers, contentLoss: "relative activations", contentWeight: 1,
  styleLayers, styleLoss: "relative gram", styleWeight: 30,
  smoothness: "meanSquares", smoothnessWeight: 0,
  optimizer: "lbfgs", steps: 100, start: "photo", seed: 0,
};

export const settingNames: readonly (keyof Settings)[] = Object.keys(defaults) as (keyof Settings)[];

type Check<Value> = (value: Value, name: string) => void;

const checks: { readonly [Name in keyof Settings]: Check<Settings[Name]> } = {
  photo: mustBeFile, painting: mustBeFile,
  size: mustBeSize, paintingSize: (value, name) => value === null || mustBeSize(value, name),
  network: (value, name) => mustBeSpec(networks, name, value),
  contentLayers: mustBeLayers, contentLoss: mustBeLoss, contentWeight: mustBeWeight,
  styleLayers: mustBeLayers, styleLoss: mustBeLoss, styleWeight: mustBeWeight,
  smoothness: (value, name) => mustBeOneOf(value, variations, name), smoothnessWeight: mustBeWeight,
  optimizer: (value, name) => build(optimizers, name, value),
  steps: mustBeCount, start: mustBeStart, seed: mustBeCount,
};

/**
 * `given` with the defaults around it.
 *
 * @throws RangeError for a setting that does not exist, with the nearest name, and for a value that it cannot have
 */
export function settingsFrom(given: Partial<Settings>): Settings {
  for (const name of Object.keys(given)) mustBeSetting(name);
  const settings: Settings = { ...defaults, ...given };
  for (const name of settingNames) (checks[name] as Check<unknown>)(settings[name], name);
  const { photo, painting, start, network } = settings;
  if (photo === null && painting === null) throw new RangeError("photo and painting are both null: name at least one image");
  for (const source of sourcesOf(start))
    if (source !== "noise" && settings[source] === null)
      throw new RangeError(`a run without a ${source} cannot start from it: set start to "noise"`);
  if (photo !== null) mustBeIn(network, settings.contentLayers);
  if (painting !== null) mustBeIn(network, settings.styleLayers);
  return settings;
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
  if (sides.every((side) => Number.isInteger(side) && side >= 2)) return;
  throw new RangeError(`${name} is the shorter side in whole pixels, or [height, width]; got ${JSON.stringify(value)}`);
}

function mustBeLayers(value: Term["layers"], name: string): void {
  const sound = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!sound) throw new RangeError(`${name} is a list of layers, or their shares by name; got ${JSON.stringify(value)}`);
  for (const [layer, share] of Object.entries(layerWeights({ layers: value })))
    mustBeWeight(share, `the share of ${layer} in ${name}`);
}

/** Known before the network is loaded, so that no cell fails for it when others have run for an hour. */
function mustBeIn(network: Spec, layers: Term["layers"]): void {
  const { layers: known } = architectureOf(nameOf(network), optionsOf(network) as object);
  const names = known.flatMap(({ name, alias }) => (alias ? [name, alias] : [name]));
  for (const layer of Object.keys(layerWeights({ layers })))
    if (layer !== "pixels") mustBeOneOf(layer, names, "layer", nameOf(network));
}

function mustBeLoss(value: Spec, name: string): void {
  if (!isCustom(value)) build(losses, name, value);
}

function mustBeStart(value: Spec, name: string): void {
  build(starts, name, value);
  if (nameOf(value) !== "mix") return;
  const weights = Object.entries((optionsOf(value) ?? {}) as Record<string, number>);
  for (const [source, weight] of weights) mustBeWeight(weight, `the weight of ${source} in the mix`);
  if (!weights.some(([, weight]) => weight > 0))
    throw new RangeError("a mix needs at least one weight above 0: { mix: { photo: 1, noise: 1 } }");
}

function mustBeWeight(value: unknown, name: string): void {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return;
  throw new RangeError(`${name} must be a number, 0 or more; got ${JSON.stringify(value) ?? value}`);
}

function mustBeCount(value: unknown, name: string): void {
  if (Number.isInteger(value) && (value as number) >= 0) return;
  throw new RangeError(`${name} must be a whole number, 0 or more; got ${JSON.stringify(value)}`);
}
