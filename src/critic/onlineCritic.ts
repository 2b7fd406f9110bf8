// A critic that learns while an image changes: it tells patches of the painting from patches of the image.
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import type { Regularizer } from "../losses/loss";
import { adam } from "../optimizers/adam";
import { parameterTensors } from "../training/parameterSlots";
import { criticForms, type CriticForm, type CriticFormName } from "./criticForms";
import { criticState, criticStep, normalizedParameters, type CriticNumbers } from "./criticStep";
import { criticScores, patchCritic, type CriticLayer } from "./patchCritic";

export interface CriticOptions {
  /** `"hinge"` (default) or `"leastSquares"`. */
  readonly form?: CriticFormName;
  /** Its convolutions (default: three of 3×3 positions, 64, 64 and 1 channels: patches of 7×7). */
  readonly layers?: readonly CriticLayer[];
  /** The rate of its Adam, whose β₁ is 0.5 as in Isola et al. 2017 (default 0.0005). */
  readonly rate?: number;
  /** Of the parameters that it begins with (default 0). The rest of it is not random. */
  readonly seed?: number;
}

export interface OnlineCritic {
  /** What it asks of an image: the form's loss of the scores that it gives now. It has no target: the painting is in the parameters. */
  readonly loss: Regularizer;
  /**
   * So many updates on all patches of the painting against all patches of `image`, activations of the same layer, and what the last of them
   * measured. It ends before that where the signal is aborted.
   */
  learn(image: tf.Tensor3D, steps: number, signal?: AbortSignal): Promise<CriticNumbers>;
  /** The score of every patch of an input: `[rows, columns]`, differentiable. */
  scores(input: tf.Tensor3D): tf.Tensor2D;
  dispose(): void;
}

/**
 * A critic of `painting`, activations `[height, width, channels]` of one layer, or pixels. Its kernels are divided by their largest singular
 * values (Miyato et al. 2018), so that scores cannot grow without end. Does not dispose the painting.
 *
 * @throws RangeError for an unknown form, a rate that is not above 0, or a painting, and later an image, that is smaller than a patch
 */
export function onlineCritic(
  painting: tf.Tensor3D, { form: name = "hinge", layers, rate = 5e-4, seed = 0 }: CriticOptions = {},
): OnlineCritic {
  const form: CriticForm = criticForms[mustBeOneOf(name, Object.keys(criticForms) as CriticFormName[], "form", "a critic")];
  const critic = patchCritic(painting.shape[2], layers);
  mustHaveAPatch(painting, "the painting", critic.patch);
  const optimizer = adam({ rate, beta1: 0.5, clip: false });
  const { real, standardize } = standardized(painting);
  let state = criticState(critic, optimizer, seed);
  // Uploaded once after it has learned: the onnx engine compiles a session for new filters.
  let filters = new Map<string, tf.Tensor>();
  const upload = (): void => {
    tf.dispose([...filters.values()]);
    filters = parameterTensors(critic.slots, normalizedParameters(critic, state));
  };
  upload();
  const scores = (input: tf.Tensor3D): tf.Tensor2D => {
    mustHaveAPatch(input, "the image", critic.patch);
    return tf.tidy(() => criticScores(critic, filters, standardize(input)));
  };
  return {
    scores,
    loss: { name: `critic (${name})`, distance: (features) => tf.tidy(() => form.image(scores(features))) },
    async learn(image, steps, signal) {
      mustHaveAPatch(image, "the image", critic.patch);
      let numbers: CriticNumbers = { loss: NaN, accuracy: NaN };
      const fake = uploaded(tf.tidy(() => standardize(image)));
      try {
        for (let i = 0; i < steps && !signal?.aborted; i++) {
          ({ state, numbers } = await criticStep(critic, form, optimizer, state, real, fake));
          await setImmediate(); // let the stop button come in
        }
      } finally {
        fake.dispose();
      }
      upload();
      return numbers;
    },
    dispose: () => tf.dispose([real, ...filters.values()]),
  };
}

/** Activations less the painting's mean of each channel, in units of its one deviation of all: of what scale a layer is does not matter then. */
function standardized(painting: tf.Tensor3D): { real: tf.Tensor3D; standardize(x: tf.Tensor3D): tf.Tensor3D } {
  const [mean, deviation] = tf.tidy(() => {
    const { mean, variance } = tf.moments(painting, [0, 1]);
    return [mean.dataSync<"float32">().slice(), Math.sqrt(tf.mean(variance).dataSync()[0]) || 1];
  });
  const standardize = (x: tf.Tensor3D): tf.Tensor3D => tf.div(tf.sub(x, tf.tensor1d(mean)), deviation);
  return { real: uploaded(tf.tidy(() => standardize(painting))), standardize };
}

/** As plain numbers: an engine that computes late would compute them again in every step. Disposes `x`. */
function uploaded(x: tf.Tensor3D): tf.Tensor3D {
  const numbers = tf.tensor3d(x.dataSync<"float32">().slice(), x.shape);
  x.dispose();
  return numbers;
}

function mustHaveAPatch({ shape: [height, width] }: tf.Tensor3D, what: string, patch: number): void {
  if (Math.min(height, width) < patch)
    throw new RangeError(`a critic scores patches of ${patch}×${patch} positions, but ${what} has ${height}×${width} at this layer: take ` +
      "a larger image, or a layer that is less deep");
}
