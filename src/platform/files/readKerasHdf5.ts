// Keras weights in HDF5 files, read with h5wasm.
import { statSync } from "node:fs";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { fromFloat16 } from "./halfFloats";
import { sizeOf, type Tensors, type Wanted } from "./tensors";
import { checkWeightsFile, tensorLimit } from "./weightsLimits";

// An ES module only, so it is imported when it is first needed: a CommonJS file cannot require it.
type Library = typeof import("h5wasm", { with: { "resolution-mode": "import" } });
type Dataset = InstanceType<Library["Dataset"]>;
type File = InstanceType<Library["File"]>;

let library: Promise<Library> | undefined;

/** h5wasm, loaded on first use and made to throw its errors, which it otherwise prints. */
export function h5wasm(): Promise<Library> {
  return library ??= import("h5wasm/node").then(async (loaded) => {
    const module = await loaded.ready as unknown as { activate_throwing_error_handler(): void };
    module.activate_throwing_error_handler();
    return loaded;
  });
}

/** HDF5's class number of floating-point types. */
const floatClass = 1;

/**
 * Files that were refused, as "device:inode". HDF5 leaves a file open where it fails in the middle of it, and knows files by these
 * two numbers: the next read would see the refused file's metadata, whatever is in the file by then.
 */
const refused = new Set<string>();

/**
 * Reads every float array of a Keras HDF5 file, under its path in the file without a leading `model_weights/`:
 * `block1_conv1/block1_conv1_W_1:0`, `block1_conv1/block1_conv1/kernel:0`, …; kernels are [kh, kw, in, out].
 * The optimizer's state in a training checkpoint is skipped.
 */
export async function readKerasHdf5(file: string, wanted: Wanted = () => true): Promise<Tensors> {
  const library = await h5wasm();
  const { dev, ino } = checkWeightsFile(file);
  if (!refused.has(`${dev}:${ino}`)) return read(library, file, file, wanted);
  // A copy has numbers that HDF5 does not know.
  const folder = await fs.mkdtemp(path.join(tmpdir(), "styloscope-hdf5-"));
  try {
    const copy = path.join(folder, "copy.h5");
    await fs.copyFile(file, copy);
    return read(library, copy, file, wanted);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** Reads the file at `location`; errors name it `file`. */
function read({ Dataset, File }: Library, location: string, file: string, wanted: Wanted): Tensors {
  let opened: File | undefined;
  try {
    // Absolute, because h5wasm has its own working folder.
    opened = new File(path.resolve(location), "r");
    const tensors: Tensors = new Map();
    const check = tensorLimit();
    for (const place of opened.paths()) {
      const name = place.replace(/^\/?(model_weights\/)?/, "");
      if (/^optimizer(_weights)?\//.test(name) || !wanted(name)) continue;
      const found = opened.get(place);
      if (found instanceof Dataset) add(tensors, name, found, check);
    }
    return tensors;
  } catch (error) {
    const { dev, ino } = statSync(location);
    refused.add(`${dev}:${ino}`);
    throw new Error(`${file} cannot be read as HDF5: ${reason(error)}: download or export the file again`, { cause: error });
  } finally {
    close(opened);
  }
}

function add(tensors: Tensors, name: string, dataset: Dataset, check: ReturnType<typeof tensorLimit>): void {
  const { type, size, littleEndian } = dataset.metadata;
  if (type !== floatClass || ![2, 4, 8].includes(size)) return;
  const shape = dataset.shape ?? [];
  check(name, shape);
  const value = dataset.value as unknown;
  // A scalar comes as a number; a 16-bit float, which JavaScript lacks, as its bytes.
  const values = typeof value === "number" ? [value] : value as ArrayLike<number>;
  const data = size === 2 ? halves(values as unknown as Uint8Array, littleEndian) : Float32Array.from(values);
  if (data.length !== sizeOf(shape)) throw new Error(`"${name}" has ${data.length} values for [${shape.join(", ")}]`);
  tensors.set(name, { shape, data });
}

function halves(bytes: Uint8Array, littleEndian: boolean): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => fromFloat16(view.getUint16(2 * i, littleEndian)));
}

/** Closing a damaged file may fail, too, and must not hide why it could not be read. */
function close(file: File | undefined): void {
  try {
    file?.close();
  } catch {
    // The first error is the one to report.
  }
}

/** The innermost line of HDF5's error stack: the deepest "#00n". */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const whys = [...message.matchAll(/#\d+: .*? in \w+\(\): (.*)/g)].map((match) => match[1]);
  return whys.at(-1) ?? message.split("\n")[0];
}
