// Figures of papers: made small, with every part; and each claim shown to fail where it is not true.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { figures } from "../../src/figures/registry";
import { reproduce } from "../../src/figures/reproduce";
import { engine } from "../../src/platform/engine/engine";
import { falseOfStarts, oneOfEach, testStarts } from "./starts";

before(() => engine());

describe("a reproduced figure", () => {
  it("has a test of its claims", () => assert.deepEqual(Object.keys(falseOfStarts), figures.map(({ name }) => name)));

  oneOfEach.forEach(testStarts);

  it("refuses a figure and a setting that do not exist, with the nearest", async () => {
    await assert.rejects(reproduce("gatys2016/figure1"), /no figure gatys2016\/figure1; did you mean gatys2016\/figure/);
    await assert.rejects(reproduce("gatys2016/figure1-content", { sise: 3 } as object), /no setting sise in .*did you mean size\?/);
    await assert.rejects(reproduce("gatys2016/figure5", { network: "squeezenet" }), /needs .*squeezenet|squeezenet/);
  });
});
