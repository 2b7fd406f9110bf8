// The last expression of a cell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ran, run, runAndStop } from "./cells";

test("the cells before", async () => {
  const { reply } = await run(`import { best, check, content, lines, minimize, noise, objective, randomVgg, show, tf } from "styloscope";
const network = await randomVgg({ width: 1 / 16 });
const image = noise([32, 48], { seed: 1 });
const goal = objective(network, [content(image, { layers: ["relu1_1"] })]);`);
  assert.equal(reply.status, "ok", reply.evalue);
});

const types = ({ outputs }: Ran): string[] => outputs.map(({ type, content }) =>
  type === "stream" ? `text ${content.text.trim()}` : Object.keys(content.data ?? {}).filter((key) => key !== "text/plain").sort().join(" "));

/** A cell, and its outputs: MIME types, or the text. */
const shown: Record<string, (string | RegExp)[]> = {
  "image": ["image/png"],
  "image;": ["image/png"],
  "({ image, again: image })": ["image/png"],
  "[image, image]": ["image/png"],
  "Promise.resolve(image)": ["image/png"],
  "lines({ a: [1, 2, 3] })": ["application/vnd.plotly.v1+json image/png"],
  "await best(minimize(goal, { start: image, steps: 1 }))": ["image/png", "text/markdown"],
  "show(image)": ["image/png"],
  "show(image); show(image)": ["image/png", "image/png"],
  "show(image); 5": ["image/png", "text 5"],
  "show(image); const nothing = 1;": ["image/png"],
  "await show(image)": ["image/png"],
  "network": [/^text .*convolutions$/],
  "goal": [/^text content/],
  'check("two", 2, 2)': ["application/vnd.styloscope.check+json text/markdown", /^text yours/],
  "minimize(goal, { start: image })": [/^text nothing has run yet.*for await/],
  "Promise.resolve(6 * 7)": ["text 42"],
  "(async () => 'late')()": ["text late"],
  "Promise.resolve()": [],
  "(async () => {})()": [],
  "undefined": [],
  "null": [],
  "0": ["text 0"],
  "[1, 2]": ["text [ 1, 2 ]"],
  "tf.tensor1d([1, 2])": [/^text tensor \[2\] of float32\nTensor\n {4}\[1, 2\]/],
  "const dead = tf.zeros([2, 2, 3]); dead.dispose(); dead": ["text tensor [2, 2, 3] of float32, disposed"],
  "tf.fill([2, 2, 3], NaN)": [""],
  "const x = 1;": [],
};

for (const [code, expected] of Object.entries(shown))
  test(`${code} shows ${expected.join(", ") || "nothing"}`, async () => {
    const ran = await run(code);
    assert.equal(ran.reply.status, "ok", ran.reply.evalue);
    const found = types(ran);
    assert.equal(found.length, expected.length, found.join("\n"));
    found.forEach((text, i) => {
      const wanted = expected[i];
      if (typeof wanted === "string") assert.equal(text, wanted);
      else assert.match(text, wanted);
    });
  });

test("a promise as the last expression that fails is a failure of the cell, with its line", async () => {
  const { reply, errors, text } = await run(`const wait = () => new Promise((r) => setTimeout(r, 20));
(async () => { await wait(); throw new Error("late"); })()`);
  assert.deepEqual([reply.status, reply.evalue, text], ["error", "late", ""]);
  assert.match(errors[0], /line 2/);
});

test("a promise as the last expression that never ends is ended by stop", async () => {
  const ran = await runAndStop(`console.log("on");
new Promise(() => {})`);
  assert.equal(ran.reply.ename, "Interrupted");
  assert.ok(ran.ms < 1000, `took ${ran.ms} ms`);
});
