// A cell that is run again and again takes no more memory, without a word about dispose.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startKernel } from "../../../src/platform/kernel/startKernel";

const skip = process.platform === "linux" ? false : "a process's memory is read in /proc";

test("the tenth run of a cell that loads a network and transfers is within 10 % of the third", { skip }, async () => {
  const kernel = await startKernel({ cwd: __dirname });
  const megabytes = (): number => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${kernel.pid}/status`, "utf8"))![1]) / 1024;
  try {
    await kernel.execute('import { vgg19Mini, sample, transfer } from "styloscope";');
    const after: number[] = [];
    for (let run = 1; run <= 10; run++) {
      const { status, evalue } = await kernel.execute(`const vgg = await vgg19Mini();
const photo = await sample("valley", { shorter: 64 });
const painting = await sample("mosaic", { shorter: 64 });
const result = await transfer(vgg, photo, painting, { steps: 5 });`);
      assert.equal(status, "ok", evalue);
      await kernel.execute(`console.log(result.loss);`); // as a notebook has it: two cells
      after.push(Math.round(megabytes()));
    }
    const grown = after[9] / after[2] - 1;
    assert.ok(grown < 0.1, `after each run, in MB: ${after.join(", ")}`);
  } finally {
    await kernel.shutdown();
  }
});
