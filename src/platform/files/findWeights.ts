// The weights of networks: which files are available, and which one is used.
import * as fs from "node:fs";
import * as path from "node:path";
import { nearest } from "../../errors";
import { manifest, shipped, type Fetchable } from "./manifest";
import { weightsFolder, weightsPath } from "./paths";
import { differenceFrom } from "./publishedFile";

/** The manifest's entry of a network. Throws, with the nearest name, where there is none. */
export function weightsEntry(name: string): Fetchable {
  const entries = manifest.filter((entry) => entry.kind === "weights");
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry) return entry;
  const names = entries.map((candidate) => candidate.name);
  throw new RangeError(`no weights "${name}"; did you mean "${nearest(name, names)}"? There are: ${names.join(", ")}`);
}

/** Whether the network of that name is read from a file; a random one is not. */
export function hasWeights(name: string): boolean {
  return [...shipped, ...manifest].some((entry) => entry.kind === "weights" && entry.name === name);
}

/** File names under which the weights of a network are looked for, best first: the fetched file, then imported ones. */
function weightsFileNames(name: string): string[] {
  const included = shipped.find((entry) => entry.name === name);
  if (included) return [included.fileName];
  const { fileName, stem = name } = weightsEntry(name);
  return [fileName, ...["_keras_notop.h5", ".h5", ".safetensors", "_torchvision.safetensors"].map((end) => stem + end)];
}

/**
 * The local file with the weights of `name`, or undefined: `weights/` first, then the folders of `STYLOSCOPE_WEIGHTS`.
 * Files get these names only when they are complete and checked, so an interrupted download is never found.
 */
export function findWeights(name: string): string | undefined {
  return filesOf(name)[0];
}

function filesOf(name: string): string[] {
  return weightsPath().flatMap((folder) => weightsFileNames(name).map((file) => path.join(folder, file)))
    .filter((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** A network, and its weights file if there is one. */
export interface WeightsListing {
  readonly name: string;
  readonly what: string;
  readonly license: string;
  /** The file that is used; undefined where there is none. */
  readonly file?: string;
  readonly bytes?: number;
  /** Whether it is, byte for byte, the published file. */
  readonly official?: boolean;
  /** Other files of the same network, which are not used. */
  readonly shadowed: readonly string[];
  /** Bytes of an interrupted download, which will be resumed. */
  readonly partial?: number;
}

/** Every registered network, with the file that is used for it. Reads the files whole for their checksums. */
export async function listWeights(): Promise<WeightsListing[]> {
  return Promise.all([...shipped, ...manifest].filter((entry) => entry.kind === "weights").map(async (entry) => {
    const [file, ...shadowed] = filesOf(entry.name);
    const part = path.join(weightsFolder, `${entry.fileName}.part`);
    const partial = fs.statSync(part, { throwIfNoEntry: false })?.size;
    const { name, what, license } = entry;
    if (!file) return { name, what, license, shadowed, partial };
    const official = !await differenceFrom(entry, file);
    return { name, what, license, file, bytes: fs.statSync(file).size, official, shadowed, partial };
  }));
}

/** A weights file by its path, or by its name in a folder of weights. */
export function locateWeights(file: string): string | undefined {
  return ["", ...weightsPath()].map((folder) => path.join(folder, file)).find((candidate) => fs.existsSync(candidate));
}
