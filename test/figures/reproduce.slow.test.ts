// Every figure at its quick settings: the claims hold there, or the table in README says which does not.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { figures } from "../../src/figures/registry";
import { reproduce } from "../../src/figures/reproduce";
import { engine } from "../../src/platform/engine/engine";

before(() => engine());

describe("figures at their quick settings", () => {
  for (const { name } of figures)
    it(name, async () => {
      const made = await reproduce(name, { quick: true });
      assert.deepEqual(made.verdicts.filter(({ holds }) => !holds), [], String(made));
      made.dispose();
    });
});
