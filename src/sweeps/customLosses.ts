// Losses of one's own in a plan: functions, which no file can hold and no other process can be sent.
import * as tf from "@tensorflow/tfjs";
import { noise } from "../image";
import { isCrossLayer, type LayerLoss, type Loss } from "../losses/loss";
import { engine } from "../platform/engine/engine";
import { optionsOf, nameOf, type Spec } from "./spec";

/** By what stands for them in the settings. */
export type CustomLosses = ReadonlyMap<string, LayerLoss | Loss>;

/**
 * What stands in JSON for a loss of one's own: its name, and what it answers to a fixed question, by which a loss that was
 * changed between two runs is told from what it was. Null where the question does not fit it.
 */
export interface CustomLoss {
  readonly name: string;
  readonly answer: number | null;
}

/**
 * `plan` as JSON, and the losses that were objects in it.
 *
 * @throws TypeError for other things that JSON cannot hold; RangeError for two losses that cannot be told apart
 */
export async function extractCustomLosses(plan: unknown): Promise<{ plan: unknown; own: CustomLosses }> {
  const own = new Map<string, LayerLoss | Loss>();
  const stands = new Map<LayerLoss | Loss, Spec>();
  async function standIn(loss: LayerLoss | Loss): Promise<Spec> {
    if (!stands.has(loss)) {
      await engine();
      const named = { own: { name: loss.name, answer: answerOf(loss) } };
      const key = JSON.stringify(named);
      if (own.has(key) && named.own.answer === null)
        throw new RangeError(`two losses of this sweep are called "${loss.name}": give one of them another name`);
      own.set(key, loss);
      stands.set(loss, named);
    }
    return stands.get(loss)!;
  }
  async function walk(value: unknown, place: string): Promise<unknown> {
    if (isLoss(value)) return standIn(value);
    if (Array.isArray(value)) return Promise.all(value.map((item) => walk(item, place)));
    if (typeof value === "function")
      throw new TypeError(`${place} is a function; a loss is called first, such as slicedWasserstein(), or made of a ` +
        "statistic: matching((features) => tf.mean(features, [0, 1]))");
    if (value instanceof tf.Tensor)
      throw new TypeError(`${place} is a tensor; name a sample or a file: saveImage(image, "mine.png"), then "mine.png"`);
    if (value instanceof Promise) throw new TypeError(`${place} is a promise: write \`await\` in front of it`);
    if (isThing(value))
      throw new TypeError(`${place} is ${value.name} itself, which no other process can be sent; only a loss can be your own, ` +
        'all else is a word, such as "vgg19" or { adam: { rate: 0.05 } }');
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(async ([name, inner]) => [name, await walk(inner, name)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  return { plan: await walk(plan, "the plan"), own };
}

/** Whether this stands for a loss of one's own. */
export function isCustom(named: Spec): boolean {
  return nameOf(named) === "own";
}

export function customLoss(named: Spec, own: CustomLosses): LayerLoss | Loss {
  const loss = own.get(JSON.stringify(named));
  if (loss) return loss;
  const { name } = optionsOf(named) as unknown as CustomLoss;
  throw new Error(`"${name}" is a loss of someone's own: it exists only in the notebook or program that wrote it; ` +
    "run the sweep there");
}

function isLoss(value: unknown): value is LayerLoss | Loss {
  const loss = value as Partial<LayerLoss> | null;
  return typeof loss === "object" && typeof loss?.prepare === "function" && typeof loss.distance === "function";
}

/** A network or an optimizer: it has a name and functions. */
function isThing(value: unknown): value is { name: string } {
  if (typeof value !== "object" || value === null || !("name" in value)) return false;
  return Object.values(value).some((inner) => typeof inner === "function");
}

/** Its distance between two pieces of noise, to three digits. */
function answerOf(loss: LayerLoss | Loss): number | null {
  try {
    const answer = tf.tidy(() => {
      const [seen, target] = [1, 2].map((seed) => noise([8, 8], { seed }));
      if (isCrossLayer(loss)) return loss.distance(() => seen, loss.prepare(() => target)).dataSync()[0];
      return loss.distance(seen, loss.prepare(target)).dataSync()[0];
    });
    return Number.isFinite(answer) ? Number(answer.toPrecision(3)) : null;
  } catch {
    return null; // such as a loss that wants another size
  }
}
