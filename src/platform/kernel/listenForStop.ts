// The stop button. Jupyter sends SIGINT; what happens depends on what the cell is doing.
//
// - Before its first await, Node itself breaks the cell off (tslab runs it with breakOnSigint).
// - A loop that listens for SIGINT itself (minimize does) gets a grace to end with its best image; its cell is then ok.
// - Anything else is given up at once: the cell ends as Interrupted.
// - With no cell running, nothing happens.
// - A cell with several loops, one after the other, means all of them: a loop that begins after the press is told at once.
//
// What cannot be helped here: a loop that after an await never yields to the event loop hears nothing, and a press in
// the very instant in which a cell reaches its first await can get lost inside Node (the next press works).
import { AsyncLocalStorage } from "node:async_hooks";

export interface Interrupts {
  /** Brackets a cell's run. `start` runs the cell up to its first await. */
  during<Result>(start: () => Promise<Result>): Promise<Result>;
  /** Whether the cell that runs, or ran last, was given up. */
  given(): boolean;
}

/** Listens for SIGINT. `giveUp` rejects the running cell; `grace` is in milliseconds. */
export function listenForStop(giveUp: () => void, { grace = 700 }: { grace?: number } = {}): Interrupts {
  let running = false;
  let given = false;
  let timer: NodeJS.Timeout | undefined;
  const cell = new AsyncLocalStorage<{ stopped: boolean }>(); // follows the cell's code, even when it outlives the cell
  let current = { stopped: false };

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!running) return;
    given = true;
    giveUp();
  }

  function onSignal(): void {
    if (!running) return;
    current.stopped = true;
    // This listener is first in line, so a loop's own `once` listener is still counted here.
    const cellListens = process.listenerCount("SIGINT") > 1;
    if (cellListens && timer === undefined) timer = setTimeout(stop, grace);
    else stop();
  }

  process.on("SIGINT", onSignal);
  process.on("newListener", (event, listener) => {
    if (event === "SIGINT" && cell.getStore()?.stopped) setImmediate(listener as () => void);
  });
  return {
    async during(start) {
      running = true;
      given = false;
      current = { stopped: false };
      try {
        const result = cell.run(current, start);
        listenAgain(onSignal);
        return await result;
      } finally {
        running = false;
        clearTimeout(timer);
        timer = undefined;
      }
    },
    given: () => given,
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
