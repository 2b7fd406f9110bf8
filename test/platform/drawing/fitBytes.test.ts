import assert from "node:assert/strict";
import { test } from "node:test";
import { fitBytes } from "../../../src/platform/drawing/fitBytes";

const zeros = async (length: number): Promise<Buffer> => Buffer.alloc(length);

test("the first rung that fits is taken, and none after it is rendered", async () => {
  const rendered: number[] = [];
  const render = (length: number): Promise<Buffer> => (rendered.push(length), zeros(length));
  const found = await fitBytes(render, [30, 20, 10, 5], 10);
  assert.equal(found!.rung, 10);
  assert.equal(found!.drawn.length, 10);
  assert.deepEqual(rendered, [30, 20, 10]);
});

test("where none fits there is none", async () => assert.equal(await fitBytes(zeros, [3, 2], 1), undefined));

test("a ladder that is a generator is told how large the last one was, and what is no Buffer has its own size", async () => {
  function* halves(): Generator<number, void, number> {
    let bytes = yield 100;
    for (;;) bytes = yield bytes / 2;
  }
  assert.equal((await fitBytes(zeros, halves(), 30))!.rung, 25);
  assert.equal((await fitBytes(async (n: number) => ({ n }), [9, 4], 5, ({ n }) => n))!.rung, 4);
});
