// The weights of networks: which file is used, what is at hand, and the convolutions of a VGG.
import * as fs from "node:fs";
import * as path from "node:path";
import { nearest } from "../names";
import { checksumOf } from "./checksum";
import { manifest, shipped, type Fetchable } from "./manifest";
import { weightsFolder, weightsPath } from "./paths";
import { readVgg, type VggName, type VggWeights } from "./vggLayers";

export { topologies, type Normalisation, type VggLayer, type VggName, type VggWeights } from "./vggLayers";

/** The manifest's entry of a network. Throws, with the nearest name, where there is none. */
export function weightsEntry(name: string): Fetchable {
  const entries = manifest.filter((entry) => entry.kind === "weights");
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry) return entry;
  const names = entries.map((candidate) => candidate.name);
  throw new RangeError(`no weights "${name}"; did you mean "${nearest(name, names)}"? There are: ${names.join(", ")}`);
}

/** File names under which the weights of a network are looked for, best first: the fetched file, then imported ones. */
export function weightsFileNames(name: string): string[] {
  const own = shipped.find((entry) => entry.name === name);
  if (own) return [own.fileName];
  return [weightsEntry(name).fileName, `${name}_keras_notop.h5`, `${name}.h5`, `${name}.safetensors`];
}

/**
 * The local file with the weights of `name`, or undefined: `weights/` first, then the folders of `STYLOSCOPE_WEIGHTS`.
 * Files get these names only when they are complete and checked, so a fetch that was cut is never found.
 */
export function findWeights(name: string): string | undefined {
  return filesOf(name)[0];
}

function filesOf(name: string): string[] {
  return weightsPath().flatMap((folder) => weightsFileNames(name).map((file) => path.join(folder, file)))
    .filter((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** A weights file at hand, or a network without one. */
export interface WeightsListing {
  name: string;
  what: string;
  licence: string;
  /** The file that is used; undefined: none is here. */
  file?: string;
  bytes?: number;
  /** Whether it is, byte for byte, the published file. */
  official?: boolean;
  /** Other files of the same network that are not used. */
  shadowed: string[];
  /** Bytes of a fetch that was cut and will be resumed. */
  partial?: number;
}

/** Every known network, with the file that is used for it. Reads the files through for their checksums. */
export async function listWeights(): Promise<WeightsListing[]> {
  return Promise.all([...shipped, ...manifest].filter((entry) => entry.kind === "weights").map(async (entry) => {
    const [file, ...shadowed] = filesOf(entry.name);
    const part = path.join(weightsFolder, `${entry.fileName}.part`);
    const partial = fs.statSync(part, { throwIfNoEntry: false })?.size;
    const { name, what, licence, checksum } = entry;
    if (!file) return { name, what, licence, shadowed, partial };
    const official = await checksumOf(file, checksum.algorithm) === checksum.value;
    return { name, what, licence, file, bytes: fs.statSync(file).size, official, shadowed, partial };
  }));
}

/**
 * The convolutions of a VGG from the local file that `findWeights` names, every shape checked.
 * @throws where there is no such file, saying how to get it; where the file is damaged or not that network, naming it
 */
export async function vggWeights(name: VggName): Promise<VggWeights> {
  const file = findWeights(name);
  if (file) return readVgg(name, file);
  throw new Error(`the weights of ${name} are not here (looked in ${weightsPath().join(", ")}). Fetch them with `
    + `\`npm run weights -- ${name}\`, import a file with \`npm run weights -- ${name} --from FILE\`, name a folder `
    + "that holds them in STYLOSCOPE_WEIGHTS, or use randomVgg(), which needs none.");
}
