// Copies a local weights file into weights/, once it is checked to be what it claims.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { weightsEntry } from "../../platform/files/findWeights";
import { weightsFolder } from "../../platform/files/paths";
import { differenceFrom, noteChecksum } from "../../platform/files/publishedFile";
import { weightsKind } from "../../platform/files/readWeights";
import { writeAtomically } from "../../platform/files/writeAtomically";
import type { Normalization } from "../architectures/weightsNaming";
import { architectures } from "../registry";
import { readFilters } from "./readFilters";

/** What an import did. */
export interface Imported {
  /** Where the file is now. */
  file: string;
  /** Whether it is, byte for byte, the published file. Others are fine when their shapes are right. */
  official: boolean;
  normalization: Normalization;
}

/**
 * Copies the Keras HDF5 or safetensors file `source` into `folder` as the weights of `name`, whole or not at all.
 * It is read through first: every tensor must be there with its shape, and finite.
 */
export async function importWeights(name: string, source: string, folder: string = weightsFolder): Promise<Imported> {
  const entry = weightsEntry(name);
  const { normalization } = await readFilters(architectures[entry.name], source);
  const kind = await weightsKind(source);
  const official = !await differenceFrom(entry, source);
  // Only the published file may bear its name.
  const { stem = name } = entry;
  const fileName = official ? entry.fileName : kind === "hdf5" ? `${stem}_keras_notop.h5` : `${stem}.safetensors`;
  const file = path.join(folder, fileName);
  if (path.resolve(source) !== path.resolve(file)) {
    await writeAtomically(file, async (temporary) => {
      await fs.copyFile(source, temporary);
      // A copy keeps the mode; ours must be replaceable even if the source is read-only.
      await fs.chmod(temporary, 0o644);
    });
  }
  if (official) await noteChecksum(entry, file);
  return { file, official, normalization };
}
