// A runner: it has one network, and runs cells with it, one after the other. This one runs them in this process.
import { Interrupted } from "../hostSignal";
import { openCellContext, type CellContext } from "./cellContext";
import { writeResult } from "./cellResult";
import type { CustomLosses } from "./customLosses";
import { networkOf } from "./plan";
import { runCell } from "./runCell";
import type { SweepFile } from "./sweepFolder";

export interface Runner {
  /** Runs a cell and writes its result; `each` is called at every step. */
  run(index: number, each: (step: number) => void): Promise<void>;
  end(): Promise<void>;
}

/**
 * Runs cells of one network in this process. What ran before a cell cannot change its bytes: the targets' features are computed at
 * all layers that any cell of the whole sweep needs, whichever cells are run.
 */
export function localRunner(folder: string, { cells }: SweepFile, customLosses: CustomLosses, signal: AbortSignal): Runner {
  let opened: Promise<CellContext> | undefined;
  return {
    async run(index, each) {
      const cell = cells[index];
      const alike = cells.filter((other) => networkOf(other) === networkOf(cell)).map(({ settings }) => settings);
      opened ??= openCellContext(alike, customLosses);
      const context = await opened;
      const began = performance.now();
      const inputs = await context.prepare(cell.settings);
      try {
        const done = await runCell(cell, inputs, { signal, each });
        if (!done) throw new Interrupted(`cell ${index} was interrupted`);
        await writeResult(folder, done.result, done.pictures, (performance.now() - began) / 1000);
      } finally {
        inputs.objective.dispose();
        inputs.start.dispose();
      }
    },
    async end() {
      (await opened?.catch(() => undefined))?.dispose();
    },
  };
}
