// A run in a file: saved at any step, resumed after a kill, with the bytes of a run that never stopped.
import { existsSync } from "node:fs";
import { readSafetensors, writeSafetensors } from "../platform/files/safetensors";
import type { Tensors } from "../platform/files/tensors";
import type { Snapshot } from "./snapshot";

const format = "styloscope run 1";

/**
 * Saves a run where it stands: the point and the optimizer's memory as float32 arrays of a safetensors file, the rest as JSON in
 * its notes. The file is written whole or not at all, so a kill while saving leaves the one before.
 *
 *     const file = "run.safetensors";
 *     for await (const step of minimize(goal, { start, steps: 500, resume: await savedRun(file) }))
 *       if (step.index % 25 === 0) await saveRun(file, step);
 *
 * A recipe takes the same: `transfer(vgg, photo, painting, { resume: await savedRun(file), each: (step) => saveRun(file, step) })`;
 * its best image is then the best since the break.
 *
 * @throws TypeError for an optimizer whose memory is more than plain objects, arrays, finite numbers and Float32Arrays
 */
export async function saveRun(file: string, step: { readonly snapshot: () => Snapshot }): Promise<void> {
  const { x, state, ...rest } = step.snapshot();
  const tensors: Tensors = new Map([["x", { shape: [x.length], data: x }]]);
  const run = JSON.stringify({ ...rest, state: packed(state, "state", tensors) });
  await writeSafetensors(file, tensors, { metadata: { format, run } });
}

/**
 * The run that `saveRun` left in `file`, for `minimize`'s `resume`; undefined where there is no such file.
 *
 * @throws Error for a file that was cut short or is something else
 */
export async function savedRun(file: string): Promise<Snapshot | undefined> {
  if (!existsSync(file)) return undefined;
  const { tensors, metadata } = await readSafetensors(file).catch((cause: unknown) => {
    throw new Error(`${file} is no saved run, or it was cut short: delete it to begin anew`, { cause });
  });
  if (metadata.format !== format) throw new Error(`${file} is no saved run: it was not written by saveRun`);
  const { state, ...rest } = JSON.parse(metadata.run) as Omit<Snapshot, "x">;
  return { ...rest, x: tensors.get("x")!.data, state: unpacked(state, tensors) };
}

/** `value` with every Float32Array put among the `tensors`, and its name there in its place. */
export function packed(value: unknown, name: string, tensors: Tensors): unknown {
  if (value instanceof Float32Array) {
    tensors.set(name, { shape: [value.length], data: value });
    return { tensor: name };
  }
  if (Array.isArray(value)) return value.map((item, at) => packed(item, `${name}/${at}`, tensors));
  if (isTable(value)) return mapped(value, (item, key) => packed(item, `${name}/${key}`, tensors));
  if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return value;
  throw new TypeError(
    `the optimizer's ${name} cannot be saved: it is ${String(value)}, and no finite number, Float32Array or plain object`);
}

export function unpacked(value: unknown, tensors: Tensors): unknown {
  if (Array.isArray(value)) return value.map((item) => unpacked(item, tensors));
  if (!isTable(value)) return value;
  return typeof value.tensor === "string" ? tensors.get(value.tensor)!.data : mapped(value, (item) => unpacked(item, tensors));
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function mapped(table: Record<string, unknown>, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, change(value, key)]));
}
