// How large a weights file may be: sizes are refused before work begins, as too large a request to the system ends the process.
import * as fs from "node:fs";
import { checkRegular } from "./regularFile";
import { sizeOf } from "./tensors";

/** Most values of one tensor: 1 GiB as float32, more than twice VGG's largest matrix. */
const mostValues = 2 ** 28;
/** Most values of the tensors that are read from one file: 4 GiB as float32. */
const mostTogether = 2 ** 30;
/** Largest weights file, in bytes; VGG-19 with its classifier is 0.6 GB. */
const largestFile = 4e9;

/** Throws, naming the file, where it is missing, not a regular file or too large; otherwise returns what the system says of it. */
export function checkWeightsFile(file: string): fs.Stats {
  let stats: fs.Stats;
  try {
    stats = fs.statSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Error(`${file} ${code === "ENOENT" ? "does not exist: check the path" : `cannot be opened (${code}): check its permissions`}`,
      { cause: error });
  }
  checkRegular(file, stats, largestFile, "the weights file");
  return stats;
}

/** Checks the tensors of one file before each is read: throws, without the file's name, where one or all together are too large. */
export function tensorLimit(): (name: string, shape: readonly number[]) => void {
  let total = 0;
  return (name, shape) => {
    const size = sizeOf(shape);
    if (!(size <= mostValues))
      throw new RangeError(`"${name}" of [${shape.join(", ")}] has ${size} values, and ${mostValues} is the most of one tensor`);
    total += size;
    if (total > mostTogether) throw new RangeError(`its tensors have more than ${mostTogether} values, the most of one file`);
  };
}
