// Statistics of activations by plain loops over float64 numbers, which the losses are compared with.
import type * as tf from "@tensorflow/tfjs";
import { numbers } from "../compare";

export type Matrix = number[][];

/** `[positions][channels]`. */
export function activationVectors(features: tf.Tensor3D): Matrix {
  const [all, channels] = [numbers(features), features.shape[2]];
  return Array.from({ length: all.length / channels }, (_, p) => all.slice(p * channels, (p + 1) * channels));
}

export const average = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
export const sumOfSquares = (values: readonly number[]): number => values.reduce((sum, v) => sum + v * v, 0);
export const transposed = (x: Matrix): Matrix => x[0].map((_, j) => x.map((row) => row[j]));
export const largestFirst = (values: readonly number[]): number[] => [...values].sort((a, b) => b - a);
export const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, i) => sum + v * y[i], 0);

export function meansOf(features: tf.Tensor3D): number[] {
  return transposed(activationVectors(features)).map(average);
}

export function covarianceOf(features: tf.Tensor3D): Matrix {
  const channels = transposed(activationVectors(features)).map((values) => values.map((v) => v - average(values)));
  return channels.map((x) => channels.map((y) => dot(x, y) / x.length));
}

/** The squared Wasserstein-2 distance of two rows of equally many numbers. */
export function sortedDistance(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [largestFirst(x), largestFirst(y)];
  return average(a.map((v, i) => (v - b[i]) ** 2));
}
