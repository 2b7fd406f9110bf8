// Downloading a file whole and checked, or not at all: resumed where it was cut, verified, then renamed into place.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CutShort, explain, mismatch, StatusError, worthRetrying } from "./fetchErrors";
import { withLock } from "./fileLock";
import type { Fetchable } from "./manifest";
import { differenceFrom, noteChecksum } from "./publishedFile";

/** How far a download is. `loaded` never falls, except in the one event that says `restarted`. */
export interface FetchProgress {
  /** Bytes on disk, those of an earlier, interrupted download included. */
  readonly loaded: number;
  /** Length of the whole file, where the server or the manifest says it. */
  readonly total?: number;
  /** The server could not resume, or the bytes on disk were wrong: counting starts again. */
  readonly restarted?: boolean;
}

export interface FetchOptions {
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Stops the download with the signal's reason; the bytes on disk are kept and resumed next time. */
  readonly signal?: AbortSignal;
  /** Another address for the same file, e.g. a mirror; the checksum stays the same. */
  readonly from?: string;
  /** How often a cut or stalled connection or a busy server is tried again (default 4). */
  readonly retries?: number;
  /** Seconds without a byte after which a connection counts as dead (default 30). */
  readonly stallSeconds?: number;
  /** Seconds before the first retry, doubled before each next one (default 1). */
  readonly backoffSeconds?: number;
}

/** One download, over all its attempts. */
interface Download {
  readonly entry: Fetchable;
  readonly address: string;
  readonly part: string;
  readonly options: FetchOptions;
  /** The last number of bytes that `onProgress` was called with. */
  reported: number;
  /** Whether the part begins with bytes of an earlier run. */
  inherited: boolean;
}

/**
 * Downloads `entry` into `folder` and returns the file's path; a file that is there and has the right checksum is not downloaded
 * again.
 *
 * The bytes go to `NAME.part`. A cut or stalled connection is tried again, asking only for the rest; a server that sends the
 * whole file all the same restarts it. The finished part is read back, and renamed only if its checksum is right; a wrong one
 * is deleted. So `NAME` itself is never half-written. A second download of the same file waits for the first. Errors name the
 * file, the host and the remedy.
 */
export async function fetchFile(entry: Fetchable, folder: string, options: FetchOptions = {}): Promise<string> {
  const { signal } = options;
  const address = options.from ?? entry.address;
  const file = path.join(folder, entry.fileName);
  const part = `${file}.part`;
  try {
    if (await isRight(file, entry)) return file;
    await fs.mkdir(folder, { recursive: true });
    const download: Download = { entry, address, part, options, reported: 0, inherited: false };
    // Two downloads would write into each other's part. The second one waits, and then finds the file, or resumes the part.
    await withLock(`${part}.lock`, async () => {
      if (!await isRight(file, entry)) await downloadTo(file, download);
    }, { signal, onWait: async () => report(download, await lengthOf(part), entry.bytes) });
    return file;
  } catch (error) {
    signal?.throwIfAborted();
    // A full disk must not stay full because of this download.
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") await fs.rm(part, { force: true });
    throw explain(error, entry, address, folder);
  }
}

/** All attempts: returns when `file` is there, whole and checked. */
async function downloadTo(file: string, download: Download): Promise<void> {
  const { entry, address, part, options: { retries = 4, backoffSeconds = 1, signal } } = download;
  download.inherited = await lengthOf(part) > 0;
  for (let failures = 0;;) {
    try {
      await attempt(download);
      const difference = await differenceFrom(entry, part);
      if (!difference) break;
      await fs.rm(part, { force: true });
      // The bytes of an earlier run may belong to another version of the file: one clean download settles it.
      if (!download.inherited) throw mismatch(entry, address, difference);
    } catch (error) {
      signal?.throwIfAborted();
      if (!worthRetrying(error) || failures === retries) throw error;
      await sleep(1000 * backoffSeconds * 2 ** failures++, undefined, { signal });
    }
  }
  await fs.rename(part, file);
  await noteChecksum(entry, file);
}

/** One request, appended to the part. Returns when the server says that everything was sent. */
async function attempt(download: Download): Promise<void> {
  const { entry, address, part, options: { signal, stallSeconds = 30 } } = download;
  const onDisk = await lengthOf(part);
  const dead = new AbortController();
  const stall = setTimeout(() => dead.abort(new CutShort(`no byte arrived for ${stallSeconds} s`)), 1000 * stallSeconds);
  try {
    const response = await fetch(address, {
      // "identity": a compressed response would have other lengths and could not be resumed.
      headers: { "accept-encoding": "identity", ...(onDisk > 0 && { range: `bytes=${onDisk}-` }) },
      signal: signal ? AbortSignal.any([signal, dead.signal]) : dead.signal,
    });
    const resumed = response.status === 206 && startOf(response) === onDisk;
    if (response.status === 416) {
      // There is no rest: either the part is the whole file, which the checksum tells, or it is another file.
      await response.body?.cancel();
      if (!await differenceFrom(entry, part)) return;
      await fs.rm(part, { force: true });
      throw new CutShort("the server's file is shorter than what was downloaded before");
    }
    if (!resumed && response.status !== 200) {
      await response.body?.cancel();
      throw new StatusError(response.status, response.statusText);
    }
    if (!resumed) download.inherited = false;
    await append(download, response, resumed ? onDisk : 0, () => stall.refresh());
  } catch (error) {
    // fetch wraps or replaces the reason of an abort, depending on when it happens.
    throw dead.signal.aborted ? dead.signal.reason : error;
  } finally {
    clearTimeout(stall);
  }
}

/** Writes the body of `response` into the part, from byte `start` on. */
async function append(download: Download, response: Response, start: number, onChunk: () => void): Promise<void> {
  const length = Number(response.headers.get("content-length") ?? NaN);
  const total = Number.isFinite(length) ? start + length : download.entry.bytes;
  let loaded = start;
  report(download, loaded, total);
  const output = await fs.open(download.part, start > 0 ? "a" : "w");
  try {
    // The web's type does not say that Node's streams can be iterated.
    for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      onChunk();
      await output.writeFile(chunk);
      loaded += chunk.length;
      report(download, loaded, total);
    }
  } finally {
    await output.close();
  }
  if (Number.isFinite(length) && loaded < start + length) throw new CutShort("the connection was cut");
}

function report(download: Download, loaded: number, total: number | undefined): void {
  const restarted = loaded < download.reported;
  download.reported = loaded;
  download.options.onProgress?.({ loaded, total, ...(restarted && { restarted }) });
}

/** First byte of a partial response: "bytes 100-199/200" starts at 100. */
function startOf(response: Response): number | undefined {
  const match = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "");
  return match ? Number(match[1]) : undefined;
}

async function isRight(file: string, entry: Fetchable): Promise<boolean> {
  if (await lengthOf(file) === 0 || await differenceFrom(entry, file)) return false;
  await noteChecksum(entry, file);
  return true;
}

/** Length of a file in bytes, 0 where there is none. */
async function lengthOf(file: string): Promise<number> {
  return fs.stat(file).then((stat) => stat.size, () => 0);
}
