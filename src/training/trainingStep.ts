// One step of training: the gradient of a batch's loss in all parameters, and an optimizer's step along it.
import * as tf from "@tensorflow/tfjs";
import type { Evaluation, Optimizer } from "../optimizers/optimizer";
import { packParameters, parameterTensors, type ParameterSlot } from "./parameterSlots";

/** The loss of a batch, and what else is to be logged of it. */
export interface BatchLoss {
  readonly loss: tf.Scalar;
  readonly metrics?: Readonly<Record<string, tf.Scalar>>;
}

/** Where a training stands: updates done, parameters, and the optimizer's state. */
export interface TrainingState {
  readonly step: number;
  readonly parameters: Float32Array;
  readonly optimizer: unknown;
}

/** The new state; loss and metrics are those before the update. */
export interface TrainingUpdate {
  readonly state: TrainingState;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * One update of the parameters. The optimizer should not clip: parameters are not pixels (`adam({ rate, clip: false })`).
 *
 * @param loss of one batch from the parameters by slot name; every slot must contribute
 * @throws Error where the loss is not finite; `state` is unchanged
 */
export async function trainingStep(
  slots: readonly ParameterSlot[], loss: (parameters: ReadonlyMap<string, tf.Tensor>) => BatchLoss, optimizer: Optimizer,
  state: TrainingState,
): Promise<TrainingUpdate> {
  let metrics: Record<string, number> = {};
  const evaluate = async (parameters: Float32Array): Promise<Evaluation> => {
    const found = await evaluateBatch(slots, loss, parameters);
    if (!Number.isFinite(found.value))
      throw new Error(`the loss is ${found.value} at step ${state.step} of the training: lower the learning rate, or look at the batch`);
    metrics = found.metrics;
    return found;
  };
  const { x, value, state: next } = await optimizer.step(evaluate, state.parameters, state.optimizer);
  return { state: { step: state.step + 1, parameters: x, optimizer: next }, loss: value, metrics };
}

async function evaluateBatch(
  slots: readonly ParameterSlot[], loss: (parameters: ReadonlyMap<string, tf.Tensor>) => BatchLoss, parameters: Float32Array,
): Promise<Evaluation & { metrics: Record<string, number> }> {
  const tensors = parameterTensors(slots, parameters);
  const names = slots.map(({ name }) => name);
  let measured: Readonly<Record<string, tf.Scalar>> = {};
  try {
    const { value, grads } = tf.valueAndGrads((...learned: tf.Tensor[]) => {
      const { loss: scalar, metrics = {} } = loss(new Map(names.map((name, i) => [name, learned[i]])));
      Object.values(metrics).forEach((metric) => tf.keep(metric));
      measured = metrics;
      return scalar;
    })(names.map((name) => tensors.get(name)!));
    try {
      const [[number], numbers, gradients] = await Promise.all([
        value.data(), Promise.all(Object.values(measured).map((metric) => metric.data())), Promise.all(grads.map((gradient) => gradient.data())),
      ]);
      return {
        value: number, gradient: packParameters(slots, new Map(names.map((name, i) => [name, gradients[i]]))),
        metrics: Object.fromEntries(Object.keys(measured).map((name, i) => [name, numbers[i][0]])),
      };
    } finally {
      tf.dispose([value, grads]);
    }
  } finally {
    tf.dispose([...tensors.values(), ...Object.values(measured)]);
  }
}
