// Figures of papers: each is made at its quick settings, its claim tested, and the test of the claim shown to fail where it is not true.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { figures } from "../../src/figures/registry";
import { reproduce } from "../../src/figures/reproduce";
import { engine } from "../../src/platform/engine/engine";
import { leaksNothing } from "../compare";

describe("a reproduced figure", () => {
  before(() => engine());

  for (const { name, settings } of figures)
    it(`${name}: the claim holds at the quick settings, and nothing is left behind`, () => leaksNothing(async () => {
      const told: string[] = [];
      const made = await reproduce(name, { quick: true, each: (progress) => told.push(progress) });
      assert.ok(made.holds, String(made));
      assert.match(String(made), /the claim holds\.$/);
      assert.ok(told.length > 10 && made.rows.flat().length > 2);
      assert.deepEqual(Object.keys((made.toJSON() as { settings: object }).settings), Object.keys(settings));
      made.dispose();
    }));

  it("says that a claim does not hold where it does not: without a step, all layers are equally bad", async () => {
    const made = await reproduce("gatys2016/figure1-content", { quick: true, size: 32, steps: 0 });
    assert.equal(made.value, 0);
    assert.ok(!made.holds && /the claim does not hold/.test(String(made)));
    made.dispose();
  });

  it("refuses a figure and a setting that do not exist, with the nearest", async () => {
    await assert.rejects(reproduce("gatys2016/figure1"), /no figure gatys2016\/figure1; did you mean gatys2016\/figure1-content\?/);
    await assert.rejects(reproduce("gatys2016/figure1-content", { sise: 3 } as object), /no setting sise in .*did you mean size\?/);
  });
});
