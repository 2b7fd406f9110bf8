// How much of an image is fine grain: the energy of its luminance above a spatial frequency.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import { applySeparable } from "../math/applySeparable";
import { hartley } from "../math/hartley";
import { centered, planesOf } from "./planes";

/**
 * The energy of the luminance at spatial frequencies above `above` cycles per pixel (default 0.375, of 0.5 along an axis), per pixel, in
 * units of 0…1 squared: the variance that a high-pass filter would leave. Compare it with the painting's: a ratio of 1 is as much
 * grain as the painting has. A Hann window first, since the edges of an image would count as fine detail.
 */
export async function fineEnergy(image: Image, { above = 0.375 }: { above?: number } = {}): Promise<number> {
  const { values: deviations, height, width } = centered((await planesOf(image)).y);
  const [rows, columns] = [hann(height), hann(width)];
  const windowed = deviations.map((value, i) => value * rows[Math.floor(i / width)] * columns[i % width]);
  const spectrum = tf.tidy(() => applySeparable(tf.tensor3d(Float32Array.from(windowed), [height, width, 1]),
    tf.tensor2d(hartley(height), [height, height]), tf.tensor2d(hartley(width), [width, width])));
  const values = await spectrum.data<"float32">().finally(() => spectrum.dispose());
  const cycles = (k: number, n: number): number => Math.min(k, n - k) / n;
  let energy = 0;
  values.forEach((value, i) => {
    if (Math.hypot(cycles(Math.floor(i / width), height), cycles(i % width, width)) > above) energy += value ** 2;
  });
  const kept = rows.reduce((sum, value) => sum + value ** 2, 0) * columns.reduce((sum, value) => sum + value ** 2, 0);
  return energy / kept;
}

function hann(n: number): number[] {
  return Array.from({ length: n }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / n) ** 2);
}
