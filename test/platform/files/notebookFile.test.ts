// Notebook files: read with clear errors, written whole or not at all.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { readNotebook, writeNotebook } from "../../../src/platform/files/notebookFile";
import type { Cell, Notebook } from "../../../src/platform/files/notebookFile";

const folder = mkdtempSync(path.join(tmpdir(), "notebook-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const code = (source: string, ...tags: string[]): Cell =>
  ({ cell_type: "code", id: "c", metadata: { tags }, source, execution_count: null, outputs: [] });
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

test("a missing, cut, foreign or old notebook is refused with its name and the remedy", () => {
  const none = path.join(folder, "none.ipynb");
  assert.throws(() => readNotebook(none), /there is no notebook .*none\.ipynb; .*notebooks\//);
  const file = path.join(folder, "x.ipynb");
  const refuses = (text: string, message: RegExp): void => {
    writeFileSync(file, text);
    assert.throws(() => readNotebook(file), message);
  };
  refuses('{"cells": [', /x\.ipynb is not a notebook: it is not JSON .*cut short/);
  refuses("", /x\.ipynb is not a notebook/);
  refuses("null", /x\.ipynb is JSON but not a notebook/);
  refuses('{"name": "package"}', /x\.ipynb is JSON but not a notebook/);
  refuses('{"cells": [], "nbformat": 3}', /x\.ipynb has nbformat 3/);
  refuses('{"cells": [{"cell_type": "html"}], "nbformat": 4}', /x\.ipynb: cell 1 has the type "html"/);
  const odd = (cell: object, message: RegExp): void =>
    refuses(JSON.stringify({ cells: [code("1"), { ...code("2"), ...cell }], nbformat: 4 }), message);
  odd({ source: 7 }, /x\.ipynb: cell 2 has a source that is no text; expected a string or a list of lines: open .* save it again/);
  odd({ source: ["a", null] }, /x\.ipynb: cell 2 has a source/);
  odd({ metadata: "m" }, /x\.ipynb: cell 2 has metadata/);
  odd({ attachments: { "a.png": 3 } }, /x\.ipynb: cell 2 has attachments/);
  odd({ outputs: {} }, /x\.ipynb: cell 2 has outputs that are no list/);
  odd({ outputs: [null] }, /x\.ipynb: cell 2 has an output 1 without a type/);
  odd({ outputs: [{ output_type: "display_data", data: [1] }] }, /x\.ipynb: cell 2 has an output 1 whose data are no table/);
  odd({ outputs: [{ output_type: "error", ename: "E", traceback: "t" }] }, /x\.ipynb: cell 2 has an output 1 whose traceback is no list/);
  odd({ metadata: { tags: "slow" } }, /x\.ipynb: cell 2 has tags that are no list/);
  refuses('{"cells": [], "nbformat": 4, "metadata": [1]}', /x\.ipynb has metadata that are no table/);
  refuses('{"cells": [], "nbformat": 4, "metadata": {"kernelspec": "x"}}', /x\.ipynb has a kernelspec that is no table/);
});

test("reading and writing gives the same bytes, as Jupyter lays them out", async () => {
  const text = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "a",
   "metadata": {},
   "outputs": [
    {
     "data": {
      "application/vnd.plotly.v1+json": {
       "data": [
        1
       ]
      },
      "image/png": "AAAA",
      "text/plain": [
       "two\\n",
       "lines"
      ]
     },
     "metadata": {},
     "output_type": "display_data"
    },
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "x\\n"
     ]
    }
   ],
   "source": [
    "const a = 1;\\n",
    "a"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`;
  const file = path.join(folder, "same.ipynb");
  writeFileSync(file, text);
  const read = readNotebook(file);
  assert.equal(read.cells[0].source, "const a = 1;\na");
  await writeNotebook(file, read);
  assert.equal(readFileSync(file, "utf8"), text);
});

test("writing leaves the notebook and no temporary file, and a failed write leaves the old one", async () => {
  const file = path.join(folder, "deep", "n.ipynb");
  await writeNotebook(file, notebook(code("1")));
  const before = readFileSync(file, "utf8");
  const circular = notebook(code("2"));
  circular.metadata.self = circular;
  await assert.rejects(() => writeNotebook(file, circular));
  assert.equal(readFileSync(file, "utf8"), before);
  assert.deepEqual(readdirSync(path.dirname(file)), ["n.ipynb"]);
});
