// The weights of a network by its architecture: from the file that is here, or an error that says how to get one.
import { findWeights, locateWeights } from "../../platform/files/findWeights";
import { weightsPath } from "../../platform/files/paths";
import { checkWeightsFile } from "../../platform/files/weightsLimits";
import type { Architecture } from "../architectures/architecture";
import { checkPublished } from "./checkPublished";
import { readFilters, type NetworkWeights } from "./readFilters";

/**
 * The convolutions of an architecture, every shape checked and a published file's checksum, too: from the local file that
 * `findWeights` names; or from `file`, a path or the name of a file in a folder of weights.
 *
 * @throws where there is no such file, saying how to get it; where the file is damaged or not that network, naming it
 */
export async function networkWeights(architecture: Architecture, file?: string): Promise<NetworkWeights> {
  return readFilters(architecture, await checkedFile(architecture, file));
}

/** The file that `networkWeights` reads, with its size, and the checksum of a published one, checked. */
export async function checkedFile({ name, random }: Architecture, file?: string): Promise<string> {
  const found = file === undefined ? findWeights(name) : locateWeights(file) ?? file;
  if (found !== undefined) {
    checkWeightsFile(found);
    await checkPublished(found);
    return found;
  }
  throw new Error(`the weights of ${name} are not here (looked in ${weightsPath().join(", ")}). Fetch them with `
    + `\`npm run weights -- ${name}\`, import a file with \`npm run weights -- ${name} --from FILE\`, name a folder `
    + `that holds them in STYLOSCOPE_WEIGHTS, or use ${random ?? "randomNetwork(architecture)"}, which needs none.`);
}
