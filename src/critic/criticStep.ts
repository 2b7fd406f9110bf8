// One step of a critic's training: the gradient of its loss on patches of the painting and of the image, with spectral normalization.
import * as tf from "@tensorflow/tfjs";
import { powerIteration } from "../math/powerIteration";
import type { Optimizer } from "../optimizers/optimizer";
import { initialParameters } from "../training/initialParameters";
import { parameterTensors, type ParameterSlot } from "../training/parameterSlots";
import { trainingStep, type TrainingState } from "../training/trainingStep";
import type { CriticForm } from "./criticForms";
import { criticScores, type PatchCritic } from "./patchCritic";

/** Where a critic's training stands. */
export interface CriticState extends TrainingState {
  /** The direction u of each kernel, with which its power iteration goes on. */
  readonly u: readonly Float32Array[];
}

/** What a step of the critic measured, before its update. */
export interface CriticNumbers {
  /** The critic's own loss. */
  readonly loss: number;
  /** The part of all patches that it tells right, both kinds counting half: 0.5 is chance. */
  readonly accuracy: number;
}

export function criticState(critic: PatchCritic, optimizer: Optimizer, seed: number): CriticState {
  const parameters = initialParameters(critic.slots, seed);
  const u = kernelsOf(critic).map(({ shape }) => new Float32Array(shape[3]).fill(Math.sqrt(1 / shape[3])));
  return { step: 0, parameters, optimizer: optimizer.init(parameters), u };
}

const kernelsOf = ({ slots }: PatchCritic): ParameterSlot[] => slots.filter(({ name }) => name.endsWith(".kernel"));

/**
 * The parameters with every kernel divided by its largest singular value (Miyato et al. 2018), the kernel as a matrix
 * `[height · width · inputs, outputs]`; one power iteration.
 */
export function normalizedParameters(critic: PatchCritic, { parameters, u }: Pick<CriticState, "parameters" | "u">): Float32Array {
  const normalized = parameters.slice();
  kernelsOf(critic).forEach(({ offset, size }, i) => {
    const kernel = normalized.subarray(offset, offset + size);
    const { sigma } = powerIteration(kernel, u[i]);
    kernel.forEach((value, at) => (kernel[at] = value / (sigma + 1e-12)));
  });
  return normalized;
}

/** One update of the critic on activations or pixels of the painting and of the image. */
export async function criticStep(
  critic: PatchCritic, form: CriticForm, optimizer: Optimizer, state: CriticState, painting: tf.Tensor3D, image: tf.Tensor3D,
): Promise<{ readonly state: CriticState; readonly numbers: CriticNumbers }> {
  // The gradient of σ = vᵀWu in W is v uᵀ, so σ is the sum of W · v uᵀ.
  const outer = new Float32Array(state.parameters.length);
  const u = kernelsOf(critic).map(({ offset, size }, i) => {
    const found = powerIteration(state.parameters.subarray(offset, offset + size), state.u[i]);
    found.v.forEach((v, row) => found.u.forEach((value, column) => (outer[offset + row * found.u.length + column] = v * value)));
    return found.u;
  });
  const loss = (parameters: ReadonlyMap<string, tf.Tensor>) => {
    const gradients = parameterTensors(critic.slots, outer);
    const normalized = new Map([...parameters].map(([name, value]) => [name, !name.endsWith(".kernel") ? value
      : tf.div(value, tf.add(tf.sum(tf.mul(value, gradients.get(name)!)), 1e-12))]));
    const [real, fake] = [painting, image].map((input) => criticScores(critic, normalized, input));
    const accuracy = tf.div(tf.add(tf.mean(tf.cast(tf.greater(real, form.threshold), "float32")),
      tf.mean(tf.cast(tf.lessEqual(fake, form.threshold), "float32"))), 2) as tf.Scalar;
    return { loss: form.critic(real, fake), metrics: { accuracy } };
  };
  const update = await trainingStep(critic.slots, loss, optimizer, state);
  return { state: { ...update.state, u }, numbers: { loss: update.loss, accuracy: update.metrics.accuracy } };
}
