// The client, with several kernels, and what happens when one dies.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { kernelCommand, readKernelspec } from "../../../src/platform/kernel/kernelspec";
import { startKernel } from "../../../src/platform/kernel/startKernel";

const root = path.resolve(__dirname, "../../..");

test("the committed kernelspec starts dist/platform/kernel/launch.js with this Node", () => {
  const [program, script, file] = kernelCommand(readKernelspec(), "C");
  assert.equal(program, process.execPath);
  assert.equal(path.resolve(script), path.join(root, "dist/platform/kernel/launch.js"));
  assert.ok(existsSync(script), "run npm run build");
  assert.equal(file, "C");
});

test("an unmodified tslab kernel runs a cell", async () => {
  const tslab = path.join(root, "node_modules/tslab/bin/tslab");
  const spec = { ...readKernelspec(), argv: ["node", tslab, "kernel", "--config-path", "{connection_file}"] };
  const kernel = await startKernel({ spec, cwd: __dirname });
  try {
    let text = "";
    const reply = await kernel.execute("const x: number = 6;\nx * 7", {
      onOutput: ({ content }) => (text += content.text ?? ""),
    });
    assert.deepEqual([reply.status, text], ["ok", "42\n"]);
  } finally {
    await kernel.shutdown({ patience: 500 });
  }
});

test("a kernel that dies in a cell rejects the cell with how it died", async () => {
  const kernel = await startKernel({ cwd: __dirname });
  const dies = kernel.execute("process.exit(3)");
  await assert.rejects(dies, /the kernel "TypeScript \(styloscope\)" ended \(exit code 3\)/);
  await assert.rejects(kernel.execute("1"), /ended/);
  await kernel.shutdown();
});

test("a kernel that cannot start: the error has its last output", async () => {
  const spec = { ...readKernelspec(), argv: ["node", path.join(__dirname, "no-such-kernel.js")] };
  await assert.rejects(startKernel({ spec }), /ended \(exit code 1\); its last output:\n[^]*no-such-kernel/);
});

test("a kernel that does not answer is given up, and another is started", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "client-test-"));
  const mark = path.join(folder, "tried");
  const [, launch] = kernelCommand(readKernelspec(), "");
  const once = `const fs = require("node:fs"); if (fs.existsSync(${JSON.stringify(mark)}))
    require(${JSON.stringify(launch)}).launch(process.argv[1]); else { fs.writeFileSync(${JSON.stringify(mark)}, "");
    setInterval(() => {}, 1000); }`;
  const spec = { ...readKernelspec(), argv: ["node", "-e", once, "{connection_file}"] };
  const kernel = await startKernel({ spec, cwd: __dirname, patience: 36_000 });
  try {
    assert.equal((await kernel.execute("1")).status, "ok");
  } finally {
    await kernel.shutdown();
    rmSync(folder, { recursive: true });
  }
});

test("a running cell does not keep a kernel from shutting down, and the client rejects it", async () => {
  const kernel = await startKernel({ cwd: __dirname });
  const endless = kernel.execute("await new Promise((r) => setTimeout(r, 60_000));");
  const cell = assert.rejects(endless, /ended \(exit code 0\)/);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await kernel.shutdown({ patience: 10_000 });   // exit code 0: it ended by itself and was not killed
  await cell;
});

test("an interrupt sent as a message stops a cell as the signal does", async () => {
  const kernel = await startKernel({ spec: { ...readKernelspec(), interrupt_mode: "message" }, cwd: __dirname });
  try {
    const cell = kernel.execute("await new Promise((r) => setTimeout(r, 60_000));");
    await new Promise((resolve) => setTimeout(resolve, 200));
    kernel.interrupt();
    assert.equal((await cell).ename, "Interrupted");
  } finally {
    await kernel.shutdown();
  }
});

test("a kernel whose starter was killed ends by itself", async () => {
  const script = `require("./src/platform/kernel/startKernel").startKernel().then((k) => console.log(k.pid))`;
  const temporary = mkdtempSync(path.join(tmpdir(), "client-test-"));
  const env = { ...process.env, TMPDIR: temporary };
  const starter = spawn(process.execPath, ["--require", "ts-node/register", "-e", script], { cwd: root, env });
  const pid = await new Promise<number>((resolve) => starter.stdout.once("data", (data) => resolve(Number(data))));
  assert.ok(isAlive(pid));
  starter.kill("SIGKILL");
  const until = Date.now() + 10_000;
  while (isAlive(pid) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
  rmSync(temporary, { recursive: true });
  assert.ok(!isAlive(pid), `kernel ${pid} is still there`);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
