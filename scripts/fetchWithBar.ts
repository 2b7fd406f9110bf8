// Downloading in a terminal: a bar with bytes, speed and time left, or plain lines where the output is a file.
import { fetchFile, type FetchOptions, type FetchProgress } from "../src/platform/files/fetchFile";
import type { Fetchable } from "../src/platform/files/manifest";
import { progressBar } from "../src/platform/kernel/progressBar";
import { stopRequest } from "./stopRequest";

/** Downloads `entry` into `folder`, drawing on `stream`. Ctrl-C keeps what was downloaded for the next time. */
export async function fetchWithBar(
  entry: Fetchable, folder: string, { stream = process.stderr, ...options }: Omit<FetchOptions, "onProgress"> & {
    stream?: NodeJS.WriteStream;
  } = {},
): Promise<string> {
  let began: { time: number; loaded: number } | undefined;
  const bar = progressBar<FetchProgress>({
    format: `${entry.name} {bar} {percentage}% · {done} of {size} · {speed}/s · {eta_formatted} left`,
    position({ loaded, total = 0 }) {
      began ??= { time: Date.now(), loaded };
      const seconds = Math.max(0.1, (Date.now() - began.time) / 1000);
      const speed = loaded > began.loaded ? megabytes((loaded - began.loaded) / seconds) : "–";
      const fields = { done: megabytes(loaded), size: total ? megabytes(total) : "?", speed };
      return { value: loaded, total: Math.max(total, loaded), fields };
    },
    // One line at the start and one every tenth, for logs.
    line({ loaded, total }) {
      const tenth = total ? Math.floor(10 * loaded / total) : Math.floor(loaded / 10e6);
      return { key: tenth, text: `${entry.name}: ${megabytes(loaded)}${total ? ` of ${megabytes(total)} (${10 * tenth} %)` : ""}` };
    },
  }, stream);
  const onProgress = (progress: FetchProgress): void => {
    if (progress.restarted) {
      if (!stream.isTTY) stream.write(`${entry.name}: starting again from the beginning\n`);
      bar.restart();
      began = undefined;
    }
    bar.update(progress);
  };
  const { signal, release } = stopRequest({ reason: Object.assign(
    new Error(`${entry.name}: stopped; what was downloaded is kept: run the same command again, which resumes it`),
    { name: "AbortError" }) });
  try {
    return await fetchFile(entry, folder, { signal, ...options, onProgress });
  } finally {
    release();
    bar.stop();
  }
}

/** "80.1 MB" */
export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
