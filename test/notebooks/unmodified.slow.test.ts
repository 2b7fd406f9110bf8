// The committed notebooks in a kernel that is not ours: tslab as it comes from npm. `npm test -- slow` runs this.
import * as path from "node:path";
import { it } from "node:test";
import { readKernelspec } from "../../src/platform/kernel/kernelspec";
import { runNotebook } from "../../src/platform/kernel/runNotebook";
import { startKernel } from "../../src/platform/kernel/startKernel";
import { files, folder, small } from "./committed";

const tslab = require.resolve("tslab/bin/tslab");

for (const file of files)
  it(`${file} runs in an unmodified tslab kernel`, async () => {
    const kernel = await startKernel({
      spec: { ...readKernelspec(), argv: [process.execPath, tslab, "kernel", "--config-path", "{connection_file}"] }, cwd: folder,
    });
    try {
      await runNotebook(path.join(folder, file), { set: small[file], kernel }); // rejects at the first cell that fails
    } finally {
      await kernel.shutdown();
    }
  });
