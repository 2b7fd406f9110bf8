// Progress, on a terminal and in a file.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { progressBar, type ProgressBar } from "../../../src/platform/kernel/progressBar";

interface Count {
  done: number;
  note: string;
}

/** A bar on a terminal or in a file, and what it wrote. */
function shown(isTTY: boolean, run: (bar: ProgressBar<Count>) => void): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200, getWindowSize: () => [200, 50] });
  const bar = progressBar<Count>({
    format: "{bar} {value}/{total} {note}",
    position: ({ done, note }) => ({ value: done, total: 4, fields: { note } }),
    line: ({ done, note }) => ({ key: done, text: `${done} of 4: ${note}` }),
  }, stream as unknown as NodeJS.WriteStream);
  run(bar);
  bar.stop();
  return stripVTControlCharacters(String(stream.read() ?? ""));
}

test("in a file there is one line for each key, and a restart repeats it", () => {
  const text = shown(false, (bar) => {
    bar.update({ done: 0, note: "a" });
    bar.update({ done: 0, note: "b" });
    bar.update({ done: 1, note: "c" });
    bar.restart();
    bar.update({ done: 1, note: "d" });
  });
  assert.equal(text, "0 of 4: a\n1 of 4: c\n1 of 4: d\n");
});

test("on a terminal the bar ends in its last state; after a restart another one is drawn below it", () => {
  const text = shown(true, (bar) => {
    bar.update({ done: 2, note: "first" });
    bar.restart();
    bar.update({ done: 1, note: "second" });
    bar.update({ done: 3, note: "third" });
  });
  const [above, below] = text.split("\n");
  assert.match(above, /█{12}░{12} 2\/4 first/);
  assert.match(below, /█{18}░{6} 3\/4 third/);
});

test("a bar that was never updated leaves nothing", () => assert.equal(shown(true, () => {}), ""));
