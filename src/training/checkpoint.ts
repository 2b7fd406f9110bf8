// A training in a file: written whole or not at all, resumed with the bytes of a training that never stopped, if its batches depend
// on seed, step and parameters only.
import { existsSync } from "node:fs";
import type { StepNumbers } from "../minimize/history";
import { pack, unpack } from "../minimize/saveRun";
import { readSafetensors, writeSafetensors } from "../platform/files/safetensors";
import type { Tensors } from "../platform/files/tensors";
import type { TrainingState } from "./trainingStep";

/** All that a training needs to continue. Batches are functions of seed, step and parameters, so no generator is stored. */
export interface Checkpoint {
  readonly state: TrainingState;
  readonly seed: number;
  /** Spent in steps; a step of more than 60 s counts as 60 s. */
  readonly seconds: number;
  /** What the parameters are: a checkpoint of other slots or another optimizer is refused. */
  readonly of: string;
  /** The curves so far, and the steps since their last point. */
  readonly history: readonly StepNumbers[];
  readonly pending: readonly StepNumbers[];
  /** Arrays that were computed once before the training, such as scales of its losses. */
  readonly constants: Readonly<Record<string, Float32Array>>;
}

const format = "styloscope training 1";

/** Writes a training as safetensors: parameters, the optimizer's arrays and constants as float32, the rest as JSON in its notes. */
export async function saveCheckpoint(checkpoint: Checkpoint, file: string): Promise<void> {
  const { parameters, ...rest } = checkpoint.state;
  const tensors: Tensors = new Map([["parameters", { shape: [parameters.length], data: parameters }]]);
  const { history, pending, ...run } = checkpoint;
  const stored = pack({ ...run, state: rest }, "training", tensors);
  const notes = { format, training: JSON.stringify(stored), history: JSON.stringify({ history, pending }) };
  await writeSafetensors(file, tensors, { metadata: notes });
}

/**
 * The training that `saveCheckpoint` left in `file`, for `train`'s `resume`; undefined where there is no such file.
 *
 * @throws Error for a file that was cut short or is something else
 */
export async function loadCheckpoint(file: string): Promise<Checkpoint | undefined> {
  if (!existsSync(file)) return undefined;
  const { tensors, metadata } = await readSafetensors(file).catch((cause: unknown) => {
    throw new Error(`${file} is not a checkpoint, or it was cut short: move it away to start again`, { cause });
  });
  if (metadata.format !== format) throw new Error(`${file} is not a checkpoint of a training: move it away to start again`);
  const { state, ...run } = unpack(JSON.parse(metadata.training), tensors) as Checkpoint;
  // JSON has no NaN: a metric that was not finite is null.
  const steps = JSON.parse(metadata.history, (_, value: unknown) => (value === null ? NaN : value)) as Pick<Checkpoint, "history" | "pending">;
  return { ...run, ...steps, state: { ...state, parameters: tensors.get("parameters")!.data } };
}
