// Images that were optimized with the student itself: where it is fooled, VGG-19's features say what it missed.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { gaussianWasserstein } from "../../src/losses/gaussianWasserstein";
import { gram } from "../../src/losses/gram";
import { relative } from "../../src/losses/relative";
import { minimize } from "../../src/minimize/minimize";
import type { Filter } from "../../src/networks/applyLayer";
import type { Pooling } from "../../src/networks/architectures/operation";
import { preprocessings } from "../../src/networks/preprocess";
import { vggFrom, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { fourier } from "../../src/optimizers/fourier";
import { lbfgs } from "../../src/optimizers/lbfgs";
import { reparameterize } from "../../src/optimizers/reparameterize";
import { colorFringe } from "../../src/quality/colorFringe";
import { content, style } from "../../src/terms";
import { layerParameters, parameterTensors } from "../../src/training/parameterSlots";
import { miniNormalization } from "./agreement";
import { slotsOf, type StudentName } from "./parameters";

/** An image between a photograph and a stylized one, and the painting that it was optimized for. */
export interface StudentImage {
  readonly image: Float32Array;
  readonly painting: Float32Array;
  /** `colorFringe` in units of the painting's. */
  readonly fringe: number;
}

/** The student as a network of the library, from what was learned so far. The caller disposes it. */
export function networkFrom(student: StudentName, parameters: Float32Array, pooling: Pooling): Vgg {
  const filterSlots = slotsOf(student).filter(({ name }) => !name.endsWith(".map"));
  const filters = layerParameters(parameterTensors(filterSlots, parameters)) as Map<string, Filter>;
  const preprocessing = preprocessings[miniNormalization];
  return vggFrom(filters, { name: student, topology: student, pooling, preprocessing });
}

/** How a practice picture is made: by the paper's loss with Adam on pixels, or as `transfer` makes its own. */
const recipes = {
  pixels: { loss: gram, optimizer: () => adam(), every: 1 },
  waves: { loss: gaussianWasserstein, optimizer: () => reparameterize(fourier(), lbfgs()), every: 2 },
};

/**
 * The images at the given steps of a style transfer with the student, from `photo` toward `painting`; L-BFGS, which is faster, at half
 * of these steps.
 */
export async function studentImages(
  network: Vgg, recipe: keyof typeof recipes, photo: Float32Array, painting: Float32Array, side: number, snapshots: readonly number[],
): Promise<StudentImage[]> {
  const { loss, optimizer, every } = recipes[recipe];
  const [start, target] = [photo, painting].map((pixels) => tf.tensor3d(pixels, [side, side, 3]) as Image);
  const goal = objective(network, [
    content(start, { loss: relative(activations()) }), style(target, { loss: relative(loss()), weight: 30 }),
  ]);
  const found: StudentImage[] = [];
  try {
    const fringeOfPainting = await colorFringe(target);
    for await (const { index, image } of minimize(goal, { start, optimizer: optimizer(), steps: Math.max(...snapshots) / every }))
      if (snapshots.includes(index * every))
        found.push({ image: Float32Array.from(await image.data()), painting, fringe: (await colorFringe(image)) / Math.max(fringeOfPainting, 1) });
  } finally {
    goal.dispose();
    tf.dispose([start, target]);
  }
  return found;
}
