// The package in someone else's folder: `npm pack`, `npm install`, and a cell in its kernel. Needs npm's registry.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { readKernelspec } from "../../src/platform/kernel/kernelspec";
import { startKernel } from "../../src/platform/kernel/startKernel";

const root = path.resolve(__dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "some one else-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("npm pack and an install elsewhere: it is required, its kernel is installed, and a cell of another folder runs", async () => {
  const app = path.join(folder, "app");
  mkdirSync(app);
  writeFileSync(path.join(app, "package.json"), '{"name":"app","private":true}');
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip", JUPYTER_DATA_DIR: path.join(folder, "data"), NODE_PATH: undefined };
  const npm = (cwd: string, ...words: string[]): string => execFileSync("npm", words, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const tarball = npm(root, "pack", "--silent", "--ignore-scripts", "--pack-destination", folder).trim(); // dist/ is built: test.ts
  npm(app, "install", "--no-audit", "--no-fund", path.join(folder, tarball));

  const use = 'const s = require("styloscope"); s.sample("valley", { shorter: 32 }).then((image) => s.vgg19Mini().then((v) => console.log(image.shape[0], v.name)))';
  assert.match(execFileSync(process.execPath, ["-e", use], { cwd: app, env, encoding: "utf8" }), /32 vgg19-mini/);
  npm(app, "exec", "--no", "--", "styloscope-kernel");

  const spec = readKernelspec(path.join(folder, "data", "kernels", "tslab"));
  const kernel = await startKernel({ spec, cwd: folder });
  try {
    let text = "";
    const reply = await kernel.execute('import { noise } from "styloscope";\nconsole.log(typeof noise);', { onOutput: ({ content }) => (text += content.text ?? "") });
    assert.deepEqual([reply.status, text], ["ok", "function\n"]);
  } finally {
    await kernel.shutdown();
  }
});
