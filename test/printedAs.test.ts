import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { printedAs } from "../src/printedAs";

test("an object prints as its text and is otherwise what it was", () => {
  const object = { loss: 3 };
  const printed = printedAs(object, () => `a loss of ${object.loss}`);
  assert.equal(printed, object);
  object.loss = 2;
  assert.deepEqual([inspect(printed), String(printed)], ["a loss of 2", "a loss of 2"]);
  assert.deepEqual([JSON.stringify(printed), Object.keys(printed)], ['{"loss":2}', ["loss"]]);
  assert.equal(inspect([printed]), "[ a loss of 2 ]");
});
