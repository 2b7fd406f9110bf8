// Reading a weights file: its first bytes, not its name, say which kind it is.
import * as fs from "node:fs/promises";
import { readBytes } from "./readBytes";
import { readKerasHdf5 } from "./readKerasHdf5";
import { readSafetensors } from "./safetensors";
import type { Tensors, Wanted } from "./tensors";
import { checkWeightsFile } from "./weightsLimits";

const hdf5Signature = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/** Kinds of files that are often mistaken for a weights file. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^$/, "empty"],
  [/^\s*(<!doctype html|<html)/i, "a web page, not the file itself"],
  [/^version https:\/\/git-lfs/, "a Git LFS pointer, not the file itself"],
  [/^(PK|\x80[\x02-\x05])/, "probably a PyTorch file, to be converted to safetensors first"],
];

/** A weights file's kind, read from its content. Throws, naming the file, where it is neither or cannot be opened. */
export async function weightsKind(file: string): Promise<"hdf5" | "safetensors"> {
  const head = await firstBytes(file);
  if (head.subarray(0, 8).equals(hdf5Signature)) return "hdf5";
  // safetensors has no signature: a length, then the opening brace of its header.
  if (head.length > 8 && head[8] === "{".charCodeAt(0)) return "safetensors";
  const text = head.toString("latin1");
  const [, what] = others.find(([pattern]) => pattern.test(text)) ?? [undefined, "neither Keras HDF5 nor safetensors"];
  throw new Error(`${file} cannot be read: it is ${what}, expected Keras HDF5 (.h5) or safetensors: download or export it again`);
}

/** Reads the float arrays of a Keras HDF5 or safetensors file as float32; `wanted` chooses by name. */
export async function readWeights(file: string, wanted: Wanted = () => true): Promise<Tensors> {
  if (await weightsKind(file) === "hdf5") return readKerasHdf5(file, wanted);
  return (await readSafetensors(file, wanted)).tensors;
}

async function firstBytes(file: string): Promise<Buffer> {
  checkWeightsFile(file);
  try {
    const handle = await fs.open(file, "r");
    try {
      const head = Buffer.alloc(512);
      return head.subarray(0, await readBytes(handle, head, 0));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Error(`${file} cannot be opened (${(error as NodeJS.ErrnoException).code}): check its permissions`, { cause: error });
  }
}
