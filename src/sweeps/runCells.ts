// Runners side by side, and the cells that wait for them.
import { setTimeout as sleep } from "node:timers/promises";
import type { Runner } from "./localRunner";
import { networkOf, pixelsOf, type Cell } from "./plan";

export interface PoolOptions {
  /** How many cells are run at once. */
  readonly workers: number;
  readonly signal: AbortSignal;
  start(): Runner;
  /** Runs a cell, unless another process runs it (false) or has done it (true). */
  claim(cell: Cell, run: () => Promise<void>): Promise<boolean>;
  /** Called when a cell is done, and at every step of any; the seconds left are unknown before the first steps. */
  each(done: number, secondsLeft: number | undefined): void;
}

export interface Failure {
  readonly cell: Cell;
  readonly reason: string;
}

/** Milliseconds until a cell that another process has is looked at again. */
const patience = 200;

/** Runs cells until all are done or `signal` says stop. A cell that fails does not stop the others. */
export async function runCells(cells: readonly Cell[], { workers, signal, start, claim, each }: PoolOptions): Promise<Failure[]> {
  const waiting = [...cells];
  const failures: Failure[] = [];
  const clock = timeLeft(cells);
  let done = 0;
  const report = (): void => each(done, clock.left());

  // A runner keeps its network, so it next gets a cell with the same network, if there is any.
  function next(network: string | undefined): Cell | undefined {
    if (signal.aborted) return undefined;
    const index = Math.max(0, waiting.findIndex((cell) => networkOf(cell) === network));
    return waiting.splice(index, 1)[0];
  }
  async function work(): Promise<void> {
    let runner: Runner | undefined;
    let network: string | undefined;
    async function run(cell: Cell): Promise<void> {
      if (network !== networkOf(cell)) await runner?.end();
      signal.throwIfAborted(); // a runner that starts after the stop would not hear of it
      if (!runner || network !== networkOf(cell)) runner = start();
      network = networkOf(cell);
      await runner.run(cell.index, (step) => {
        clock.taken(cell, step + 1);
        report();
      });
    }
    for (let cell = next(network); cell; cell = next(network)) {
      const current = cell;
      try {
        if (!await claim(cell, () => run(current))) {
          waiting.push(cell); // another process has it: others first
          await sleep(patience, undefined, { signal });
          continue;
        }
        done++;
      } catch (error) {
        if (signal.aborted) break;
        failures.push({ cell, reason: (error as Error).message });
        await runner?.end();
        runner = undefined; // its process may be gone, and its network with it
      }
      clock.taken(cell, cell.settings.steps + 1);
      report();
    }
    await runner?.end();
  }
  await Promise.all(Array.from({ length: Math.min(workers, cells.length) }, work));
  return failures;
}

/** How long the rest will take, at the time per step and pixel until now. */
function timeLeft(cells: readonly Cell[]): { taken(cell: Cell, steps: number): void; left(): number | undefined } {
  const cost = ({ settings }: Cell, steps: number): number => steps * pixelsOf(settings.size);
  const total = cells.reduce((sum, cell) => sum + cost(cell, cell.settings.steps + 1), 0);
  const spent = new Map<number, number>();
  let first: { at: number; spent: number } | undefined; // from the first step on: starting up is not what will be repeated
  return {
    taken(cell, steps) {
      spent.set(cell.index, cost(cell, steps));
    },
    left() {
      const sum = [...spent.values()].reduce((all, one) => all + one, 0);
      first ??= { at: performance.now(), spent: sum };
      const seconds = (performance.now() - first.at) / 1000;
      return sum > first.spent ? (seconds * (total - sum)) / (sum - first.spent) : undefined;
    },
  };
}
