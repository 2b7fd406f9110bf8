// How many threads compute.
import * as os from "node:os";

/**
 * As many threads as the environment variable `STYLOSCOPE_THREADS` says, or as there are cores.
 *
 * @throws RangeError when it says anything but a whole number from 1 to 999
 */
export function threadsWanted(): number {
  const wanted = process.env.STYLOSCOPE_THREADS;
  if (!wanted) return os.availableParallelism();
  if (/^[1-9]\d{0,2}$/.test(wanted)) return Number(wanted);
  throw new RangeError(`STYLOSCOPE_THREADS is "${wanted}"; it can be a whole number from 1 to 999, or unset for one thread a core`);
}
