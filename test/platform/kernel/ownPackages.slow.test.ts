// `import … from "styloscope"` in a folder that knows nothing of the package.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import type { KernelOutput } from "../../../src/platform/kernel/kernel";
import { startKernel } from "../../../src/platform/kernel/startKernel";

const folder = mkdtempSync(path.join(tmpdir(), "far away-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function cells(cwd: string, ...sources: string[]): Promise<string> {
  const kernel = await startKernel({ cwd });
  let text = "";
  const onOutput = ({ content }: KernelOutput): void => void (text += content.text ?? content.evalue ?? "");
  try {
    for (const source of sources) await kernel.execute(source, { onOutput });
    return text;
  } finally {
    await kernel.shutdown();
  }
}

test("a cell in any folder imports styloscope and TensorFlow.js, with types, and other names are not found as ever", async () => {
  const text = await cells(folder,
    'import { noise, tf } from "styloscope";\nimport * as own from "@tensorflow/tfjs";\nconsole.log(typeof noise, own.Tensor === tf.Tensor);',
    'noise("four");', // a type error only if the types are there
    'import { nothing } from "styloscopes";');
  assert.match(text, /^function true\n/);
  assert.match(text, /'string' is not assignable to parameter of type/);
  assert.match(text, /Cannot find module 'styloscopes'/);
});

test("a plot in a notebook of any folder is shown in all of its forms", async () => {
  const kernel = await startKernel({ cwd: folder });
  const shown: string[][] = [];
  try {
    await kernel.execute('import { lines, show } from "styloscope";\nawait show(lines({ a: [1, 2, 3] }));',
      { onOutput: ({ type, content }) => void (type === "display_data" && shown.push(Object.keys(content.data).sort())) });
  } finally {
    await kernel.shutdown();
  }
  assert.deepEqual(shown, [["application/vnd.plotly.v1+json", "image/png", "text/plain"]]);
});

test("a package of that name in the notebook's folder or above it comes first", async () => {
  const local = path.join(folder, "local");
  const inside = path.join(local, "node_modules", "styloscope");
  mkdirSync(inside, { recursive: true });
  mkdirSync(path.join(local, "deep"));
  writeFileSync(path.join(inside, "package.json"), '{"name":"styloscope","version":"0.0.1","main":"index.js","types":"index.d.ts"}');
  writeFileSync(path.join(inside, "index.js"), 'exports.mine = "local";');
  writeFileSync(path.join(inside, "index.d.ts"), "export declare const mine: string;");
  assert.equal(await cells(path.join(local, "deep"), 'import { mine } from "styloscope";\nconsole.log(mine);'), "local\n");
});
