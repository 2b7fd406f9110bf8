// Which painting's style an image has.
import type { Image } from "../image";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import type { Network } from "../networks/network";
import { valueOf } from "../quality/valueOf";
import { style, styleLayers } from "../terms";

/** The relative Gram loss of `image` to each of several paintings, at `layers`. */
export async function gramDistances(
  judge: Network, image: Image, paintings: readonly Image[], layers: readonly string[] = styleLayers,
): Promise<number[]> {
  const distances: number[] = [];
  for (const painting of paintings) distances.push(await valueOf(judge, [style(painting, { loss: relative(gram()), layers })], image));
  return distances;
}

export function isNearest(distances: readonly number[], index: number): boolean {
  return distances.every((distance, i) => i === index || distances[index] < distance);
}
