import assert from "node:assert/strict";
import { inspect } from "node:util";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { check } from "../../src/notebook/check";
import { relativeError } from "../../src/notebook/relativeError";
import { inFakeKernel } from "./fakeKernel";

before(() => tf.setBackend("cpu"));

const gram = (): tf.Tensor2D =>
  tf.tensor2d([
    [1, 2.5, 3],
    [4, 5, 7],
  ]);

test("equal values pass, however they are held", () => {
  assert.equal(check("a number", 3.5, tf.scalar(3.5)).message, "✓ a number: relative error 0 (≤ 1e-5)");
  assert.ok(
    check(
      "rows",
      [
        [1, 2.5, 3],
        [4, 5, 7],
      ],
      gram(),
    ).ok,
  );
  assert.ok(check("a typed array", Float32Array.of(1, 2), [1, 2]).ok);
  assert.ok(check("one number", [2], 2).ok);
});

test("the relative error is max|x − y| / max(1e-8, max(|x| + |y|))", () => {
  // |x − y| = 0, 0.02, 0.1; |x| + |y| = 2, 0.04, 7.9: so 0.1 / 7.9.
  assert.equal(relativeError([1, 0.03, 4], [1, 0.01, 3.9]), (4 - 3.9) / 7.9);
  assert.equal(relativeError([0], [1e-12]), 1e-12 / 1e-8);
  assert.ok(Number.isNaN(relativeError([NaN], [1])));
});

test("the tolerance decides, and both numbers are in the message", () => {
  const [mine, reference] = [
    [1, 2, 3.0001],
    [1, 2, 3],
  ];
  const strict = check("sum", mine, reference);
  assert.equal(strict.ok, false);
  assert.equal(strict.message, "✗ sum: relative error 1.7e-5 (> 1e-5)");
  assert.ok(check("sum", mine, reference, { tolerance: 1e-4 }).ok);
});

const mistakes: [string, any, any, RegExp][] = [
  ["a factor", [1, 2, 3], [2, 4, 6], /yours is 1\/2 × the reference everywhere/],
  ["the number of positions", 4096 * 3.3, 3.3, /yours is 4096 × the reference: is a division by 4096 missing\?$/],
  ["a division by one less", [1.0004, 2.0008], [1, 2], /yours is 1\.0004 × the reference everywhere$/],
  ["an odd factor", [0.3, 0.7], [0.3 / 1.37, 0.7 / 1.37], /yours is 1.37 × the reference everywhere/],
  ["a sign", [1, -2], [-1, 2], /opposite sign/],
  [
    "a transposed matrix",
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 3],
      [2, 4],
    ],
    /the reference transposed/,
  ],
  [
    "a transposed oblong",
    [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    /shapes differ: yours is \[3, 2\].*transposed/,
  ],
  ["an offset", [11, 12, 14], [1, 2, 4], /the reference plus 10 everywhere/],
  ["a missing square", [1, 2, 3], [1, 4, 9], /is a square missing/],
  ["a missing root", [1, 4, 9], [1, 2, 3], /is a square root missing/],
  ["nothing but zero", [0, 0], [1, 2], /0 everywhere/],
  ["another shape", [1, 2, 3], [1, 2], /shapes differ: yours is \[3\], the reference \[2\]$/],
  [
    "flat rows",
    [1, 2, 3, 4, 5, 6],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    /the numbers are the same, so reshape yours/,
  ],
  [
    "NaN",
    [
      [1, 2],
      [NaN, NaN],
    ],
    [
      [1, 2],
      [3, 4],
    ],
    /yours is not finite \(NaN: 2 of 4 values, the first at \[1, 0\]\)/,
  ],
  ["a bad reference", 1, Infinity, /the reference is not finite \(Infinity\)/],
  ["half a list", [1, undefined], [1, 2], /an array with an element that is undefined/],
  ["no await", Promise.resolve(1), 1, /write `await` in front of it/],
  ["a word", "7", 7, /'7', neither a number nor an array nor a tensor/],
  ["ragged rows", [[1], [1, 2]], 1, /rows have different lengths/],
];
for (const [name, mine, reference, message] of mistakes) {
  test(`a mistake is recognized: ${name}`, () => {
    const verdict = check("it", mine, reference);
    assert.equal(verdict.ok, false);
    assert.match(verdict.message, message);
  });
}

test("a mistake that numbers do not tell is named where the check knows what it gives", () => {
  const mistakes = { "the step is not doubled": [3, 5, 8], "the widths are halved": [1, 2] };
  assert.match(check("fields", [3, 5, 8], [3, 5, 10], { mistakes }).message, /; the step is not doubled$/);
  assert.match(check("fields", [1, 2], [3, 5, 10], { mistakes }).message, /^✗ fields: the widths are halved$/);
  assert.match(check("fields", [3, 5], [3, 5, 10], { mistakes }).message, /the shapes differ/);
  assert.equal(check("fields", [3, 5, 8.1], [3, 5, 10], { mistakes }).message.includes("doubled"), false);
});

test("what is simply wrong is not explained away", () => {
  assert.equal(check("it", [1, 2, 3.3], [1, 2.2, 3]).message.includes("yours"), false);
  assert.equal(check("it", 3.1, 3.3).message.includes("yours"), false);
});

test("below a failure stands how the relative error is computed, the same for half and for twice", () => {
  const [half, twice] = [check("it", 1, 2), check("it", 4, 2)];
  assert.ok(Math.abs(half.error - 1 / 3) < 1e-12 && Math.abs(twice.error - 1 / 3) < 1e-12);
  assert.equal(inspect(half), "yours: 1 · reference: 2 · relative error: max|x − y| / max(|x| + |y|)");
  assert.equal(inspect(check("it", [1, 2], [1, 2, 3])), "yours: [2] 1 … 2, mean 1.5 · reference: [3] 1 … 3, mean 2");
});

test("the hint comes only with a failure", () => {
  assert.match(check("it", 1, 2, { hint: "divide by H·W" }).message, /; divide by H·W$/);
  assert.equal(check("it", 2, 2, { hint: "divide by H·W" }).message.includes("divide"), false);
});

test("in a notebook the verdict is shown as Markdown, and printing it says something else", async () => {
  const [shown] = await inFakeKernel(() => {
    const verdict = check("Gram matrix", gram(), gram());
    assert.equal(inspect(verdict), "yours: [2, 3] 1 … 7, mean 3.75 · reference: [2, 3] 1 … 7, mean 3.75");
  });
  assert.deepEqual(shown.data, {
    "application/vnd.styloscope.check+json": { label: "Gram matrix", verdict: "right", relativeError: 0 },
    "text/markdown": "✓ **Gram matrix**: relative error 0 (≤ 1e-5)",
    "text/plain": "✓ Gram matrix: relative error 0 (≤ 1e-5)",
  });
});

test("what is not written yet is neither right nor wrong", () => {
  for (const stub of [undefined, [undefined, [undefined]] as any]) {
    const result = check("Gram matrix", stub, gram(), { hint: "divide by H·W" });
    const { verdict, ok, message } = result;
    assert.deepEqual([verdict, ok], ["not yet", false]);
    assert.equal(inspect(result), "reference: [2, 3] 1 … 7, mean 3.75");
    assert.match(message, /^○ Gram matrix: not yet, there is nothing to check .* let it `return` its value/);
    assert.doesNotMatch(message, /hint|divide/);
  }
  assert.equal(check("it", [], 1).verdict, "wrong");
  assert.equal(check("it", 1, 1).verdict, "right");
});

test("in a notebook the verdict is also data: its label, the verdict and the relative error, null where there is none", async () => {
  const shown = await inFakeKernel(() => {
    check("a", 1, 1);
    check("b", [1, 3], [1, 1]);
    check("c", undefined, 1);
    check("d", NaN, 1);
  });
  assert.deepEqual(shown.map(({ data }) => data["application/vnd.styloscope.check+json"]), [
    { label: "a", verdict: "right", relativeError: 0 }, { label: "b", verdict: "wrong", relativeError: 0.5 },
    { label: "c", verdict: "not yet", relativeError: null }, { label: "d", verdict: "wrong", relativeError: null },
  ]);
});

test("check disposes nothing and makes no tensors", () => {
  const [mine, reference] = [gram(), gram()];
  const before = tf.memory().numTensors;
  check("it", mine, reference);
  assert.equal(tf.memory().numTensors, before);
  mine.dispose();
  assert.match(check("it", mine, reference).message, /a tensor that was disposed/);
});

test("a known mistake is named, before any other explanation; a right value is not", () => {
  const options = { mistakes: { "it is not divided by the positions": [2, 4], "it is a column": [[1], [2]] } };
  assert.equal(check("sums", tf.tensor1d([2, 4]), [1, 2], options).message, "✗ sums: relative error 0.33 (> 1e-5); it is not divided by the positions");
  assert.equal(check("a column", [[1], [2]], [1, 2], options).message, "✗ a column: it is a column");
  assert.match(check("another", [3, 6], [1, 2], options).message, /yours is 3 × the reference everywhere/);
  assert.match(check("nothing", undefined, [1, 2], options).message, /not yet/);
  assert.ok(check("right", [1, 2], [1, 2], { mistakes: { "this is right": [1, 2] } }).ok);
});
