// safetensors: eight bytes of header length, a JSON header, then the arrays one after the other, little-endian.
import * as fs from "node:fs/promises";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./halfFloats";
import { readBytes } from "./readBytes";
import { sizeOf, type Tensors, type Wanted } from "./tensors";
import { checkWeightsFile, tensorLimit } from "./weightsLimits";
import { writeAtomically } from "./writeAtomically";

/** The number types that are read and written; the format's others (F64, I64, …) are refused by name. */
const types = {
  F32: { bytes: 4, read: (view: DataView, at: number): number => view.getFloat32(at, true),
    write: (view: DataView, at: number, value: number): void => view.setFloat32(at, value, true) },
  F16: { bytes: 2, read: (view: DataView, at: number): number => fromFloat16(view.getUint16(at, true)),
    write: (view: DataView, at: number, value: number): void => view.setUint16(at, toFloat16(value), true) },
  BF16: { bytes: 2, read: (view: DataView, at: number): number => fromBfloat16(view.getUint16(at, true)),
    write: (view: DataView, at: number, value: number): void => view.setUint16(at, toBfloat16(value), true) },
} as const;

/** A number type of safetensors. */
export type Dtype = keyof typeof types;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The format's own limit: a longer header is an attack or not a header. */
const longestHeader = 100_000_000;

/** Reads the float arrays of a safetensors file as float32, and its metadata (`__metadata__`). */
export async function readSafetensors(
  file: string, wanted: Wanted = () => true,
): Promise<{ tensors: Tensors; metadata: Record<string, string> }> {
  checkWeightsFile(file);
  const handle = await fs.open(file, "r");
  try {
    const { entries, metadata, start } = await readHeader(file, handle);
    const tensors: Tensors = new Map();
    const check = tensorLimit();
    for (const [name, { dtype, shape, data_offsets: [from, to] }] of entries) {
      if (!wanted(name)) continue;
      if (!(dtype in types))
        throw broken(file, `"${name}" has numbers of type ${dtype}; ${Object.keys(types).join(", ")} are supported`);
      const { bytes, read } = types[dtype as Dtype];
      if (sizeOf(shape) * bytes !== to - from) throw broken(file, `"${name}" has a length that is not its shape's`);
      try {
        check(name, shape);
      } catch (error) {
        throw new RangeError(`${file} cannot be read as safetensors: ${(error as Error).message}: is it the weights of a network?`);
      }
      const raw = new DataView(await bytesAt(file, handle, start + from, to - from));
      const data = new Float32Array(sizeOf(shape));
      for (let i = 0; i < data.length; i++) data[i] = read(raw, i * bytes);
      tensors.set(name, { shape, data });
    }
    return { tensors, metadata };
  } finally {
    await handle.close();
  }
}

/** Writes `tensors` as safetensors, whole or not at all; `metadata` are short texts such as a normalization. */
export async function writeSafetensors(
  file: string, tensors: Tensors,
  { dtype = "F32", metadata = {} }: { dtype?: Dtype; metadata?: Record<string, string> } = {},
): Promise<void> {
  const { bytes, write } = types[dtype];
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    if (sizeOf(shape) !== data.length)
      throw new RangeError(`${file}: "${name}" has ${data.length} values, but its shape [${shape.join(", ")}] needs ${sizeOf(shape)}`);
    header[name] = { dtype, shape, data_offsets: [end, end += data.length * bytes] };
  }
  const json = Buffer.from(JSON.stringify(header));
  // Spaces after the JSON put the arrays on a multiple of eight bytes, as the format asks.
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const whole = Buffer.alloc(start + end, " ");
  whole.writeBigUInt64LE(BigInt(start - 8));
  json.copy(whole, 8);
  const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
  let offset = start;
  for (const { data } of tensors.values()) {
    for (const value of data) {
      write(view, offset, value);
      offset += bytes;
    }
  }
  await writeAtomically(file, whole);
}

async function readHeader(
  file: string, handle: fs.FileHandle,
): Promise<{ entries: Map<string, Entry>; metadata: Record<string, string>; start: number }> {
  const { size } = await handle.stat();
  const prefix = Buffer.alloc(8);
  await readBytes(handle, prefix, 0);
  const length = Number(prefix.readBigUInt64LE());
  if (size < 10 || length > longestHeader || 8 + length > size)
    throw broken(file, "it ends inside its header, or is not a safetensors file");
  const json = Buffer.from(await bytesAt(file, handle, 8, length));
  let header: unknown;
  try {
    header = JSON.parse(json.toString("utf8"));
  } catch {
    throw broken(file, "its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    throw broken(file, "its header is not a table");
  const { __metadata__: metadata = {}, ...rest } = header as Record<string, unknown>;
  const entries = new Map<string, Entry>();
  for (const [name, entry] of Object.entries(rest)) {
    if (!isEntry(entry)) throw broken(file, `the header's entry "${name}" is malformed`);
    entries.set(name, entry);
  }
  // Complete, without gaps or overlaps: that also catches a file that was cut short.
  const offsets = [...entries.values()].map((entry) => entry.data_offsets);
  let end = 0;
  for (const [from, to] of offsets.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== end) throw broken(file, "its arrays overlap or leave gaps");
    end = to;
  }
  if (8 + length + end !== size) {
    const announced = 8 + length + end;
    throw broken(file, `its header announces ${announced} bytes and there are ${size}, so it is cut short or damaged`);
  }
  return { entries, metadata: metadata as Record<string, string>, start: 8 + length };
}

async function bytesAt(file: string, handle: fs.FileHandle, position: number, length: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  if (await readBytes(handle, bytes, position) < length) throw broken(file, "it became shorter while it was read");
  return bytes.buffer;
}

function isEntry(entry: unknown): entry is Entry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<Entry>;
  const counts = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((value) => Number.isSafeInteger(value) && value >= 0);
  return typeof dtype === "string" && counts(shape)
    && counts(offsets) && offsets.length === 2 && offsets[0] <= offsets[1];
}

function broken(file: string, what: string): Error {
  return new Error(`${file} cannot be read as safetensors: ${what}: download or export the file again`);
}
