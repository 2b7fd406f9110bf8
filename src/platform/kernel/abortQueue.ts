// "Run all" ends at the first cell that fails: which execute requests are aborted then.
//
// A front end sends all of its cells at once, and the kernel gets them one by one; under load one may arrive seconds after the
// failure. So it does not count when a request arrives, but when it was sent: its header says so by the client's clock. How far
// that clock is ahead of ours is known to within the shortest time that any message of the client took to get here.

/** What a request's header says about its origin. */
export interface Origin {
  readonly session: string;
  /** When it was sent, by the client's clock: ISO 8601. */
  readonly date: string;
}

export interface AbortQueue {
  /** A request has arrived. Call it for every message: each may tell more about the client's clock. */
  arrived(request: object, origin: Origin): void;
  /** A cell failed, and its client is told now. */
  failed(): void;
  /** Whether it is a request's turn to be aborted, because it was sent before its client could act on the last failure. */
  aborts(request: object): boolean;
}

// Nobody sees that a cell failed and runs another in less. A front end sends the cells of one "run all" in one go, which under
// load has pauses: each aborted request extends the time.
const reaction = 500;   // ms
// A client's clock that was set back is believed for so long.
const longest = 60_000; // ms

/** Remembers the last failure. `now`: the kernel's clock in ms. */
export function abortQueue(now: () => number = Date.now): AbortQueue {
  const offsets = new Map<string, number>(); // by session: the least difference seen between arrival and sending
  const requests = new WeakMap<object, { session: string; sent: number; arrived: number }>();
  let failure: { until: number; at: number } | undefined;

  /** When a request was sent, by our clock; a little later at most, never earlier. */
  function sentAt(request: object): number {
    const { session, sent, arrived } = requests.get(request)!;
    return Number.isNaN(sent) ? arrived : sent + offsets.get(session)!;
  }

  return {
    arrived(request, { session, date }) {
      const [arrived, sent] = [now(), Date.parse(date)];
      requests.set(request, { session, sent, arrived });
      if (!Number.isNaN(sent)) offsets.set(session, Math.min(offsets.get(session) ?? Infinity, arrived - sent));
    },
    failed() {
      failure = { at: now(), until: now() + reaction };
    },
    aborts(request) {
      if (!failure) return false;
      const [sent, { arrived }] = [sentAt(request), requests.get(request)!];
      const aborted = sent < failure.until && arrived - failure.at < longest;
      if (aborted) failure.until = Math.max(failure.until, sent + reaction);
      else failure = undefined;
      return aborted;
    },
  };
}
