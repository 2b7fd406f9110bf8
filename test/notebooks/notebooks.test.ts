// The committed notebooks: whole, executed, small, and running in our kernel.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { describe, it } from "node:test";
import { hasTag, joined, readNotebook, type Cell } from "../../src/platform/files/notebookFile";
import { exercisesOf } from "../../src/platform/kernel/exercises";
import { cellsOf, checksIn, code, files, folder, outputs, quick, root, runsInOurKernel, sizesOf, small } from "./committed";

function allNumbers(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(allNumbers) : [];
}

for (const file of files) {
  const whole = path.join(folder, file);
  const notebook = readNotebook(whole);
  const cells = cellsOf(notebook);

  describe(file, () => {
    it("is a notebook for tslab that begins with a title and prose", () => {
      assert.equal(notebook.nbformat, 4);
      assert.equal(notebook.metadata.kernelspec?.name, "tslab");
      assert.equal(cells[0].cell_type, "markdown");
      assert.match(joined(cells[0].source), /^# .+\n\n.{40,}/);
    });

    it("has code cells of at most 15 lines, most of them showing something", () => {
      for (const { source } of code(cells)) assert.ok(joined(source).split("\n").length <= 15, joined(source));
      const silent = code(cells).filter((cell) => (cell.outputs ?? []).length === 0 && !hasTag(cell as Cell, "exercise"));
      assert.ok(silent.length <= 2, `${silent.length} cells show nothing`); // the parameters, and a cell that defines a function
    });

    it("was executed from top to bottom, without an error or a warning", () => {
      assert.deepEqual(code(cells).map(({ execution_count }) => execution_count), code(cells).map((_, i) => i + 1));
      for (const output of outputs(cells)) {
        assert.notEqual(output.output_type, "error");
        assert.notEqual(output.name, "stderr", joined(output.text));
      }
    });

    it("is under 1.5 MB, each output under 300 kB, and knows no path of any machine", () => {
      assert.ok(statSync(whole).size < 1.5e6);
      for (const output of outputs(cells)) assert.ok(JSON.stringify(output).length < 300_000);
      const said = JSON.stringify(cells.map((cell) => [cell.source, cell.outputs?.map(({ text, data }) => [text, data?.["text/plain"]])]));
      for (const place of [root, os.homedir(), "/tmp/", "/home/"]) assert.ok(!said.includes(`${place}`), place);
    });

    it("lists the sizes that it is for, its own among them", () => {
      const [, own] = /^const size = (\d+)/m.exec(code(cells).map(({ source }) => joined(source)).join("\n")) ?? [];
      assert.ok(sizesOf(file).includes(own), `${own} is not in ${sizesOf(file)}`);
    });

    it("has a picture as twin and only finite numbers in every plot", () => {
      for (const { data = {} } of outputs(cells).filter(({ data }) => data?.["application/vnd.plotly.v1+json"])) {
        assert.ok((data["image/png"] ?? data["image/jpeg"]) && data["text/plain"]); // a JPEG where it shows photographs
        assert.ok(allNumbers(data["application/vnd.plotly.v1+json"]).every(Number.isFinite));
      }
    });

    it("has a solution for every exercise, and a check between the two", () => {
      for (const { cell, solution } of exercisesOf(notebook, file))
        assert.ok(checksIn(cells.slice(cell, solution)).length > 0, `nothing checks the exercise in cell ${cell + 1}`);
    });

    it("says ✓ or 'not yet' wherever it checks", () => {
      for (const { data } of outputs(cells)) assert.doesNotMatch(joined(data?.["text/markdown"]), /✗/);
    });

    if (quick.includes(file)) it("runs in our kernel, with parameters", () => runsInOurKernel(file));
  });
}

describe("running a notebook", () => {
  it("names every notebook's quick parameters here", () => assert.deepEqual(Object.keys(small), files));
});
