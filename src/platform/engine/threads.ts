// The number of threads.
import * as os from "node:os";

/**
 * The number of threads that the environment variable `STYLOSCOPE_THREADS` sets, or the number of cores.
 *
 * @throws RangeError when it is anything but a whole number from 1 to 999
 */
export function threadCount(): number {
  const setting = process.env.STYLOSCOPE_THREADS;
  if (!setting) return os.availableParallelism();
  if (/^[1-9]\d{0,2}$/.test(setting)) return Number(setting);
  throw new RangeError(`STYLOSCOPE_THREADS is "${setting}"; it can be a whole number from 1 to 999, or unset for one thread per core`);
}
