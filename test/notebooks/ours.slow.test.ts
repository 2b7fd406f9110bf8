// The committed notebooks that `npm test` leaves out, in our kernel, and every solutions edition.
import * as path from "node:path";
import { it } from "node:test";
import { readNotebook } from "../../src/platform/files/notebookFile";
import { exercisesOf } from "../../src/platform/kernel/exercises";
import { files, folder, quick, runsInOurKernel } from "./committed";

for (const file of files.filter((name) => !quick.includes(name)))
  it(`${file} runs in our kernel, with parameters`, () => runsInOurKernel(file));

for (const file of files.filter((name) => exercisesOf(readNotebook(path.join(folder, name)), name).length > 0))
  it(`${file}: its solutions edition is green`, () => runsInOurKernel(file, { solutions: true }));
