// Custom losses in a plan: they hold functions, which no file can store and no other process can receive.
import * as tf from "@tensorflow/tfjs";
import { noise } from "../image";
import { isCrossLayer, type LayerLoss, type Loss } from "../losses/loss";
import { engine } from "../platform/engine/engine";
import { nameOf, type Choice } from "./choice";

/** By the placeholder that stands for them in the settings, as JSON. */
export type CustomLosses = ReadonlyMap<string, LayerLoss | Loss>;

/**
 * The placeholder of a custom loss in JSON: its name, and its value for fixed noise, so that a loss that was changed between two
 * runs is not taken for the same. The fingerprint is null where the loss cannot be computed for that noise.
 */
export interface CustomLoss {
  readonly name: string;
  readonly fingerprint: number | null;
  /** Those that a loss across layers reads. */
  readonly layers?: readonly string[];
}

/**
 * `plan` as JSON, and the losses that were objects in it.
 *
 * @throws TypeError for other things that JSON cannot hold; RangeError for two losses that cannot be told apart
 */
export async function extractCustomLosses(plan: unknown): Promise<{ plan: unknown; customLosses: CustomLosses }> {
  const customLosses = new Map<string, LayerLoss | Loss>();
  const placeholders = new Map<LayerLoss | Loss, Choice>();
  async function placeholderOf(loss: LayerLoss | Loss): Promise<Choice> {
    if (!placeholders.has(loss)) {
      await engine();
      const custom = { name: loss.name, fingerprint: fingerprint(loss), ...(isCrossLayer(loss) && { layers: [...loss.layers] }) };
      const key = JSON.stringify({ custom });
      if (customLosses.has(key) && custom.fingerprint === null)
        throw new RangeError(`two losses of this sweep are called "${loss.name}": give one of them another name`);
      customLosses.set(key, loss);
      placeholders.set(loss, { custom });
    }
    return placeholders.get(loss)!;
  }
  async function replace(value: unknown, path: string): Promise<unknown> {
    if (isLoss(value)) return placeholderOf(value);
    if (Array.isArray(value)) return Promise.all(value.map((item) => replace(item, path)));
    if (typeof value === "function")
      throw new TypeError(`${path} is a function; a loss is called first, such as slicedWasserstein(), or made of a ` +
        "statistic: fromStatistic((features) => tf.mean(features, [0, 1]))");
    if (value instanceof tf.Tensor)
      throw new TypeError(`${path} is a tensor; name a sample or a file: saveImage(image, "mine.png"), then "mine.png"`);
    if (value instanceof Promise) throw new TypeError(`${path} is a promise: write \`await\` in front of it`);
    if (hasFunctions(value))
      throw new TypeError(`${path} is ${value.name} itself, which no other process can receive; only a loss can be an object, ` +
        'all else is chosen by name, such as "vgg19" or { adam: { rate: 0.05 } }');
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(async ([name, inner]) => [name, await replace(inner, name)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  return { plan: await replace(plan, "the plan"), customLosses };
}

/** Whether a choice is the placeholder of a custom loss. */
export function isCustom(choice: Choice): boolean {
  return nameOf(choice) === "custom";
}

/** What stands for a custom loss; undefined for a registered one. A loss that names its layers itself has `layers`. */
export function placeholderIn(choice: Choice): CustomLoss | undefined {
  return isCustom(choice) ? (choice as unknown as { custom: CustomLoss }).custom : undefined;
}

/** @throws Error where the loss is not available in this process */
export function customLoss(choice: Choice, customLosses: CustomLosses): LayerLoss | Loss {
  const loss = customLosses.get(JSON.stringify(choice));
  if (loss) return loss;
  throw new Error(`"${placeholderIn(choice)?.name}" is a custom loss: it exists only in the notebook or program that defines it; run the sweep there`);
}

function isLoss(value: unknown): value is LayerLoss | Loss {
  const loss = value as Partial<LayerLoss> | null;
  return typeof loss === "object" && typeof loss?.prepare === "function" && typeof loss.distance === "function";
}

/** A network or an optimizer: it has a name and functions. */
function hasFunctions(value: unknown): value is { name: string } {
  if (typeof value !== "object" || value === null || !("name" in value)) return false;
  return Object.values(value).some((inner) => typeof inner === "function");
}

/** The distance between two noise images, to three digits. */
function fingerprint(loss: LayerLoss | Loss): number | null {
  try {
    const distance = tf.tidy(() => {
      const [image, target] = [1, 2].map((seed) => noise([8, 8], { seed }));
      if (isCrossLayer(loss)) return loss.distance(() => image, loss.prepare(() => target)).dataSync()[0];
      return loss.distance(image, loss.prepare(target)).dataSync()[0];
    });
    return Number.isFinite(distance) ? Number(distance.toPrecision(3)) : null;
  } catch {
    return null; // such as a loss that needs another size
  }
}
