// The stop button. Jupyter sends SIGINT; what happens depends on what the cell is doing.
//
// - While it is compiled, it does not begin.
// - Before its first await, Node itself breaks the cell off (tslab runs it with breakOnSigint).
// - A cell that asked for its signal (every loop of the library does) gets a grace to end with its best image, which takes as long as
//   the step under way. The signal stays aborted, so one press ends all loops of the cell, and the cell ends as Interrupted.
// - A cell that listens for SIGINT itself gets a short grace, and is ok if it ends by itself.
// - Any other cell is given up at once, and so is every cell at the second press: it ends as Interrupted.
// - Between two cells of a queue, the queue is dropped. With nothing to run, nothing happens.
//
// What cannot be helped here: a loop that after an await never yields to the event loop hears nothing, and a press in
// the very instant in which a cell reaches its first await can get lost inside Node (the next press works).
import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";
import { Interrupted } from "../../hostSignal";

export interface StopButton {
  /** Brackets a cell's run. `prepare` compiles it, `start` runs it up to its first await; it is not started where stop is pressed before. */
  during<Result>(prepare: () => Promise<void>, start: () => Promise<Result>): Promise<Result>;
  /** The signal of the cell whose code asks for it, aborted when stop is pressed; undefined before the first cell. */
  signal(): AbortSignal | undefined;
  /** Whether the cell that runs, or ran last, was given up, or ended by itself because its loops did. */
  stopped(): boolean;
}

const grace = 700;      // ms
const loopGrace = 8000; // ms; a pass through VGG-19 may take that long

/** Listens for SIGINT. `giveUp` rejects the running cell; `dropQueue` is called when none is running. */
export function listenForStop(giveUp: () => void, dropQueue: () => void): StopButton {
  const asking = new AsyncLocalStorage<AbortController>(); // follows the cell's code, even when it outlives the cell
  let current: AbortController | undefined;
  let running = false;
  let heeds = false; // whether the running cell asked for its signal
  let gaveUp = false;
  let timer: NodeJS.Timeout | undefined;

  function end(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!running) return;
    gaveUp = true;
    giveUp();
  }

  function onSignal(): void {
    if (!running) return dropQueue();
    current?.abort();
    // This listener is first in line, so a cell's own `once` listener is still counted here.
    const willEnd = heeds || process.listenerCount("SIGINT") > 1;
    if (willEnd && timer === undefined) timer = setTimeout(end, heeds ? loopGrace : grace);
    else end();
  }

  process.on("SIGINT", onSignal);
  return {
    async during(prepare, start) {
      running = true;
      heeds = false;
      gaveUp = false;
      if (!current || current.signal.aborted) current = new AbortController();
      try {
        await prepare();
        await setImmediate(); // Node takes all listeners away to run the cell, and with them a press that no listener has heard yet
        if (gaveUp) throw new Interrupted("stopped before the cell began");
        const result = asking.run(current, start);
        listenAgain(onSignal);
        return await result;
      } finally {
        running = false;
        clearTimeout(timer);
        timer = undefined;
      }
    },
    signal() {
      heeds = true;
      return (asking.getStore() ?? current)?.signal;
    },
    stopped: () => gaveUp || (heeds && current!.signal.aborted),
  };
}

// While it runs a script with breakOnSigint, Node owns the signal, and afterwards it puts back the default action: to
// end the process. A listener that the script added meanwhile looks registered and is not, and the next SIGINT would
// end the kernel. Taking all listeners away and adding them again registers with the system anew.
function listenAgain(first: () => void): void {
  const others = process.rawListeners("SIGINT").filter((listener) => listener !== first);
  if (others.length === 0) return;
  process.removeAllListeners("SIGINT");
  for (const listener of [first, ...others]) process.on("SIGINT", listener as () => void);
}
