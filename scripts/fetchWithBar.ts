// Fetching in a terminal: a bar with bytes, speed and time left, or plain lines where the output is a file.
import { SingleBar } from "cli-progress";
import { fetchFile, type FetchOptions } from "../src/platform/files/fetchFile";
import type { Fetchable } from "../src/platform/files/manifest";

/** Fetches `entry` into `folder`, drawing on `stream`. Ctrl-C keeps what is there for the next time. */
export async function fetchWithBar(
  entry: Fetchable, folder: string, { stream = process.stderr, ...options }: Omit<FetchOptions, "onProgress"> & {
    stream?: NodeJS.WriteStream;
  } = {},
): Promise<string> {
  const draw = stream.isTTY ? bar(entry.name, stream) : lines(entry.name, stream);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(Object.assign(
    new Error(`${entry.name}: stopped. What came is kept; the same command goes on from there.`), { name: "AbortError" }));
  process.once("SIGINT", interrupt);
  try {
    return await fetchFile(entry, folder, { signal: stop.signal, ...options, onProgress: draw.update });
  } finally {
    process.removeListener("SIGINT", interrupt);
    draw.end();
  }
}

type Update = NonNullable<FetchOptions["onProgress"]>;

function bar(name: string, stream: NodeJS.WriteStream): { update: Update; end: () => void } {
  const drawn = new SingleBar({
    stream, hideCursor: true, etaBuffer: 50, barsize: 24,
    format: `${name} {bar} {percentage}% · {done} of {size} · {speed}/s · {eta_formatted} left`,
    barCompleteChar: "█", barIncompleteChar: "░", formatTime: (seconds) => clock(Number(seconds)),
  });
  let started: { at: number; loaded: number } | undefined;
  return {
    update({ loaded, total = 0, restarted }) {
      if (!started || restarted) {
        if (started) stream.write("\n");
        started = { at: Date.now(), loaded };
        drawn.start(total, loaded, { done: megabytes(loaded), size: megabytes(total), speed: "–" });
      }
      const seconds = Math.max(0.1, (Date.now() - started.at) / 1000);
      drawn.setTotal(Math.max(total, loaded));
      drawn.update(loaded, {
        done: megabytes(loaded), size: total ? megabytes(total) : "?",
        speed: megabytes((loaded - started.loaded) / seconds),
      });
    },
    end: () => drawn.stop(),
  };
}

/** One line at the start and one every tenth, for logs. */
function lines(name: string, stream: NodeJS.WriteStream): { update: Update; end: () => void } {
  let tenth = -1;
  return {
    update({ loaded, total, restarted }) {
      if (restarted) stream.write(`${name}: starting again from the beginning\n`);
      const now = total ? Math.floor(10 * loaded / total) : Math.floor(loaded / 10e6);
      if (now === tenth) return;
      tenth = now;
      stream.write(`${name}: ${megabytes(loaded)}${total ? ` of ${megabytes(total)} (${10 * now} %)` : ""}\n`);
    },
    end() {},
  };
}

/** "80.1 MB" */
export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** "1:05" */
function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
