// How large the output of a layer is, and how large an image must be for every layer to have one.
import * as tf from "@tensorflow/tfjs";
import { inputsOf, type Layer } from "./architectures/architecture";
import type { Operation } from "./architectures/operation";

/** The side of an operation's output for an input of `side` positions; 0 or less means that the input is too small. */
export function outputSize(side: number, operation: Operation): number {
  if (operation.kind === "upsample") return side * operation.factor;
  if (operation.kind !== "convolution" && operation.kind !== "pool") return side;
  const { size, stride, padding, paddingMode } = operation;
  if (paddingMode === "reflection" && padding >= side) return 0; // there are not enough positions to mirror
  const rounding = operation.kind === "pool" ? operation.rounding : "floor";
  return Math[rounding]((side + 2 * padding - size) / stride) + 1;
}

/**
 * @param needed the numbers of the layers that are computed
 * @param image or a batch of images
 * @throws RangeError where the image is too small for one of the layers, saying what size would do
 */
export function mustBeLargeEnough(name: string, layers: readonly Layer[], needed: readonly number[], image: tf.Tensor): void {
  const [height, width] = image.shape.slice(-3);
  if (isLargeEnough(layers, needed, Math.min(height, width))) return;
  let smallest = Math.min(height, width) + 1;
  while (!isLargeEnough(layers, needed, smallest)) smallest++;
  throw new RangeError(
    `an image of ${height}×${width} is too small for ${layers[needed.at(-1)!].name} of ${name}, which needs at least ` +
      `${smallest}×${smallest}: load it larger, or ask for a shallower layer`);
}

function isLargeEnough(layers: readonly Layer[], needed: readonly number[], side: number): boolean {
  const sides = new Map([["pixels", side]]);
  return needed.every((index) => {
    const after = outputSize(sides.get(inputsOf(layers, index)[0])!, layers[index].operation);
    sides.set(layers[index].name, after);
    return after >= 1;
  });
}
