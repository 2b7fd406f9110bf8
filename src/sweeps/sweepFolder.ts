// The folder of a sweep: which sweep it belongs to, and that no other sweep ever writes into it.
import * as fs from "node:fs";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { firstLine } from "../errors";
import { networks } from "../networks/registry";
import { checksumOf } from "../platform/files/checksumOf";
import { removeStaleLock, withLock } from "../platform/files/fileLock";
import { findWeights, locateWeights } from "../platform/files/findWeights";
import { imageFile } from "../platform/files/imageFile";
import { readSmallFile } from "../platform/files/regularFile";
import { removeTemporaryFiles } from "../platform/files/temporaryFile";
import { writeAtomically } from "../platform/files/writeAtomically";
import { chosenSpec, optionsOf, type Choice } from "./choice";
import { expandImages } from "./expandImages";
import { cellsOf, mostCells, mustBePlan, type Cell, type PlanFile } from "./plan";
import { cellNames, imageSettings } from "./settingLabel";
import { settingNames, type Settings } from "./settings";

/** What stands in `sweep.json`: the whole sweep, also where a folder holds only a part of it. */
export interface SweepFile {
  readonly base: NonNullable<PlanFile["base"]>;
  readonly over: PlanFile["over"];
  /** SHA-256 of every image and weights file that is read: other inputs are another sweep. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly cells: readonly Cell[];
}

/** The sweep that a plan is, with the checksums of its inputs. @throws where an image, or a network's weights, are not there */
export async function describeSweep(plan: PlanFile): Promise<SweepFile> {
  const { base = {}, over } = expandImages(plan);
  const cells = cellsOf({ base, over });
  const files = new Map<string, string>();
  for (const { settings: { photo, painting, network } } of cells) {
    for (const name of [photo, painting]) if (name !== null) files.set(name, imageFile(name));
    const weights = weightsOf(network);
    if (weights) files.set(...weights);
  }
  const inputs: Record<string, string> = {};
  for (const [name, file] of files) inputs[name] = await checksumOf(file, "sha256");
  return { base, over, inputs, cells };
}

/** Bytes of a plan, or of a `sweep.json`, that are read: 5,000 cells, all written out, are some 5 MB. */
export const largestPlan = 100e6;

/**
 * The sweep of a folder. What its file says is checked before it is used: the names of files are computed, never read from it.
 *
 * @throws Error where there is none, or its file is damaged
 */
export function readSweep(folder: string): SweepFile {
  const file = path.join(folder, "sweep.json");
  if (!fs.existsSync(file)) throw new Error(`${folder} holds no sweep: there is no sweep.json in it`);
  const bytes = readSmallFile(file, largestPlan, "the sweep.json of a sweep");
  try {
    return checked(JSON.parse(bytes.toString()) as SweepFile);
  } catch (error) {
    throw new Error(`${file} is damaged (${firstLine(error)}): choose another folder, or remove this one`, { cause: error });
  }
}

/** `sweep` with the names of its cells computed anew. @throws RangeError where it has not the form of one */
function checked(sweep: SweepFile): SweepFile {
  const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject(sweep)) throw new RangeError("it is no object");
  const { base, over, inputs, cells } = sweep;
  if (!isObject(base) || !isObject(inputs)) throw new RangeError("it has no base or no inputs");
  mustBePlan({ base, over });
  if (!Array.isArray(cells) || cells.length === 0) throw new RangeError("it has no cells");
  if (cells.length > mostCells) throw new RangeError(`it has ${cells.length} cells, and the most is ${mostCells}`);
  for (const [position, cell] of cells.entries()) {
    const { index, label, settings } = (cell ?? {}) as Partial<Cell>;
    if (index !== position) throw new RangeError(`the index of cell ${position} is ${JSON.stringify(index)}`);
    const names = isObject(settings) ? Object.keys(settings!) : [];
    if (typeof label !== "string" || settingNames.some((name) => !names.includes(name))) throw new RangeError(`cell ${position} is not whole`);
    if (imageSettings.some((name) => settings![name] !== null && typeof settings![name] !== "string"))
      throw new RangeError(`an image of cell ${position} is no name`);
  }
  const names = cellNames(cells.map(({ settings }) => settings));
  return { base, over, inputs, cells: cells.map(({ index, label, settings }) => ({ index, name: names[index], label, settings })) };
}

/**
 * Whether a folder already belongs to this very sweep; false where it is new or empty.
 *
 * @throws Error where it holds something else. Nothing is changed.
 */
export function belongsTo(folder: string, sweep: SweepFile): boolean {
  if (fs.existsSync(folder) && !fs.statSync(folder).isDirectory()) throw new Error(`${folder} is no folder: choose another name`);
  const found = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => !/\.(tmp|lock)$/.test(name)) : [];
  if (found.length === 0) return false;
  if (!found.includes("sweep.json"))
    throw new Error(`${folder} holds other things (${found.slice(0, 3).join(", ")}) and no sweep: choose another folder`);
  const difference = differenceOf(readSweep(folder), sweep, "there", "here");
  if (!difference) return true;
  throw new Error(`${folder} holds the results of another sweep (${difference}). Nothing was changed: ` +
    "choose another folder, or remove this one");
}

/**
 * Makes `folder` this sweep's, or finds that it is already.
 *
 * @throws Error where it holds something else, and then nothing is changed; also where another sweep begins there at the same moment
 */
export async function claimFolder(folder: string, sweep: SweepFile): Promise<void> {
  if (belongsTo(folder, sweep)) return;
  await mkdir(folder, { recursive: true });
  await withLock(path.join(folder, "sweep.lock"), async () => {
    if (!belongsTo(folder, sweep)) await writeAtomically(path.join(folder, "sweep.json"), `${JSON.stringify(sweep, null, 1)}\n`);
  });
}

/** Removes the temporary files and the locks that killed processes left; those of living ones stay. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const directory of [folder, path.join(folder, "cells")]) {
    await removeTemporaryFiles(directory);
    const names = fs.existsSync(directory) ? fs.readdirSync(directory) : [];
    for (const name of names.filter((one) => /\.lock(\.[0-9a-f]{12})?$/.test(one))) await removeStaleLock(path.join(directory, name));
  }
}

/** In what two sweeps differ, for an error, with the place of each; undefined where they are the same. */
export function differenceOf(one: SweepFile, other: SweepFile, at: string, otherAt: string): string | undefined {
  if (one.cells.length !== other.cells.length) return `${one.cells.length} cells ${at}, ${other.cells.length} ${otherAt}`;
  for (const [index, { settings }] of other.cells.entries())
    for (const name of Object.keys({ ...settings, ...one.cells[index].settings }) as (keyof Settings)[]) {
      const [value, otherValue] = [one.cells[index].settings[name], settings[name]].map((setting) => JSON.stringify(setting));
      if (value !== otherValue) return `${name} of cell ${index} is ${value} ${at}, ${otherValue} ${otherAt}`;
    }
  for (const [name, sum] of Object.entries(other.inputs))
    if (one.inputs[name] !== sum) return `the file of ${name} is not the same`;
  // Equal cells in another arrangement, such as a list that was a grid, would make another sheet.
  return JSON.stringify(one.over) === JSON.stringify(other.over) ? undefined : "`over` is not written alike";
}

/** The name of a network's weights, and their file; undefined for a random network. */
function weightsOf(network: Choice): [name: string, file: string] | undefined {
  const spec = chosenSpec(networks, "network", network);
  if (spec.random === undefined) return undefined;
  const { file: wanted } = optionsOf(spec, "network", network) as { file?: string };
  const file = wanted === undefined ? findWeights(spec.name) : locateWeights(wanted);
  const remedy = wanted ? `there is no file ${wanted}` : `npm run weights -- ${spec.name}, or the network "${spec.random}", which needs none`;
  if (!file) throw new Error(`the weights of ${spec.name} are not here: ${remedy}`);
  return [wanted ? `${spec.name} ${wanted}` : spec.name, file];
}
