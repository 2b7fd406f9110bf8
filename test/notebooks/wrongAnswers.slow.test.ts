// Every exercise refuses plausible wrong answers and names the mistake: each answer is run through the notebook's own check, in our kernel.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { it } from "node:test";
import { joined, readNotebook, writeNotebook, type Cell } from "../../src/platform/files/notebookFile";
import { exercisesOf } from "../../src/platform/kernel/exercises";
import { runNotebook } from "../../src/platform/kernel/runNotebook";
import { startKernel } from "../../src/platform/kernel/startKernel";
import { cellsOf, folder, outputs, small } from "./committed";
import { wrongAnswers } from "./wrongAnswers";

for (const [file, byExercise] of Object.entries(wrongAnswers)) {
  it(`${file}: its checks name what is wrong with wrong answers`, async () => {
    const notebook = readNotebook(path.join(folder, file));
    const exercises = exercisesOf(notebook, file);
    assert.equal(byExercise.length, exercises.length, "an exercise has no wrong answers");
    // The notebook up to its last check; after each stub come, one after the other, a wrong answer and the cells that check it.
    const cells: Cell[] = [];
    let from = 0;
    exercises.forEach(({ cell, solution }, n) => {
      const checks = notebook.cells.slice(cell + 1, solution).filter(({ cell_type }) => cell_type === "code");
      assert.ok(byExercise[n].length >= 3, `exercise ${n + 1} has fewer than three wrong answers`);
      cells.push(...notebook.cells.slice(from, cell));
      for (const [code] of byExercise[n]) cells.push({ ...notebook.cells[cell], source: code }, ...checks);
      from = solution;
    });
    const place = mkdtempSync(path.join(tmpdir(), "styloscope-wrong-"));
    const kernel = await startKernel({ cwd: folder });
    try {
      const copy = path.join(place, file);
      await writeNotebook(copy, { ...notebook, cells: cells.map((cell, i) => ({ ...cell, id: `cell-${i}` })) });
      const { notebook: executed } = await runNotebook(copy, { set: small[file], kernel });
      const said = outputs(cellsOf(executed)).map(({ data }) => joined(data?.["text/markdown"])).filter((text) => /^[✗○]/.test(text));
      const expected = byExercise.flat();
      assert.equal(said.length, expected.length, said.join("\n"));
      said.forEach((text, i) => assert.match(text, expected[i][1], expected[i][0]));
      assert.ok(said.every((text) => text.startsWith("✗")));
    } finally {
      await kernel.shutdown();
      rmSync(place, { recursive: true });
    }
  });
}
