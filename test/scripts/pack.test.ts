// What `npm pack` packs: what an install elsewhere needs, and nothing of others.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

const root = path.resolve(__dirname, "../..");
const read = (file: string): Record<string, any> => JSON.parse(readFileSync(path.join(root, file), "utf8"));

test("the package has its kernel, images, page and small networks, and no tests, sources, downloads or fetched weights", () => {
  const [{ files, size }] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const paths: string[] = files.map((file: { path: string }) => file.path);
  const { main, types, bin, exports } = read("package.json");
  for (const needed of [main, types, bin["styloscope-kernel"], exports["."].types, exports["."].default, "dist/platform/kernel/launch.js",
    "src/platform/kernel/jupyter/kernels/tslab/kernel.json", "src/platform/page/page.css", "src/platform/page/drawPlots.js",
    "notebooks/images/valley.jpg", "weights/vgg19-half.safetensors", "weights/vgg19-mini.safetensors", "weights/adain-decoder.safetensors",
    "weights/johnson-styles.safetensors", "README.md", "LICENSE"])
    assert.ok(paths.includes(path.posix.normalize(needed)), needed);
  assert.deepEqual(paths.filter((file) => /^(test|scripts|out|node_modules)\/|\.(h5|part|tmp)$|classic|(?<!\.d)\.ts$|\.built$/.test(file)), []);
  assert.ok(size < 20e6, `${size} bytes`); // 8 MB of it are the networks, 10 MB sixteen notebooks with their pictures
});

test("nobody else's install gets the package as a dependency of itself, nor what stands in for a dependency", () => {
  const { dependencies } = read("package.json");
  assert.deepEqual(Object.entries(dependencies).filter(([, version]) => !/^\d/.test(version as string)), []);
});

test("no setting is left in .npmrc that npm warns of, and ONNX Runtime's install script has nothing to download with", () => {
  assert.doesNotMatch(readFileSync(path.join(root, ".npmrc"), "utf8"), /onnxruntime/);
  const script = path.join(root, "node_modules/onnxruntime-node/script/install.js");
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: undefined, npm_config_onnxruntime_node_install: undefined, npm_package_json: undefined };
  assert.equal(execFileSync(process.execPath, [script], { env, encoding: "utf8", timeout: 10_000 }), "");
});
