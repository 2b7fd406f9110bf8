// The committed notebooks in a kernel that is not ours: tslab as it comes from npm. `npm test -- slow` runs this.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { it } from "node:test";
import { startKernel } from "../../src/kernel/client";
import { cellsOf, code, files, folder, small, text } from "./committed";

const tslab = require.resolve("tslab/bin/tslab");

for (const file of files)
  it(`${file} runs in an unmodified tslab kernel`, async () => {
    const kernel = await startKernel({
      spec: { argv: [process.execPath, tslab, "kernel", "--config-path", "{connection_file}"] }, cwd: folder,
    } as Parameters<typeof startKernel>[0]);
    try {
      for (const { source } of code(cellsOf(JSON.parse(readFileSync(path.join(folder, file), "utf8"))))) {
        const lines = text(source).replace(/^const (network|size|steps|length)(.*?) = .*$/gm, (line, name, type) => {
          const value = small[file]?.[name];
          return value ? `const ${name}${type} = ${name === "network" ? JSON.stringify(value) : value};` : line;
        });
        let heard = "";
        const { status } = await kernel.execute(lines, { onOutput: ({ content }) => void (heard += text(content.text)) });
        assert.equal(status, "ok", `${text(source)}\n${heard}`);
      }
    } finally {
      await kernel.shutdown();
    }
  });
