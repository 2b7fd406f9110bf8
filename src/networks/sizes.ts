// How large each layer's responses are, and how large an image must be for something to be left of it.
import type { Image } from "../image";
import { inputsOf, type Layer, type Operation } from "./architectures/architecture";

/** The side of what an operation makes of `side` places; 0 or less means that its window does not fit. */
export function sizeAfter(side: number, does: Operation): number {
  if (does.kind !== "convolution" && does.kind !== "pool") return side;
  const steps = (side + 2 * does.padding - does.size) / does.stride;
  return Math[does.kind === "pool" ? does.rounding : "floor"](steps) + 1;
}

/** @throws RangeError where nothing would be left of `image` at one of the `needed` layers, saying what size would do */
export function mustBeLargeEnough(name: string, layers: readonly Layer[], needed: readonly number[], image: Image): void {
  const [height, width] = image.shape;
  const lost = firstLost(layers, needed, Math.min(height, width));
  if (lost === undefined) return;
  let smallest = Math.min(height, width) + 1;
  while (firstLost(layers, needed, smallest) !== undefined) smallest++;
  throw new RangeError(
    `an image of ${height}×${width} is too small for ${layers[needed.at(-1)!].name} of ${name}, which needs at least ` +
      `${smallest}×${smallest}: load it larger, or ask for a shallower layer`);
}

function firstLost(layers: readonly Layer[], needed: readonly number[], side: number): string | undefined {
  const sides = new Map([["pixels", side]]);
  for (const at of needed) {
    const after = sizeAfter(sides.get(inputsOf(layers, at)[0])!, layers[at].operation);
    if (after < 1) return layers[at].name;
    sides.set(layers[at].name, after);
  }
  return undefined;
}
