// The messages of a kernel, folded into the outputs of a notebook.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Output } from "../../../src/platform/files/notebookFile";
import { foldOutputs } from "../../../src/platform/kernel/foldOutputs";
import { scrubber } from "../../../src/platform/kernel/scrub";

const textOf = (output: Output): unknown =>
  "text" in output ? output.text : "data" in output && output.data["text/plain"];

test("text of one stream is merged, and an update goes to every output with its id", () => {
  const fold = foldOutputs();
  const [first, second]: Output[][] = [[], []];
  const stream = (name: string, text: string): void => fold.add({ type: "stream", content: { name, text } });
  const show = (text: string, type = "display_data"): void =>
    fold.add({ type, content: { data: { "text/plain": text }, metadata: {}, transient: { display_id: "d" } } });
  fold.into(first);
  stream("stdout", "a");
  stream("stdout", "b");
  stream("stderr", "c");
  show("old");
  fold.into(second);
  show("also old");
  show("new", "update_display_data");
  stream("stdout", "d");
  assert.deepEqual(first.map(textOf), ["ab", "c", "new"]);
  assert.deepEqual(second.map(textOf), ["new", "d"]);
  assert.ok(!JSON.stringify([first, second]).includes("transient"), "display ids do not belong in the file");
});

test("clear_output empties the cell, at once or with the next output", () => {
  const fold = foldOutputs();
  const outputs: Output[] = [];
  const stream = (text: string): void => fold.add({ type: "stream", content: { name: "stdout", text } });
  fold.into(outputs);
  stream("a");
  fold.add({ type: "clear_output", content: { wait: true } });
  assert.equal(outputs.length, 1);
  stream("b");
  assert.deepEqual(outputs, [{ output_type: "stream", name: "stdout", text: "b" }]);
  fold.add({ type: "clear_output", content: {} });
  assert.deepEqual(outputs, []);
});

test("paths of this machine are shortened, and only whole folders", () => {
  const scrub = scrubber("/srv/project");
  assert.equal(scrub("at f (/srv/project/dist/a.js:1:2)"), "at f (dist/a.js:1:2)");
  assert.equal(scrub("file:///srv/project/a and /srv/project"), "a and .");
  assert.equal(scrub("/srv/project-two/a"), "/srv/project-two/a");
});
