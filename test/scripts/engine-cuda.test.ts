// Fetching the CUDA provider, with a pip and an ONNX Runtime that only act: what goes where, never half, and every way it can fail.
import assert from "node:assert/strict";
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { fetchCuda, removeCuda } from "../../scripts/engine-cuda";
import { cudaProvider } from "../../src/platform/engine/cuda";

const place = mkdtempSync(path.join(tmpdir(), "engine-cuda-"));
const [folder, runtime, log] = ["made", "runtime", "calls"].map((name) => path.join(place, name));
after(() => rmSync(place, { recursive: true, force: true }));

/** A pip that makes the wheel's files; `half`: one of them is not in the wheel. */
function pip({ exit = 0, half = false } = {}): string {
  const file = path.join(place, "python");
  writeFileSync(file, `#!/bin/sh
echo "$@" >> "${log}"; cat "$(eval echo \\\${$#})" >> "${log}"
mkdir -p "$5/onnxruntime/capi"; echo shared > "$5/onnxruntime/capi/${cudaProvider[0]}"
${half ? "" : `echo cuda > "$5/onnxruntime/capi/${cudaProvider[1]}"`}
echo "pip's words" >&2; exit ${exit}
`);
  chmodSync(file, 0o755);
  return file;
}

/** An ONNX Runtime in plain JavaScript, which looks for the providers beside itself and adds up to \`sum\`. */
function makeRuntime(sum = 2): void {
  rmSync(runtime, { recursive: true, force: true });
  mkdirSync(runtime);
  writeFileSync(path.join(runtime, "libonnxruntime.so.1"), "library");
  writeFileSync(path.join(runtime, "onnxruntime_binding.node.js"), `const fs = require("fs");
    exports.initOrtOnce = () => {};
    exports.InferenceSession = class {
      loadModel(buffer, offset, length, { executionProviders }) {
        for (const file of ${JSON.stringify(cudaProvider)}) fs.readFileSync(__dirname + "/" + file);
        if (executionProviders.join() !== "cuda" || length < 20) throw new Error("not as agreed");
      }
      run({ x }) { return { y: { data: [x.data[0] + ${sum - 1}] } }; }
    };`);
}

beforeEach(() => {
  for (const at of [folder, log]) rmSync(at, { recursive: true, force: true });
  makeRuntime();
});

const fetchIt = (options: Parameters<typeof pip>[0] = {}, more: Parameters<typeof fetchCuda>[0] = {}): void =>
  fetchCuda({ folder, runtime, version: "1.30.0", python: () => pip(options), missing: () => undefined, show: false, ...more });
const calls = (): string => (existsSync(log) ? readFileSync(log, "utf8") : "");
const isLinked = (): boolean => cudaProvider.every((file) => existsSync(path.join(runtime, file)) && lstatSync(path.join(runtime, file)).isSymbolicLink());
const nothingLeft = (): void => {
  assert.deepEqual(readdirSync(place).filter((name) => name.startsWith("made")), []);
  assert.deepEqual(readdirSync(runtime).sort(), ["libonnxruntime.so.1", "onnxruntime_binding.node.js"]);
};

describe("fetching the CUDA provider", () => {
  it("fetches the wheel of that version by its checksum, and links its two files beside ONNX Runtime's library", () => {
    fetchIt();
    assert.deepEqual(readdirSync(folder).sort(), [...cudaProvider, "version"].sort());
    assert.ok(isLinked());
    assert.equal(readFileSync(path.join(runtime, cudaProvider[1]), "utf8"), "cuda\n");
    assert.match(calls(), /pip install --target \S+\.part\/wheel --no-deps --only-binary=:all: --python-version 3\.12 --platform manylinux_2_28_x86_64 --require-hashes/);
    assert.match(calls(), /\nonnxruntime-gpu==1\.30\.0 --hash=sha256:[0-9a-f]{64}\n$/);
    assert.ok(!existsSync(`${folder}.part`));
  });

  it("a second time it fetches nothing, and brings back links that `npm ci` has removed", () => {
    fetchIt();
    const before = calls();
    makeRuntime();
    fetchIt();
    assert.equal(calls(), before);
    assert.ok(isLinked());
  });

  it("what is there and does not work any more is fetched anew", () => {
    fetchIt();
    rmSync(path.join(folder, cudaProvider[0]));
    fetchIt();
    assert.equal(calls().match(/pip install/g)!.length, 2);
    assert.ok(existsSync(path.join(runtime, cudaProvider[0])));
  });

  for (const [what, options, message] of [
    ["no Python package index", { exit: 1 }, /onnxruntime-gpu==1\.30\.0 failed:\npip's words\n[^]*PIP_INDEX_URL[^]*PIP_FIND_LINKS/],
    ["a package without the provider", { half: true }, /has no libonnxruntime_providers_cuda\.so$/],
  ] as const)
    it(`${what}: its words, the remedy, and nothing left`, () => {
      assert.throws(() => fetchIt(options), message);
      nothingLeft();
    });

  it("a provider that does not compute: its words, the remedy, and nothing left", () => {
    makeRuntime(3);
    assert.throws(() => fetchIt(), /trying it failed:[^]*1 \+ 1 is not 2[^]*nvidia-smi/);
    nothingLeft();
  });

  it("where it fails, what was there before stays", () => {
    fetchIt();
    writeFileSync(path.join(folder, "version"), "of another");
    assert.throws(() => fetchIt({ exit: 1 }), /pip's words/);
    assert.ok(isLinked() && existsSync(path.join(folder, cudaProvider[1])));
  });

  it("missing libraries and an unknown version are refused before anything is fetched", () => {
    assert.throws(() => fetchIt({}, { missing: () => "libcudnn.so.9 not found" }), /not complete: libcudnn\.so\.9 not found\. Then try again/);
    assert.throws(() => fetchIt({}, { version: "1.2.3" }), /no CUDA provider is known for onnxruntime-node 1\.2\.3; there is one for [\d.]+/);
    assert.equal(calls(), "");
    nothingLeft();
  });

  it("knows the version that is installed", () => {
    assert.throws(() => fetchCuda({ folder, runtime, missing: () => "stop here", show: false }), /stop here/);
  });

  it("is removed without a trace, and a file that is no link of it stays", () => {
    fetchIt();
    removeCuda({ folder, runtime });
    nothingLeft();
    writeFileSync(path.join(runtime, cudaProvider[0]), "of another");
    removeCuda({ folder, runtime });
    assert.ok(existsSync(path.join(runtime, cudaProvider[0])));
  });
});
