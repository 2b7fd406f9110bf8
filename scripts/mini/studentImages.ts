// Images that were optimized with the mini itself: where it is fooled, VGG-19's features say what it missed.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { gram } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { minimize } from "../../src/minimize/minimize";
import type { Filter } from "../../src/networks/applyLayer";
import type { Pooling } from "../../src/networks/architectures/operation";
import { preprocessings } from "../../src/networks/preprocess";
import { vggFrom, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { content, style } from "../../src/terms";
import { layerParameters, parameterTensors } from "../../src/training/parameterSlots";
import { miniNormalization } from "./agreement";
import { slots } from "./parameters";

/** An image between a photograph and a stylized one, and the painting that it was optimized for. */
export interface StudentImage {
  readonly image: Float32Array;
  readonly painting: Float32Array;
}

/** The mini as a network of the library, from what was learned so far. The caller disposes it. */
export function miniFrom(parameters: Float32Array, pooling: Pooling): Vgg {
  const filterSlots = slots.filter(({ name }) => !name.endsWith(".map"));
  const filters = layerParameters(parameterTensors(filterSlots, parameters)) as Map<string, Filter>;
  const preprocessing = preprocessings[miniNormalization];
  return vggFrom(filters, { name: "vgg19-mini", topology: "vgg19-mini", pooling, preprocessing });
}

/** The images at the given steps of a style transfer with the mini, from `photo` toward `painting` (Gatys' objective, Adam). */
export async function studentImages(
  mini: Vgg, photo: Float32Array, painting: Float32Array, side: number, snapshots: readonly number[],
): Promise<StudentImage[]> {
  const [start, target] = [photo, painting].map((pixels) => tf.tensor3d(pixels, [side, side, 3]) as Image);
  const goal = objective(mini, [
    content(start, { loss: relative(activations()) }), style(target, { loss: relative(gram()), weight: 30 }),
  ]);
  const found: StudentImage[] = [];
  try {
    for await (const { index, image } of minimize(goal, { start, optimizer: adam(), steps: Math.max(...snapshots) }))
      if (snapshots.includes(index)) found.push({ image: Float32Array.from(await image.data()), painting });
  } finally {
    goal.dispose();
    tf.dispose([start, target]);
  }
  return found;
}
