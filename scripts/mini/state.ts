// A training run on disk: what was learned, Adam's moments, where it stands. Written whole or not at all.
import { existsSync } from "node:fs";
import type { AdamState } from "../../src/optimizers/adam";
import { readSafetensors, writeSafetensors } from "../../src/platform/files/safetensors";
import { parameterCount } from "./parameters";

export interface Training {
  parameters: Float32Array;
  moments: AdamState;
  /** VGG-19's root mean square at every layer. */
  readonly scales: Float32Array;
  /** Spent in training, pauses not counted. */
  seconds: number;
  readonly seed: number;
}

/** A run that has not begun. */
export function newTraining(parameters: Float32Array, scales: Float32Array, seed: number): Training {
  const zeros = (): Float32Array => new Float32Array(parameterCount);
  return { parameters, scales, moments: { steps: 0, firstMoment: zeros(), secondMoment: zeros() }, seconds: 0, seed };
}

/** The run that `file` holds; undefined where there is none. */
export async function openTraining(file: string, seed: number): Promise<Training | undefined> {
  if (!existsSync(file)) return undefined;
  const { tensors, metadata } = await readSafetensors(file);
  const [parameters, firstMoment, secondMoment, scales] =
    ["parameters", "firstMoment", "secondMoment", "scales"].map((name) => tensors.get(name)?.data as Float32Array | undefined);
  if (parameters?.length !== parameterCount || !firstMoment || !secondMoment || !scales)
    throw new Error(`${file} is not of this network: move it away to begin anew`);
  if (Number(metadata.seed) !== seed)
    throw new Error(`${file} was begun with --seed ${metadata.seed}: give that seed, or move the file away to begin anew`);
  return { parameters, scales, moments: { steps: Number(metadata.steps), firstMoment, secondMoment }, seconds: Number(metadata.seconds), seed };
}

export async function saveTraining(file: string, { parameters, moments, scales, seconds, seed }: Training): Promise<void> {
  const line = (data: Float32Array): { shape: number[]; data: Float32Array } => ({ shape: [data.length], data });
  await writeSafetensors(file, new Map([
    ["parameters", line(parameters)], ["firstMoment", line(moments.firstMoment)], ["secondMoment", line(moments.secondMoment)],
    ["scales", line(scales)],
  ]), { metadata: { steps: String(moments.steps), seconds: seconds.toFixed(1), seed: String(seed) } });
}
