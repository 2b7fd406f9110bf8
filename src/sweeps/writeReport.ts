// What a finished sweep leaves beside its cells: the sheet and the table.
import * as path from "node:path";
import { saveImage } from "../platform/files/saveImage";
import { writeAtomically } from "../platform/files/writeAtomically";
import { readSeconds } from "./cellResult";
import type { SweepResult } from "./sweepResult";
import { sweepSheet } from "./sweepSheet";
import { csvOf, tableJson, tableOf } from "./sweepTable";

/**
 * Writes `sheet.png`, `table.csv`, `table.json` and `times.csv`, each whole or not at all. All but the last have the same bytes for
 * the same sweep.
 */
export async function writeReport(result: SweepResult): Promise<void> {
  const { folder, cells } = result;
  await writeAtomically(path.join(folder, "table.csv"), csvOf(tableOf(cells)));
  await writeAtomically(path.join(folder, "table.json"), tableJson(cells));
  await writeAtomically(path.join(folder, "times.csv"), csvOf(cells.map((cell) => ({
    cell: cell.index, label: cell.label, seconds: readSeconds(folder, cell) ?? null,
  }))));
  const sheet = await sweepSheet(result);
  await saveImage(sheet, path.join(folder, "sheet.png")).finally(() => sheet.dispose());
}
