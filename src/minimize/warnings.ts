// What goes wrong in a run whose numbers are all finite: no gradient, or a loss that diverges. And numbers that never were finite.
import type { Image } from "../image";
import type { Measurement, Objective } from "../objective";
import { targetsOf } from "../terms";

/** A loss this many times the best so far, and above the start's, diverges. */
const divergence = 10;

/** The losses that later ones are compared with. */
export interface LossReference {
  readonly start: number;
  readonly best: number;
  readonly bestIndex: number;
}

/** The reference after one more step. */
export function updateReference(reference: LossReference | undefined, loss: number, index: number): LossReference {
  if (!reference) return { start: loss, best: loss, bestIndex: index };
  return loss < reference.best ? { ...reference, best: loss, bestIndex: index } : reference;
}

/**
 * The warning for a loss that diverges. A loss near its minimum may double from one step to the next, so it must also be above the
 * start's.
 */
export function divergenceWarning({ start, best, bestIndex }: LossReference, loss: number): string | undefined {
  if (!(loss > divergence * best && loss > start)) return undefined;
  const times = best > 0 ? `${short(loss / best)} times the best, ${short(best)}` : `and the best is ${short(best)}`;
  return `diverging: the loss is ${short(loss)}, ${times} at step ${bestIndex}. Take a smaller rate, or lbfgs(), which searches along ` +
    "each step";
}

/**
 * The warning for parts that cannot pull at the image: their loss is flat, or, where the whole gradient is zero, the network passes
 * nothing back. `image` is where `measurement` was made.
 */
export async function flatnessWarning(goal: Objective, image: Image, { value, gradient }: Measurement): Promise<string | undefined> {
  const flat = await goal.flatParts(image);
  const none = value !== 0 && gradient.every((derivative) => derivative === 0);
  if (flat.length > 0) {
    const named = flat.map(({ name, loss }) => `"${name}" (${loss.name}, at ${loss.layers.join(" and ")})`).join(", ");
    return `no gradient: that of ${named} is exactly zero, so no step changes ${flat.length > 1 ? "them" : "it"}. argMax, round, step ` +
      "and comparisons are flat: write the loss with smooth operations";
  }
  return none ? `no gradient: the loss is ${short(value)}, and its gradient exactly zero. Nothing that the loss reads is active in this ` +
    "image: start from another, such as noise(photo)" : undefined;
}

/** Which of an objective's target images has values that are not finite, in a sentence; a disposed one is not read. */
export async function badTarget(goal: Objective): Promise<string | undefined> {
  for (const term of goal.terms)
    for (const { image } of targetsOf(term)) {
      const found = image.isDisposed ? undefined : badValues(await image.data<"float32">(), image.shape, `the target of "${term.name}"`);
      if (found) return found;
    }
  return undefined;
}

/** Where the values of an image are not finite numbers, in a sentence. */
export function badValues(values: Float32Array, [, width]: readonly number[], what: string): string | undefined {
  const first = values.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return undefined;
  const count = values.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  const [pixel, channel] = [Math.floor(first / 3), first % 3];
  return `${what} has ${count} of ${values.length} values that are not finite numbers; the first is ${values[first]}, at row ` +
    `${Math.floor(pixel / width)}, column ${pixel % width}, ${["red", "green", "blue"][channel]}`;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
