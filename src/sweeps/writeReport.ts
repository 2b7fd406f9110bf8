// What a finished sweep leaves beside its cells: the sheet and the table.
import * as fs from "node:fs";
import * as path from "node:path";
import { saveImage } from "../platform/files/saveImage";
import { writeAtomically } from "../platform/files/writeAtomically";
import { filesOf } from "./cellResult";
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
  await writeAtomically(path.join(folder, "times.csv"), csvOf(cells.map(({ index, label }) => ({
    cell: index, label, seconds: secondsOf(folder, index),
  }))));
  const sheet = await sweepSheet(result);
  await saveImage(sheet, path.join(folder, "sheet.png")).finally(() => sheet.dispose());
}

function secondsOf(folder: string, index: number): number | null {
  const { time } = filesOf(folder, index);
  return fs.existsSync(time) ? (JSON.parse(fs.readFileSync(time, "utf8")) as { seconds: number }).seconds : null;
}
