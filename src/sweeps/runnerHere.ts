// A runner: it knows one network, and runs cells that have it, one after the other. This one does so in this process.
import { Interrupted } from "../hostSignal";
import { engine } from "../platform/engine/engine";
import { openCellContext, type CellContext } from "./cellContext";
import { writeResult } from "./cellResult";
import type { CustomLosses } from "./customLosses";
import { networkOf } from "./plan";
import { runCell } from "./runCell";
import type { SweepFile } from "./sweepFolder";

export interface Runner {
  /** Runs a cell and writes its result; `each` hears of every step. */
  run(index: number, each: (step: number) => void): Promise<void>;
  end(): Promise<void>;
}

/**
 * Runs cells of one network here. What came before a cell cannot change its bytes: the targets are seen at all layers that any
 * cell of the whole sweep wants, whichever cells are run.
 */
export function runnerHere(folder: string, { cells }: SweepFile, own: CustomLosses, signal: AbortSignal): Runner {
  let opened: Promise<CellContext> | undefined;
  return {
    async run(index, each) {
      const cell = cells[index];
      const alike = cells.filter((other) => networkOf(other) === networkOf(cell)).map(({ settings }) => settings);
      opened ??= openCellContext(alike, own);
      const bench = await opened;
      const began = performance.now();
      const job = await bench.prepare(cell.settings);
      try {
        const outcome = await runCell(cell, job, { signal, each });
        if (!outcome) throw new Interrupted(`cell ${index} was interrupted`);
        const { label, settings, ...numbers } = outcome.numbers;
        const result = { ...numbers, index, label, settings, engine: (await engine()).name, network: bench.network };
        await writeResult(folder, result, outcome, (performance.now() - began) / 1000);
      } finally {
        job.goal.dispose();
        job.start.dispose();
      }
    },
    async end() {
      (await opened?.catch(() => undefined))?.dispose();
    },
  };
}
