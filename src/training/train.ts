// The training loop, as a generator: the reader's own `for` sees every step, plots, saves and stops.
import * as tf from "@tensorflow/tfjs";
import { hostSignal } from "../hostSignal";
import type { StepNumbers } from "../minimize/history";
import type { Optimizer } from "../optimizers/optimizer";
import type { Checkpoint } from "./checkpoint";
import type { ParameterSlot } from "./parameterSlots";
import { trainingStep, type BatchLoss } from "./trainingStep";

/** The state of a training when a batch is requested. */
export interface BatchRequest {
  readonly step: number;
  /** Another for every step, the same in a resumed training: what is random in the batch must come from it alone. */
  readonly seed: number;
  readonly parameters: Float32Array;
}

export interface TrainOptions<Batch> {
  readonly slots: readonly ParameterSlot[];
  /** Where the parameters begin. */
  readonly start: Float32Array;
  /** The batch of a step, tensors and whatever else; its tensors are disposed after the step. */
  readonly batch: (request: BatchRequest) => Batch | Promise<Batch>;
  readonly loss: (parameters: ReadonlyMap<string, tf.Tensor>, batch: Batch) => BatchLoss;
  /** The optimizer at a learning rate; its state is carried from step to step. */
  readonly optimizer: (rate: number) => Optimizer;
  /** By the number of steps and seconds done. */
  readonly learningRate: (step: number, seconds: number) => number;
  /** Counted from the beginning (default: until the loop is left). */
  readonly steps?: number;
  readonly seed?: number;
  /** How many steps a point of the curves is the mean of (default 1). */
  readonly logEvery?: number;
  /** Ends the training after the update that is running; default: the stop button of the notebook that runs it. */
  readonly signal?: AbortSignal;
  /** Arrays that belong to the training and are saved with it. */
  readonly constants?: Readonly<Record<string, Float32Array>>;
  readonly resume?: Checkpoint;
}

/** A step of a training: `index` updates are done; loss and metrics (`parts`) are of its batch, before the last of them. */
export interface TrainingProgress extends StepNumbers {
  readonly seconds: number;
  readonly parameters: Float32Array;
  /** The curves so far, for `lossCurves`. */
  readonly history: readonly StepNumbers[];
  /** What `saveCheckpoint` writes. */
  checkpoint(): Checkpoint;
}

/** Seconds; a longer step counts as this much, since the process was probably suspended. */
const longestStep = 60;

/**
 * Trains parameters on batches, and yields after every update.
 *
 *     const resume = await loadCheckpoint(file);
 *     for await (const step of train({ slots, start, batch, loss, optimizer, learningRate, steps: 1000, resume }))
 *       if (step.index % 100 === 0) await saveCheckpoint(step.checkpoint(), file);
 *
 * @throws RangeError for a checkpoint of another seed, optimizer or other parameters
 */
export async function* train<Batch>({
  slots, start, batch, loss, optimizer, learningRate, steps = Infinity, seed = 0, logEvery = 1, constants = {}, resume,
  signal = hostSignal(),
}: TrainOptions<Batch>): AsyncGenerator<TrainingProgress> {
  const first = optimizer(learningRate(0, 0));
  const of = `${first.name}: ${slots.map(({ name, shape }) => `${name} [${shape.join(", ")}]`).join(", ")}`;
  if (resume) mustContinue(resume, seed, of);
  let state = resume?.state ?? { step: 0, parameters: start, optimizer: first.init(start) };
  let seconds = resume?.seconds ?? 0;
  const history = [...resume?.history ?? []];
  let pending = [...resume?.pending ?? []];
  while (state.step < steps && !signal?.aborted) {
    const began = performance.now();
    const current = await batch({ step: state.step, seed: seed * 7919 + state.step + 1, parameters: state.parameters });
    await computed(current);
    const update = await trainingStep(slots, (parameters) => loss(parameters, current), optimizer(learningRate(state.step, seconds)), state)
      .finally(() => tf.dispose(current as tf.TensorContainer));
    state = update.state;
    seconds += Math.min(longestStep, (performance.now() - began) / 1000);
    const numbers: StepNumbers = { index: state.step, loss: update.loss, parts: update.metrics, seconds };
    pending = [...pending, numbers];
    if (pending.length >= logEvery) {
      history.push(meanOf(pending));
      pending = [];
    }
    const checkpoint = { state, seed, seconds, of, history: [...history], pending, constants: resume?.constants ?? constants };
    yield { ...numbers, seconds, parameters: state.parameters, history: checkpoint.history, checkpoint: () => checkpoint };
  }
}

/**
 * Waits for the tensors of a batch. On an engine that records, what made them would be a part of the step's graph, and a crop at another place
 * another graph: a session would be compiled for every step.
 */
async function computed(batch: unknown): Promise<void> {
  const tensors = Object.values(batch as object).filter((value): value is tf.Tensor => value instanceof tf.Tensor);
  await Promise.all(tensors.map((tensor) => tensor.data()));
}

/** The last step's index and seconds, with the mean loss and metrics. */
function meanOf(steps: readonly StepNumbers[]): StepNumbers {
  const mean = (of: (step: StepNumbers) => number): number => steps.reduce((sum, step) => sum + of(step), 0) / steps.length;
  const last = steps.at(-1)!;
  return { ...last, loss: mean(({ loss }) => loss), parts: Object.fromEntries(Object.keys(last.parts).map((name) => [name, mean(({ parts }) => parts[name])])) };
}

function mustContinue(resume: Checkpoint, seed: number, of: string): void {
  if (resume.seed !== seed)
    throw new RangeError(`the training to resume was begun with seed ${resume.seed}, got seed ${seed}: give that seed, or start again`);
  if (resume.of !== of) throw new RangeError(`the training to resume has another optimizer or other parameters, ${resume.of}; these are ${of}: give the same, or start again`);
}
