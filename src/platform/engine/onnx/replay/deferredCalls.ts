// Calls that are known from before, and recorded only if something else is done with them than before.
import type * as tf from "@tensorflow/tfjs";
import type { Entry } from "../entry";
import type { TensorView } from "../tensorView";

export interface DeferredCalls {
  /** Entries for the outputs of a call, which `record` records once one of them is needed. */
  add(outputs: readonly Pick<tf.TensorInfo, "dtype">[], record: () => TensorView | TensorView[] | undefined): Entry[];
  /** Records all of them. */
  record(): void;
}

export function deferredCalls(setView: (entry: Entry, view: TensorView) => void): DeferredCalls {
  const calls: (() => void)[] = [];
  let recorded = 0;
  const recordUpTo = (end: number): void => {
    for (; recorded < end; recorded++) calls[recorded](); // in their order: a chain may be too long for recursion
  };
  return {
    add(outputs, record) {
      const entries = outputs.map(({ dtype }): Entry => ({ dtype, count: 1, record: () => recordUpTo(end) }));
      const end = calls.push(() => [record()].flat().forEach((view, i) => setView(entries[i], view!)));
      return entries;
    },
    record: () => recordUpTo(calls.length),
  };
}
