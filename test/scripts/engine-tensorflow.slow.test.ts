// The build of the tensorflow engine, with programs that only act: what goes where, never half, and every way it can fail.
import assert from "node:assert/strict";
import {
  chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { buildTensorflow } from "../../scripts/engine-tensorflow";
import { arrange } from "../../scripts/tensorflow/layout";
import { lockedPart, type Lockfile } from "../../scripts/tensorflow/lockedPart";
import { findTools, headersIn, type Tools } from "../../scripts/tensorflow/tools";
import { packageIn } from "../../src/platform/engine/tensorflow";

const place = mkdtempSync(path.join(tmpdir(), "engine-tensorflow-"));
const folder = path.join(place, "made");
const log = path.join(place, "calls");
after(() => rmSync(place, { recursive: true, force: true }));
beforeEach(() => [folder, log].forEach((there) => rmSync(there, { recursive: true, force: true })));

function program(name: string, text: string): string {
  const file = path.join(place, name);
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

/** Tools that only act: an npm that makes a package, a pip that makes the wheel's files, a node-gyp that looks at them. */
function fakeTools({ npm = 0, pip = 0, gyp = 0, sum = 2, headers = true } = {}): Tools {
  const index = `exports.add = () => ({ dataSync: () => [${sum}] }); exports.backend = () => ({ isUsingGpuDevice: false });`;
  return {
    headers: headers ? "/headers" : undefined,
    npm: program("npm.js", `const fs = require("fs"), at = process.argv[process.argv.indexOf("--prefix") + 1];
      fs.appendFileSync(${JSON.stringify(log)}, "npm\\n");
      const addon = at + "/node_modules/@tensorflow/tfjs-node-gpu";
      fs.mkdirSync(addon, { recursive: true }); fs.writeFileSync(addon + "/index.js", ${JSON.stringify(index)});
      console.error("npm's words"); process.exit(${npm});`),
    nodeGyp: program("gyp.js", `const fs = require("fs"), at = process.argv[process.argv.indexOf("-C") + 1];
      fs.appendFileSync(${JSON.stringify(log)}, "gyp " + process.argv.slice(2).join(" ") + "\\n");
      fs.readFileSync(at + "/deps/lib/libtensorflow.so"); fs.readFileSync(at + "/deps/lib/libtensorflow_framework.so");
      fs.readFileSync(at + "/deps/include/c_api.h"); fs.mkdirSync(at + "/build");
      console.error("the compiler's words"); process.exit(${gyp});`),
    python: program("python", `#!/bin/sh
echo "$@" >> "${log}"
mkdir -p "$5/tensorflow/include" "$5/nvidia/cublas"
echo cc > "$5/tensorflow/libtensorflow_cc.so.2"; echo framework > "$5/tensorflow/libtensorflow_framework.so.2"
echo api > "$5/tensorflow/include/c_api.h"; echo blas > "$5/nvidia/cublas/libcublas.so"
echo "pip's words" >&2; exit ${pip}
`),
  };
}
const build = (options?: Parameters<typeof fakeTools>[0], cuda = false): string =>
  buildTensorflow({ cuda, folder, show: false, tools: () => fakeTools(options) });
const calls = (): string[] => existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
const nothingLeft = (): void => assert.deepEqual(readdirSync(place).filter((name) => name.startsWith("made")), []);

describe("building the tensorflow engine", () => {
  it("fetches, puts everything where the addon looks for it, compiles, and clears what only the compiler needed", () => {
    assert.equal(build(), "cpu");
    const at = packageIn(folder);
    assert.deepEqual(readdirSync(path.join(at, "deps"), { recursive: true }).sort(), ["lib", "lib/libtensorflow.so",
      "lib/libtensorflow_cc.so.2", "lib/libtensorflow_framework.so", "lib/libtensorflow_framework.so.2"]);
    assert.equal(readFileSync(path.join(at, "deps/lib/libtensorflow.so"), "utf8"), "cc\n");
    assert.ok(lstatSync(path.join(at, "deps/lib/libtensorflow.so")).isSymbolicLink());
    assert.ok(!existsSync(path.join(folder, "wheels")) && !existsSync(path.join(at, "build")));
    assert.ok(!existsSync(`${folder}.part`));
    const [, pip, gyp] = calls();
    assert.match(pip, /--no-deps tensorflow-cpu==[\d.]+$/);
    assert.match(gyp, /--nodedir \/headers --module_name=tfjs_binding --module_path=\S+\/lib\/napi-v8 --napi_build_version=8$/);
  });

  it("a second time fetches nothing; for a GPU it is built anew, with NVIDIA's libraries beside TensorFlow's", () => {
    build();
    build();
    assert.equal(calls().length, 3);
    build({}, true);
    assert.match(calls()[4], /tensorflow\[and-cuda\]==[\d.]+$/);
    assert.doesNotMatch(calls()[4], /--no-deps/);
    assert.ok(existsSync(path.join(packageIn(folder), "deps/nvidia/cublas/libcublas.so")));
  });

  it("what is there and does not work any more is built anew", () => {
    build();
    rmSync(path.join(packageIn(folder), "index.js"));
    assert.equal(build(), "cpu");
    assert.equal(calls().length, 6);
  });

  it("what a run that was cut off has left is not taken for whole", () => {
    mkdirSync(`${folder}.part/wheels`, { recursive: true });
    writeFileSync(`${folder}.part/stale`, "");
    build();
    assert.ok(!existsSync(path.join(folder, "stale")));
  });

  for (const [what, options, message] of [
    ["no npm registry", { npm: 1 }, /addon's source failed:\nnpm's words\n[^]*connect to the network, and try again/],
    ["no Python package index", { pip: 1 }, /tensorflow-cpu[^]*failed:\npip's words\n[^]*PIP_INDEX_URL[^]*PIP_FIND_LINKS/],
    ["code that does not compile", { gyp: 1 }, /compiling the addon failed:\nthe compiler's words\n[^]*C\+\+17/],
    ["no headers of Node", { gyp: 1, headers: false }, /compiling[^]*npm_config_nodedir[^]*node_api\.h[^]*libnode-dev/],
    ["a library that does not compute", { sum: 3 }, /trying it failed:[^]*1 \+ 1 is not 2/],
  ] as const)
    it(`${what}: its words, the remedy, and nothing left`, () => {
      assert.throws(() => build(options), message);
      nothingLeft();
    });

  it("a path with a space, where node-gyp cannot build, is refused before anything is fetched", () => {
    assert.throws(() => buildTensorflow({ cuda: false, folder: `${folder} 2`, show: false, tools: () => fakeTools() }),
      /cannot build in .*made 2: move the project/);
    assert.deepEqual(calls(), []);
  });

  it("where it fails, what was there before stays", () => {
    build();
    assert.throws(() => build({ gyp: 1 }, true), /compiling/);
    assert.equal(build(), "cpu");
    assert.equal(calls().filter((call) => call === "npm").length, 2);
  });

  it("a Python package without the library is named, with what it lacks", () => {
    mkdirSync(path.join(place, "empty/tensorflow/include"), { recursive: true });
    assert.throws(() => arrange(path.join(place, "empty"), path.join(place, "addon"), true),
      /no tensorflow\/libtensorflow_cc\.so\.2, no tensorflow\/libtensorflow_framework\.so\.2, no nvidia/);
  });
});

describe("the tools it takes", () => {
  const environment = { npm_execpath: "/npm", npm_config_node_gyp: "/gyp", CXX: process.execPath };
  const nowhere = path.join(place, "nowhere");
  const make = "make is not here";
  const skip = (process.env.PATH ?? "").split(path.delimiter).some((at) => existsSync(path.join(at, "make"))) ? false : make;

  it("without npm it says how to start it", () => {
    assert.throws(() => findTools({}), /start it with `npm run engine:tensorflow`/);
  });

  it("without a compiler, or without Python and pip, it says what to install", { skip }, () => {
    assert.throws(() => findTools({ ...environment, CXX: nowhere }), /nowhere does not run[^]*apt install g\+\+ make/);
    assert.throws(() => findTools(environment, [nowhere]), /no Python with pip was found \(tried .*nowhere\)[^]*python3-pip/);
  });

  it("takes the first Python that has pip, and the first folder with Node's headers", { skip }, () => {
    const python = program("with-pip", "#!/bin/sh\n[ \"$*\" = '-m pip --version' ]\n");
    assert.equal(findTools(environment, [nowhere, python, process.execPath]).python, python);
    mkdirSync(path.join(place, "b/include/node"), { recursive: true });
    mkdirSync(path.join(place, "a/include/node"), { recursive: true });
    writeFileSync(path.join(place, "b/include/node/node_api.h"), "");
    assert.equal(headersIn([undefined, path.join(place, "a"), path.join(place, "b")]), path.join(place, "b"));
    assert.equal(headersIn([nowhere]), undefined);
  });
});

describe("the part of a lockfile that one package needs", () => {
  const lock: Lockfile = { lockfileVersion: 3, packages: {
    "": {}, "node_modules/other": {}, "node_modules/shared": { dependencies: { deep: "1" } }, "node_modules/deep": {},
    "node_modules/big": { dependencies: { huge: "1" } }, "node_modules/huge": {},
    "node_modules/@a/it": { version: "4.2.0", optional: true, dependencies: { big: "1", mine: "1", shared: "1" } } as object,
    "node_modules/@a/it/node_modules/mine": { dependencies: { shared: "2", "@a/it": "4" } },
    "node_modules/@a/it/node_modules/mine/node_modules/shared": {},
  } };

  it("has every package that Node would find, where it was, and nothing else", () => {
    const { packages } = lockedPart(lock, "@a/it", "big");
    assert.deepEqual(Object.keys(packages).sort(), ["", "node_modules/@a/it", "node_modules/@a/it/node_modules/mine",
      "node_modules/@a/it/node_modules/mine/node_modules/shared", "node_modules/deep", "node_modules/shared"]);
    assert.deepEqual(packages[""], { dependencies: { "@a/it": "4.2.0" } });
    assert.deepEqual(packages["node_modules/@a/it"], { version: "4.2.0", dependencies: { mine: "1", shared: "1" } });
  });

  it("is refused for a package that the lockfile has not", () => {
    assert.throws(() => lockedPart(lock, "it", "big"), /package-lock\.json has no it/);
  });

  it("of this project has no second TensorFlow.js, and a checksum for everything", () => {
    const ours = JSON.parse(readFileSync(path.resolve(__dirname, "../../package-lock.json"), "utf8")) as Lockfile;
    const { packages } = lockedPart(ours, "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs");
    const { "": _, ...needed } = packages;
    assert.deepEqual(Object.keys(needed).filter((at) => at.includes("@tensorflow")), ["node_modules/@tensorflow/tfjs-node-gpu"]);
    for (const [at, entry] of Object.entries(needed)) assert.ok("integrity" in entry, at);
  });
});
