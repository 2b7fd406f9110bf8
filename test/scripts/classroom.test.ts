// What starts a class in a browser: the devcontainer and Binder install what the project itself does. Neither can be started by a test.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { read, root } from "../documents";

const { scripts, engines } = JSON.parse(read("package.json")) as { scripts: Record<string, string>; engines: { node: string } };
const devcontainer = JSON.parse(read(".devcontainer/devcontainer.json")) as { image: string; postCreateCommand: string };
const [environment, postBuild] = [read(".binder/environment.yml"), read(".binder/postBuild")];

test("both run the project's own commands, in the order that they need", () => {
  for (const text of [devcontainer.postCreateCommand, postBuild]) {
    const commands = [...text.matchAll(/npm (?:ci|run --silent ([\w:]+))/g)];
    assert.deepEqual(commands.map(([, name]) => name), [undefined, "build", "kernel:install"]);
    for (const [, name] of commands.slice(1)) assert.ok(scripts[name]);
  }
  assert.ok((statSync(path.join(root, ".binder/postBuild")).mode & 0o111) !== 0, "Binder runs postBuild as a program");
});

test("both have a Node that the project runs on", () => {
  const least = Number(/\d+/.exec(engines.node)![0]);
  for (const [, version] of [/node:(\d+)/.exec(devcontainer.image)!, /nodejs=(\d+)/.exec(environment)!]) assert.ok(Number(version) >= least);
});

test("Binder's Python packages are those of `npm run lab`", () => {
  const pinned = environment.match(/\w+==[\d.]+/g)!;
  assert.ok(pinned.length >= 2);
  for (const each of pinned) assert.ok(read("scripts/lab-requirements.txt").split("\n").includes(each), each);
});
