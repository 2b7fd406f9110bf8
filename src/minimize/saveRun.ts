// A run saved to a file at any step, and resumed from it with the same bytes as a run that never stopped.
import { existsSync } from "node:fs";
import { readSafetensors, writeSafetensors } from "../platform/files/safetensors";
import type { Tensors } from "../platform/files/tensors";
import type { Snapshot } from "./snapshot";

const format = "styloscope run 1";

/**
 * Saves a run at a step: the point and the optimizer's state as float32 tensors of a safetensors file, the rest as JSON in its
 * metadata. The file is written atomically, so a kill while saving leaves the previous one.
 *
 *     const file = "run.safetensors";
 *     for await (const step of minimize(goal, { start, steps: 500, resume: await savedRun(file) }))
 *       if (step.index % 25 === 0) await saveRun(step, file);
 *
 * A recipe takes the same: `transfer(vgg, photo, painting, { resume: await savedRun(file), each: (step) => saveRun(step, file) })`;
 * its best image is then the best since it was resumed.
 *
 * @throws TypeError for an optimizer whose state is more than plain objects, arrays, finite numbers and Float32Arrays
 */
export async function saveRun(step: { readonly snapshot: () => Snapshot }, file: string): Promise<void> {
  const { x, state, ...rest } = step.snapshot();
  const tensors: Tensors = new Map([["x", { shape: [x.length], data: x }]]);
  const run = JSON.stringify({ ...rest, state: pack(state, "state", tensors) });
  await writeSafetensors(file, tensors, { metadata: { format, run } });
}

/**
 * The run that `saveRun` saved in `file`, for `minimize`'s `resume`; undefined where there is no such file, so that the same line
 * starts a run and resumes it.
 *
 * @throws Error for a file that is truncated or is something else
 */
export async function savedRun(file: string): Promise<Snapshot | undefined> {
  if (!existsSync(file)) return undefined;
  const { tensors, metadata } = await readSafetensors(file).catch((cause: unknown) => {
    if (cause instanceof RangeError) throw cause; // not a file, or too large: it says so itself
    throw damaged(file, (cause as Error).message.replace(`${file} cannot be read as safetensors: `, "").replace(/: download.*/, ""), cause);
  });
  if (metadata.format !== format) throw new Error(`${file} is not a saved run: it was not written by saveRun`);
  try {
    const { state, ...rest } = JSON.parse(metadata.run) as Omit<Snapshot, "x">;
    return { ...rest, x: named("x", tensors), state: unpack(state, tensors) };
  } catch (error) {
    throw damaged(file, (error as Error).message, error);
  }
}

function damaged(file: string, what: string, cause: unknown): Error {
  return new Error(`${file} is not a saved run, or it is truncated or damaged (${what}): delete it to start again`, { cause });
}

function named(name: string, tensors: Tensors): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`it has no tensor "${name}"`);
  return tensor.data;
}

/** `value` with every Float32Array moved to `tensors`, and replaced by its name there. */
export function pack(value: unknown, name: string, tensors: Tensors): unknown {
  if (value instanceof Float32Array) {
    tensors.set(name, { shape: [value.length], data: value });
    return { tensor: name };
  }
  if (Array.isArray(value)) return value.map((item, i) => pack(item, `${name}/${i}`, tensors));
  if (isPlainObject(value)) return mapValues(value, (item, key) => pack(item, `${name}/${key}`, tensors));
  if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return value;
  throw new TypeError(
    `the optimizer's ${name} cannot be saved: it is ${String(value)}, which is not a finite number, Float32Array or plain object`);
}

export function unpack(value: unknown, tensors: Tensors): unknown {
  if (Array.isArray(value)) return value.map((item) => unpack(item, tensors));
  if (!isPlainObject(value)) return value;
  return typeof value.tensor === "string" ? named(value.tensor, tensors) : mapValues(value, (item) => unpack(item, tensors));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function mapValues(table: Record<string, unknown>, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, change(value, key)]));
}
