// The folder of a sweep: which sweep it belongs to, and that no other sweep ever writes into it.
import * as fs from "node:fs";
import * as path from "node:path";
import { firstLine, nearest } from "../errors";
import { networks } from "../networks/registry";
import { checksumOf } from "../platform/files/checksumOf";
import { findWeights, locateWeights } from "../platform/files/findWeights";
import { isFile } from "../platform/files/loadNamed";
import { samples } from "../platform/files/sample";
import { writeAtomically } from "../platform/files/writeAtomically";
import { filesOf } from "./cellResult";
import { chosenSpec, optionsOf, type Choice } from "./choice";
import { cellsOf, type Cell, type PlanFile } from "./plan";
import type { Settings } from "./settings";

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
  const cells = cellsOf(plan);
  const files = new Map<string, string>();
  for (const { settings: { photo, painting, network } } of cells) {
    for (const name of [photo, painting]) if (name !== null) files.set(name, imageFile(name));
    const weights = weightsOf(network);
    if (weights) files.set(...weights);
  }
  const inputs: Record<string, string> = {};
  for (const [name, file] of files) inputs[name] = await checksumOf(file, "sha256");
  return { base: plan.base ?? {}, over: plan.over, inputs, cells };
}

export function readSweep(folder: string): SweepFile {
  const file = path.join(folder, "sweep.json");
  if (!fs.existsSync(file)) throw new Error(`${folder} holds no sweep: there is no sweep.json in it`);
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as SweepFile;
  } catch (error) {
    throw new Error(`${file} is damaged (${firstLine(error)}): choose another folder, or remove this one`, { cause: error });
  }
}

/**
 * Whether a folder already belongs to this very sweep; false where it is new or empty.
 *
 * @throws Error where it holds something else. Nothing is changed.
 */
export function belongsTo(folder: string, sweep: SweepFile): boolean {
  const found = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => !name.endsWith(".tmp")) : [];
  if (found.length === 0) return false;
  if (!found.includes("sweep.json"))
    throw new Error(`${folder} holds other things (${found.slice(0, 3).join(", ")}) and no sweep: choose another folder`);
  const difference = differenceOf(readSweep(folder), sweep, "there", "here");
  if (!difference) return true;
  throw new Error(`${folder} holds the results of another sweep (${difference}). Nothing was changed: ` +
    "choose another folder, or remove this one");
}

export async function writeSweep(folder: string, sweep: SweepFile): Promise<void> {
  await writeAtomically(path.join(folder, "sweep.json"), `${JSON.stringify(sweep, null, 1)}\n`);
}

/** Removes what writers of these cells left when they were killed; and writers of reports, where `all` cells are meant. */
export function removeTemporaryFiles(folder: string, cells: readonly Cell[], all: boolean): void {
  const names = new Set(cells.map(({ index }) => path.basename(filesOf(folder, index).numbers, ".json")));
  for (const directory of [folder, path.join(folder, "cells")].filter((one) => fs.existsSync(one)))
    for (const name of fs.readdirSync(directory)) {
      const [, writer] = /^\.([^.]+)\..*\.tmp$/.exec(name) ?? [];
      if (writer && (all || names.has(writer))) fs.rmSync(path.join(directory, name), { force: true });
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

function imageFile(name: string): string {
  const available = samples();
  const file = available.get(name) ?? (isFile(name) ? name : undefined);
  if (file && fs.existsSync(file)) return file;
  if (file) throw new Error(`the image ${file} does not exist (relative to ${process.cwd()})`);
  const meant = available.size > 0 ? ` did you mean "${nearest(name, [...available.keys()])}"?` : "";
  throw new RangeError(`no sample image "${name}";${meant} There are: ${[...available.keys()].join(", ") || "none"}. ` +
    `A file has a folder or an extension in its name`);
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
