// JupyterLab's environment: installed once, never half, and every failure says what to do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, beforeEach, test } from "node:test";
import { labEnvironment, prepareLab, writeLabSettings } from "../../../scripts/lab";

const root = path.resolve(__dirname, "../../..");
const place = mkdtempSync(path.join(tmpdir(), "lab-test-"));
const folder = path.join(place, "environment");
const requirements = path.join(place, "requirements.txt");
const log = path.join(place, "calls");
after(() => rmSync(place, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(log, { force: true });
  writeFileSync(requirements, "jupyterlab==1\n");
});

/** A program that acts as Python: prints a version, creates an environment with itself in it, and runs pip. */
function fakePython({ version = "3 12", venv = 0, pip = 0 } = {}): string {
  const file = path.join(place, `python-${version.replace(" ", ".")}-${venv}-${pip}`);
  writeFileSync(file, `#!/bin/sh
echo "$@" >> "${log}"
case "$*" in
  *version_info*) echo "${version}" ;;
  "-m venv"*)
    mkdir -p "$3/bin"; cp "$0" "$3/bin/python"
    [ ${venv} = 0 ] || echo "ensurepip is not available"; exit ${venv} ;;
  "-m pip"*)
    [ ${pip} = 0 ] || echo "ERROR: No matching distribution found for jupyterlab==1" >&2; exit ${pip} ;;
esac
`);
  chmodSync(file, 0o755);
  return file;
}
const prepare = (python: string): string => prepareLab({ python, folder, requirements, show: false });
const pipCalls = (): number => readFileSync(log, "utf8").split("\n").filter((line) => line.startsWith("-m pip")).length;

test("it is installed once, and again when the requirements change", () => {
  const python = fakePython();
  assert.equal(prepare(python), path.join(folder, "bin"));
  prepare(python);
  assert.equal(pipCalls(), 1);
  writeFileSync(requirements, "jupyterlab==2\n");
  prepare(python);
  assert.equal(pipCalls(), 2);
});

test("no Python: the message says how to get one, and that npm start needs none", () => {
  assert.throws(() => prepare(path.join(place, "no-python")),
    /needs Python 3\.10 or newer, and none was found[^]*python3-venv[^]*`npm start`[^]*no Python/);
  assert.ok(!existsSync(folder));
});

test("a Python that is too old is named", () => {
  const old = fakePython({ version: "3 8" });
  assert.throws(() => prepare(old), /is Python 3\.8; JupyterLab needs 3\.10 or newer[^]*npm start/);
});

test("no venv module: its output, the remedy, and nothing left", () => {
  assert.throws(() => prepare(fakePython({ venv: 1 })),
    /cannot create a virtual environment:\nensurepip is not available\n[^]*apt install python3-venv[^]*npm start/);
  assert.ok(!existsSync(folder));
});

test("no way to install: pip's output, the remedy, and nothing left", () => {
  assert.throws(() => prepare(fakePython({ pip: 1 })),
    /could not be installed:\nERROR: No matching distribution[^]*PIP_FIND_LINKS[^]*npm start/);
  assert.ok(!existsSync(folder));
});

test("an environment whose installation was interrupted is installed anew", () => {
  mkdirSync(path.join(folder, "bin"), { recursive: true });
  writeFileSync(path.join(folder, "styloscope"), "unfinished\n");
  prepare(fakePython());
  assert.equal(pipCalls(), 1);
});

test("an environment that something else created is left alone", () => {
  mkdirSync(folder);
  writeFileSync(path.join(folder, "precious"), "");
  assert.throws(() => prepare(fakePython()), /was not created by styloscope: move it away/);
  assert.ok(existsSync(path.join(folder, "precious")));
});

test("every requirement has an exact version", () => {
  const lines = readFileSync(path.join(root, "scripts/lab-requirements.txt"), "utf8").split("\n");
  const wanted = lines.filter((line) => line !== "" && !line.startsWith("#"));
  assert.ok(wanted.length >= 2);
  for (const line of wanted) assert.match(line, /^[\w-]+==[\d.]+$/);
});

test("the kernelspec's folder comes first in JUPYTER_PATH", () => {
  const [first] = labEnvironment().JUPYTER_PATH!.split(path.delimiter);
  assert.ok(existsSync(path.join(first, "kernels/tslab/kernel.json")));
});

const installed = existsSync(path.join(root, ".venv/styloscope"));
const missing = installed ? false : "no .venv here; npm run lab makes it";
test("Jupyter's own client gets 700 displays, 700 lines and an error's line", { skip: missing }, () => {
  const words = ["--require", "ts-node/register", "scripts/check-jupyter.ts"];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /gets everything/);
});

test("JupyterLab's question about news is answered before it is asked", () => {
  writeLabSettings(folder);
  const settings = JSON.parse(readFileSync(path.join(folder, "share/jupyter/lab/settings/overrides.json"), "utf8"));
  assert.deepEqual(settings["@jupyterlab/apputils-extension:notification"], { fetchNews: "false", checkForUpdates: false });
  assert.deepEqual(settings["@jupyterlab/docmanager-extension:plugin"], { autosaveInterval: 20 }, "what a tab that is opened again shows of a run");
  assert.deepEqual(settings["@jupyter-widgets/jupyterlab-manager:plugin"], { saveState: true }, "a notebook that is opened again shows its controls");
});

test("notebooks run in JupyterLab keep the pictures of their plots", () => {
  assert.equal(labEnvironment().STYLOSCOPE_PLOTS, undefined);
});
