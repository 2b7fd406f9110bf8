// The kernel for every Jupyter of a user: written with absolute paths, removed again, and no other kernel touched.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { after, beforeEach, test } from "node:test";
import { installKernel, removeKernel, userKernels } from "../../../src/platform/kernel/installKernel";
import { readKernelspec } from "../../../src/platform/kernel/kernelspec";
import { startKernel } from "../../../src/platform/kernel/startKernel";

const root = path.resolve(__dirname, "../../..");
const folder = mkdtempSync(path.join(tmpdir(), "with a space-"));
const kernels = path.join(folder, "data", "kernels");
after(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => rmSync(kernels, { recursive: true, force: true }));

test("an installed kernel starts from anywhere, on paths with spaces, and finds its package", async () => {
  const spaced = path.join(folder, "my styloscope");
  symlinkSync(root, spaced, "dir");
  const installed = installKernel(kernels, spaced);
  assert.equal(installed, path.join(kernels, "tslab"));
  const spec = readKernelspec(installed);
  assert.deepEqual(spec.argv, [process.execPath, path.join(spaced, "dist/platform/kernel/launch.js"), "{connection_file}"]);
  assert.equal(spec.interrupt_mode, "signal");
  const kernel = await startKernel({ spec, cwd: folder });
  try {
    let text = "";
    const reply = await kernel.execute('import { noise } from "styloscope";\nconsole.log(typeof noise);', { onOutput: ({ content }) => (text += content.text ?? "") });
    assert.deepEqual([reply.status, text], ["ok", "function\n"]);
  } finally {
    await kernel.shutdown();
  }
});

test("it is installed again over itself and removed, and another kernel of its name stays", () => {
  installKernel(kernels, root);
  assert.equal(installKernel(kernels, root), path.join(kernels, "tslab"));
  assert.deepEqual(removeKernel(kernels), [path.join(kernels, "tslab")]);
  assert.ok(!existsSync(path.join(kernels, "tslab")));
  assert.deepEqual(removeKernel(kernels), []);

  const other = path.join(kernels, "tslab", "kernel.json");
  mkdirSync(path.dirname(other), { recursive: true });
  writeFileSync(other, '{"argv":["tslab"]}');
  assert.equal(installKernel(kernels, root), path.join(kernels, "styloscope"));
  assert.deepEqual(removeKernel(kernels), [path.join(kernels, "styloscope")]);
  assert.equal(readFileSync(other, "utf8"), '{"argv":["tslab"]}');
});

test("a package that is not built is refused", () => {
  assert.throws(() => installKernel(kernels, folder), /launch\.js is not there; run: npm run build/);
  assert.ok(!existsSync(kernels));
});

test("a user's kernels are where Jupyter looks for them", () => {
  const home = homedir();
  assert.equal(userKernels({}, "linux"), path.join(home, ".local/share/jupyter/kernels"));
  assert.equal(userKernels({ XDG_DATA_HOME: "/data" }, "linux"), "/data/jupyter/kernels");
  assert.equal(userKernels({}, "darwin"), path.join(home, "Library/Jupyter/kernels"));
  assert.equal(userKernels({ APPDATA: "/roaming" }, "win32"), "/roaming/jupyter/kernels");
  assert.equal(userKernels({ JUPYTER_DATA_DIR: "/mine", XDG_DATA_HOME: "/data" }, "linux"), "/mine/kernels");
});
