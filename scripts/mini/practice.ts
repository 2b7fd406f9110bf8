// Pictures that the mini painted itself: where it is fooled, VGG-19 shows it what it missed.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { gram } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { minimize } from "../../src/minimize/minimize";
import type { Pooling } from "../../src/networks/architectures/operation";
import { preprocessings } from "../../src/networks/preprocess";
import { vggFrom, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { content, style } from "../../src/terms";
import { miniUnits } from "./agreement";
import { asTensors, filtersOf } from "./parameters";

/** A picture on its way to a painting, and the painting. */
export interface Pair {
  readonly picture: Float32Array;
  readonly painting: Float32Array;
}

/** The mini as a network of the library, from what was learned so far. The caller disposes it. */
export function miniFrom(parameters: Float32Array, pooling: Pooling): Vgg {
  const tensors = asTensors(parameters);
  const filters = filtersOf(tensors);
  const used = new Set([...filters.values()].flatMap(({ kernel, bias }) => [kernel, bias] as tf.Tensor[]));
  tensors.filter((tensor) => !used.has(tensor)).forEach((map) => map.dispose());
  return vggFrom(filters, { name: "vgg19-mini", topology: "vgg19-mini", pooling, preprocessing: preprocessings[miniUnits] });
}

/** The pictures at the given steps on the way from `photo` to `painting`, as the mini paints them (Gatys' objective, Adam). */
export async function paintPractice(
  mini: Vgg, photo: Float32Array, painting: Float32Array, side: number, snapshots: readonly number[],
): Promise<Pair[]> {
  const [start, target] = [photo, painting].map((pixels) => tf.tensor3d(pixels, [side, side, 3]) as Image);
  const goal = objective(mini, [
    content(start, { loss: relative(activations) }), style(target, { loss: relative(gram), weight: 30 }),
  ]);
  const pairs: Pair[] = [];
  try {
    for await (const { index, image } of minimize(goal, { start, optimizer: adam(), steps: Math.max(...snapshots) }))
      if (snapshots.includes(index)) pairs.push({ picture: Float32Array.from(await image.data()), painting });
  } finally {
    goal.dispose();
    tf.dispose([start, target]);
  }
  return pairs;
}
