// One request of a fetch: ask for what is missing, append it to the part, notice when it was cut or fell silent.
import * as fs from "node:fs/promises";
import { checksumOf } from "./checksumOf";
import { CutShort, StatusError } from "./fetchErrors";
import type { Fetchable } from "./manifest";

/** How far a fetch is. `loaded` never falls, except in the one event that says `restarted`. */
export interface FetchProgress {
  /** Bytes on disk, those of an earlier, interrupted fetch included. */
  loaded: number;
  /** Length of the whole file, where the server says it or it is known. */
  total?: number;
  /** The server could not resume, or what was there was wrong: counting starts again. */
  restarted?: boolean;
}

export interface FetchOptions {
  onProgress?: (progress: FetchProgress) => void;
  /** Stops the fetch with the signal's reason; what is there is kept and resumed next time. */
  signal?: AbortSignal;
  /** Another address for the same file, e.g. a mirror; the checksum stays the same. */
  from?: string;
  /** How often a cut or stalled connection or a busy server is tried again. Default 4. */
  retries?: number;
  /** Seconds without a byte after which a connection counts as dead. Default 30. */
  stallSeconds?: number;
  /** Seconds waited before the first retry, doubled before each next one. Default 1. */
  backoffSeconds?: number;
}

/** One fetch, over all its attempts. */
export interface Fetching {
  entry: Fetchable;
  address: string;
  part: string;
  options: FetchOptions;
  /** What was last told to `onProgress`. */
  reported: number;
  /** Whether the part begins with what an earlier run left. */
  inherited: boolean;
}

/** One request, appended to the part. Returns when the server says that everything came. */
export async function attempt(fetching: Fetching): Promise<void> {
  const { entry, address, part, options } = fetching;
  const { signal, stallSeconds = 30 } = options;
  const held = await lengthOf(part);
  const dead = new AbortController();
  const stall = setTimeout(() => dead.abort(new CutShort(`nothing came for ${stallSeconds} s`)), 1000 * stallSeconds);
  try {
    const response = await fetch(address, {
      // "identity": a compressed answer would have other lengths and could not be resumed.
      headers: { "accept-encoding": "identity", ...(held > 0 && { range: `bytes=${held}-` }) },
      signal: signal ? AbortSignal.any([signal, dead.signal]) : dead.signal,
    });
    const resumed = response.status === 206 && startOf(response) === held;
    if (response.status === 416) {
      // There is no rest: either the part is the whole file, which the checksum tells, or it is nonsense.
      await response.body?.cancel();
      if (await checksumOf(part, entry.checksum.algorithm) === entry.checksum.value) return;
      await fs.rm(part, { force: true });
      throw new CutShort("the server has less than was fetched before");
    }
    if (!resumed && response.status !== 200) {
      await response.body?.cancel();
      throw new StatusError(response.status, response.statusText);
    }
    const start = resumed ? held : 0;
    if (!resumed) fetching.inherited = false;
    const length = Number(response.headers.get("content-length") ?? NaN);
    const total = Number.isFinite(length) ? start + length : entry.bytes;
    let loaded = start;
    report(fetching, loaded, total);
    const output = await fs.open(part, resumed ? "a" : "w");
    try {
      for await (const chunk of bytesOf(response)) {
        stall.refresh();
        await output.writeFile(chunk);
        loaded += chunk.length;
        report(fetching, loaded, total);
      }
    } finally {
      await output.close();
    }
    if (Number.isFinite(length) && loaded < start + length) throw new CutShort("the connection was cut");
  } catch (error) {
    // fetch wraps or replaces the reason of an abort, depending on when it strikes.
    throw dead.signal.aborted ? dead.signal.reason : error;
  } finally {
    clearTimeout(stall);
  }
}

/** The answer's body; the web's type does not know that Node's streams can be looped over. */
function bytesOf(response: Response): AsyncIterable<Uint8Array> | never[] {
  return response.body as unknown as AsyncIterable<Uint8Array> | null ?? [];
}

function report(fetching: Fetching, loaded: number, total: number | undefined): void {
  const restarted = loaded < fetching.reported;
  fetching.reported = loaded;
  fetching.options.onProgress?.({ loaded, total, ...(restarted && { restarted }) });
}

/** First byte of a partial answer: "bytes 100-199/200" starts at 100. */
function startOf(response: Response): number | undefined {
  const match = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "");
  return match ? Number(match[1]) : undefined;
}

/** Length of a file in bytes, 0 where there is none. */
export async function lengthOf(file: string): Promise<number> {
  return fs.stat(file).then((stat) => stat.size, () => 0);
}
