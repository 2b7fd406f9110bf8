// A lock between processes: a file that only one of them can create. One that a killed process left is known as such.
import { randomBytes } from "node:crypto";
import * as fs from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./isAlive";
import { thisHost } from "./temporaryFile";

export interface LockOptions {
  /** Ends the waiting with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called about twice a second while another process, or another call in this one, has the lock. */
  readonly onWait?: () => void | Promise<void>;
  /** Seconds after which a lock that is not renewed counts as left behind (default 60). */
  readonly staleSeconds?: number;
}

/** Who has a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly token: string;
}

/**
 * Runs `action` while the file `lock` exists and is this call's; waits while it is another's. The holder renews the file's time;
 * it is left behind when its process has ended, or when it was not renewed for a minute (another machine was switched off).
 */
export async function withLock<Result>(
  lock: string, action: () => Promise<Result>, { signal, onWait, staleSeconds = 60 }: LockOptions = {},
): Promise<Result> {
  const holder: Holder = { host: thisHost, pid: process.pid, token: randomBytes(8).toString("hex") };
  while (!await create(lock, holder)) {
    if (await removeStaleLock(lock, staleSeconds)) continue;
    await onWait?.();
    await sleep(400, undefined, { signal });
  }
  const renewal = setInterval(() => {
    const now = new Date();
    fs.utimes(lock, now, now).catch(() => {}); // gone: another process thought it stale
  }, 250 * staleSeconds);
  renewal.unref();
  try {
    return await action();
  } finally {
    clearInterval(renewal);
    if ((await holderOf(lock))?.token === holder.token) await fs.rm(lock, { force: true });
  }
}

async function create(lock: string, holder: Holder): Promise<boolean> {
  const handle = await fs.open(lock, "wx").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw error;
  });
  if (!handle) return false;
  try {
    await handle.writeFile(JSON.stringify(holder));
    return true;
  } catch (error) {
    await fs.rm(lock, { force: true }); // a full disk: an empty lock would only stand in the way
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Removes a lock that was left behind, and says whether it is gone. Renamed first, so that of two processes that find it stale only one
 * removes it.
 */
export async function removeStaleLock(lock: string, staleSeconds: number = 60): Promise<boolean> {
  const stats = await fs.stat(lock).catch(() => undefined);
  if (!stats) return true;
  const holder = await holderOf(lock);
  const idle = (Date.now() - stats.mtimeMs) / 1000;
  // An unreadable one is being written, or its writer was killed before it had written it.
  const ended = holder ? holder.host === thisHost && !isAlive(holder.pid) : idle > 5;
  if (!ended && idle <= staleSeconds) return false;
  const aside = `${lock}.${randomBytes(6).toString("hex")}`;
  try {
    await fs.rename(lock, aside);
  } catch {
    return true; // another process was faster
  }
  const taken = await holderOf(aside);
  // Between the look and the rename the lock may have become a living process's: it gets it back.
  if (taken?.token !== holder?.token) await fs.link(aside, lock).catch(() => {});
  await fs.rm(aside, { force: true });
  return true;
}

async function holderOf(lock: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await fs.readFile(lock, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
