import assert from "node:assert/strict";
import { test } from "node:test";
import { bundle, inNotebook, richest } from "../../src/notebook/display";
import { inFakeKernel } from "./fakeKernel";

test("a bundle is one display, and its updates carry the same id", async () => {
  const shown = await inFakeKernel(() => {
    const displayed = bundle({ "text/plain": "one" }, { "text/plain": { a: 1 } });
    bundle({ "text/plain": "another" });
    displayed.update({ "text/plain": "two" });
  });
  assert.deepEqual(
    shown.map(({ data, update }) => [data["text/plain"], update]),
    [
      ["one", false],
      ["another", false],
      ["two", true],
    ],
  );
  assert.equal(shown[0].id, shown[2].id);
  assert.notEqual(shown[0].id, shown[1].id);
  assert.deepEqual(shown[0].metadata, { "text/plain": { a: 1 } });
});

test("where only one form can be shown, it is the picture, and updates replace it", async () => {
  const data = { "application/vnd.plotly.v1+json": {}, "text/plain": "words", "image/png": "cGl4ZWxz" };
  const shown = await inFakeKernel(() => bundle(data).update({ "text/markdown": "*done*", "text/plain": "done" }), {
    writer: false,
  });
  assert.deepEqual(
    shown.map(({ data: it, id, update }) => [it, id, update]),
    [
      [{ "image/png": "cGl4ZWxz" }, "display 0", false],
      [{ "text/markdown": "*done*" }, "display 0", true],
    ],
  );
  assert.equal(richest({ "application/json": {} }), "application/json");
});

test("outside a notebook the error says what to do instead", () => {
  assert.equal(inNotebook(), false);
  assert.throws(
    () => bundle({ "text/plain": "" }),
    /show\(\) draws in a notebook cell, and this is none; in a script use saveImage\(\)/,
  );
});
