// DESIGN's "How to add", followed to the letter in a copy of the project: a loss, a network and a plot.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { blocks, read, root, section } from "./documents";

/** What a block does: it is a new file, or lines after a line of one that is there. */
interface Step {
  readonly file: string;
  readonly after?: string;
  readonly text: string;
}

const steps = new Map<string, readonly Step[]>(section(read("DESIGN.md"), "How to add").split(/^### /m).slice(1).map((part) => {
  const [title] = part.split("\n");
  return [title, blocks(part, "ts").map((block): Step => {
    const [first, ...lines] = block.split("\n");
    const [, file, after] = /^\/\/ ([\w./]+)(?:, after: (.*))?$/.exec(first) ?? assert.fail(`a block begins with its file: ${first}`);
    return { file, after, text: lines.join("\n") };
  })];
}));
const filesOf = (title: string): string[] => [...new Set(steps.get(title)!.map(({ file }) => file))];
const testsOf = (title: string): string[] => filesOf(title).filter((file) => file.startsWith("test/"));

const copy = mkdtempSync(path.join(tmpdir(), "styloscope-how-to-add-"));
after(() => rmSync(copy, { recursive: true }));
async function inCopy(...words: string[]): Promise<{ status: number; output: string }> {
  const env = { ...process.env, TS_NODE_PROJECT: undefined, NODE_TEST_CONTEXT: undefined };
  const child = spawn(process.execPath, words, { cwd: copy, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => { output += text.toString(); });
  const [status] = await once(child, "close") as [number];
  return { status, output };
}

before(() => {
  for (const name of ["src", "test", "scripts", "package.json", "tsconfig.json"]) cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  for (const { file, after: line, text } of [...steps.values()].flat()) {
    const target = path.join(copy, file);
    if (line === undefined) {
      assert.ok(!existsSync(target), `${file} is there already`);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
      continue;
    }
    const lines = readFileSync(target, "utf8").split("\n");
    assert.equal(lines.filter((one) => one === line).length, 1, `${file} has no line, or several: ${line}`);
    lines.splice(lines.indexOf(line) + 1, 0, ...text.trimEnd().split("\n"));
    writeFileSync(target, lines.join("\n"));
  }
});

describe("by DESIGN's How to add", { concurrency: true }, () => {
  for (const [title, most] of [["A loss", 3], ["A network", 4], ["A plot", 3]] as const)
    it(`${title.toLowerCase()} takes ${most} files at most, its test among them`, (t) => {
      t.diagnostic(`${title}: ${filesOf(title).join(", ")}`);
      assert.equal(testsOf(title).length, 1);
      assert.ok(filesOf(title).length <= most, filesOf(title).join(", "));
    });

  it("all of it compiles", async () => {
    const files = ["src/index.ts", ...[...steps.keys()].flatMap(testsOf)];
    writeFileSync(path.join(copy, "tsconfig.added.json"), JSON.stringify({
      extends: "./tsconfig.json", compilerOptions: { rootDir: ".", noEmit: true, declaration: false, isolatedDeclarations: false }, include: [], files,
    }));
    const { status, output } = await inCopy("node_modules/typescript/bin/tsc", "-p", "tsconfig.added.json");
    assert.equal(status, 0, output);
  });

  it("its tests pass, and the loss is held to the laws of every loss", async () => {
    const { status, output } = await inCopy("--require", "ts-node/register", "--test", "--test-reporter=spec",
      "--test-name-pattern=/means of power|powerMeans|AlexNet|channelBars/", ...[...steps.keys()].flatMap(testsOf), "test/losses/laws.test.ts");
    assert.equal(status, 0, output);
    for (const name of ["powerMeans compares", "AlexNet has", "channelBars has", "means of power 3: its gradient is the slope", "means of power 3: forgets where"])
      assert.match(output, new RegExp(`✔ ${name}`));
  });

  it("the loss and the network are chosen by name, in a plan and in an error, and the plot is drawn", async () => {
    writeFileSync(path.join(copy, "try.ts"), `
      import * as library from "./src";
      import { plotPng } from "./src/platform/drawing/plotPng";
      import { cellsOf, type PlanFile } from "./src/sweeps/plan";

      const refusal = (plan: object): string => {
        try {
          return String(cellsOf(plan as PlanFile));
        } catch (error) {
          return (error as Error).message;
        }
      };
      async function main(): Promise<void> {
        const { length } = cellsOf({ base: { network: "random-alexnet", contentLayers: ["relu4"], styleLayers: ["relu1", "relu2"] },
          over: { styleLoss: ["powerMeans", { "relative powerMeans": { power: 2 } }] } });
        const network = await library.loadNetwork("random-alexnet", { width: 1 / 16 });
        const image = library.noise([64, 64]);
        const features = network.features(image, ["relu1"])("relu1");
        const png = await plotPng(await library.channelBars(features));
        console.log(JSON.stringify({
          length, loss: library.powerMeans().name, png: png.bytes.subarray(1, 4).toString(),
          mistyped: refusal({ over: { styleLoss: ["powermeans"] } }), option: refusal({ over: { styleLoss: [{ powerMeans: { powr: 2 } }] } }),
          layer: refusal({ base: { network: "random-alexnet", contentLayers: ["relu4"] }, over: { styleLayers: [["relu9"]] } }),
          network: await library.loadNetwork("random-alexnets").catch((error) => error.message),
        }));
      }
      void main();
    `);
    const { status, output } = await inCopy("--require", "ts-node/register", "try.ts");
    assert.equal(status, 0, output);
    const found = JSON.parse(output) as Record<string, string | number>;
    assert.deepEqual([found.length, found.loss, found.png], [2, "means of power 3", "PNG"]);
    assert.match(String(found.mistyped), /no styleLoss powermeans; did you mean powerMeans\?/);
    assert.match(String(found.option), /no option powr in the styleLoss powerMeans; did you mean power\?/);
    assert.match(String(found.layer), /no layer relu9 in random-alexnet; did you mean relu5\?/);
    assert.match(String(found.network), /did you mean random-alexnet\?/);
  });
});
