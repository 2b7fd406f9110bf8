// Reports of progress: a callback that throws or rejects stops the work, which rejects with its error.

export interface ProgressReporter<Progress> {
  /** Calls the callback, unless it failed before. Never throws: it is called inside a step, and by listeners of worker processes. */
  report(progress: Progress): void;
  /** Aborted once the callback has failed. */
  readonly signal: AbortSignal;
  /** Waits for every call of the callback. @throws the first error of the callback */
  finish(): Promise<void>;
}

export function progressReporter<Progress>(each: ((progress: Progress) => void | Promise<void>) | undefined): ProgressReporter<Progress> {
  const failed = new AbortController();
  const pending = new Set<Promise<void>>();
  return {
    signal: failed.signal,
    report(progress) {
      if (failed.signal.aborted) return;
      const call = (async () => each?.(progress))().catch((error: unknown) => failed.abort(error)).finally(() => pending.delete(call));
      pending.add(call);
    },
    async finish() {
      await Promise.all(pending);
      if (failed.signal.aborted) throw failed.signal.reason;
    },
  };
}
