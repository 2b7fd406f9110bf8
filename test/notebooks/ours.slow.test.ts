// The committed notebooks that `npm test` leaves out, in our kernel.
import { it } from "node:test";
import { files, quick, runsInOurKernel } from "./committed";

for (const file of files.filter((name) => !quick.includes(name)))
  it(`${file} runs in our kernel, with parameters`, () => runsInOurKernel(file));
