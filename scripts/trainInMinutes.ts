// Trains for so many minutes, with a checkpoint, a log and the weights in half precision in one folder; the same call goes on.
import * as path from "node:path";
import { adam } from "../src/optimizers/adam";
import { readSafetensors, writeSafetensors } from "../src/platform/files/safetensors";
import type { Tensors } from "../src/platform/files/tensors";
import { writeAtomically } from "../src/platform/files/writeAtomically";
import { loadCheckpoint, saveCheckpoint } from "../src/training/checkpoint";
import { initialParameters } from "../src/training/initialParameters";
import { packParameters, type ParameterSlot } from "../src/training/parameterSlots";
import { train, type TrainingProgress, type TrainOptions } from "../src/training/train";

const logEvery = 25;
const saveEvery = 100;

interface Training<Batch> extends Pick<TrainOptions<Batch>, "slots" | "start" | "batch" | "loss" | "constants"> {
  /** Of the files of weights and log. */
  readonly name: string;
  readonly folder: string;
  readonly minutes: number;
  readonly seed: number;
  /** By the part of the minutes that is done. */
  readonly learningRate: (done: number) => number;
  /** Notes of the file of weights. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The tensors of that file (default: the parameters, by the names of their slots). */
  readonly tensorsOf?: (parameters: Float32Array) => Tensors;
  /** The metrics that are printed; the log has them all, which is the default. */
  readonly printed?: readonly string[];
}

export const checkpointIn = (folder: string): string => path.join(folder, "checkpoint.safetensors");

/** Stops at the end of the minutes, or at SIGINT and SIGTERM after the step that is running. */
export async function trainInMinutes<Batch>({
  name, folder, minutes, learningRate, metadata, tensorsOf = (parameters) => slotTensors(parameters, options.slots), printed, ...options
}: Training<Batch>): Promise<void> {
  const checkpoint = checkpointIn(folder);
  const resume = await loadCheckpoint(checkpoint);
  console.log(`${resume?.state.step ?? 0} steps and ${((resume?.seconds ?? 0) / 60).toFixed(1)} of ${minutes} minutes are done`);
  let stopping = false;
  process.once("SIGINT", () => (stopping = true));
  process.once("SIGTERM", () => (stopping = true));
  const save = async (step: TrainingProgress): Promise<void> => {
    await saveCheckpoint(step.checkpoint(), checkpoint);
    await writeSafetensors(path.join(folder, `${name}.safetensors`), tensorsOf(step.parameters), { dtype: "F16", metadata });
    await writeLog(step, path.join(folder, `${name}.log.csv`));
  };
  let last: TrainingProgress | undefined;
  if ((resume?.seconds ?? 0) < minutes * 60)
    for await (const step of train({
      ...options, logEvery, resume, optimizer: (rate) => adam({ rate, clip: false }),
      learningRate: (_, seconds) => learningRate(seconds / (minutes * 60)),
    })) {
      last = step;
      if (step.index % logEvery === 0) console.log(lineOf(step, minutes, printed));
      if (step.index % saveEvery === 0) await save(step);
      if (stopping || step.seconds >= minutes * 60) break;
    }
  if (last) await save(last);
}

/**
 * The parameters of a `file` where it has those of that name and shape; others as `initialParameters` begins.
 *
 * @param options `gray`: the layer whose outputs begin near 0.5, the middle of an image's values
 */
export async function startFrom(
  file: string | undefined, slots: readonly ParameterSlot[], seed: number, { gray }: { gray?: string } = {},
): Promise<Float32Array> {
  const trained: Tensors = file === undefined ? new Map() : (await readSafetensors(file)).tensors;
  const initial = initialParameters(slots, seed);
  return packParameters(slots, new Map(slots.map(({ name, shape, offset, size }): [string, ArrayLike<number>] => {
    const known = trained.get(name);
    if (known && String(known.shape) === String(shape)) return [name, known.data];
    const numbers = initial.subarray(offset, offset + size);
    if (gray === undefined || !name.startsWith(`${gray}.`)) return [name, numbers];
    return [name, numbers.map((value) => (name.endsWith(".kernel") ? value / 10 : 0.5))];
  })));
}

function slotTensors(parameters: Float32Array, slots: readonly ParameterSlot[]): Tensors {
  return new Map(slots.map(({ name, shape, offset, size }) => [name, { shape: [...shape], data: parameters.slice(offset, offset + size) }]));
}

async function writeLog({ history }: TrainingProgress, file: string): Promise<void> {
  const names = Object.keys(history[0]?.parts ?? {});
  const lines = history.map((row) => [row.index, (row.seconds! / 60).toFixed(2), ...names.map((name) => row.parts[name].toFixed(5))].join(","));
  await writeAtomically(file, `${[["step", "minutes", ...names].join(","), ...lines].join("\n")}\n`);
}

function lineOf({ index, seconds, history }: TrainingProgress, minutes: number, printed?: readonly string[]): string {
  const { parts = {} } = history.at(-1) ?? {};
  const shown = (printed ?? Object.keys(parts)).map((name) => `${name} ${parts[name]?.toFixed(4)}`);
  return [`step ${index}`, `${(seconds / 60).toFixed(1)} of ${minutes} min`, ...shown].join(" · ");
}
