// The house rules that a compiler does not hold: which room may import which, who alone knows what, and how long a file may be.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";

const root = path.resolve(__dirname, "..");

/** What each room of src/ may import. A file directly in src/ is a room of its own. */
const mayImport: Record<string, readonly string[]> = {
  names: [], firstLine: [], math: [], architectures: [],
  image: ["math"], // resampling is matrices, and the moments of an optimizer are resampled too
  engine: ["firstLine"],
  optimizers: ["math"],
  losses: ["math", "names"],
  files: ["image", "names", "firstLine", "engine", "architectures"],
  networks: ["image", "names", "engine", "architectures", "files"],
  terms: ["image", "losses"],
  objective: ["image", "losses", "names", "networks", "terms"],
  snapshot: ["image", "objective", "optimizers"],
  minimize: ["image", "math", "objective", "optimizers", "snapshot"],
  saveRun: ["files", "snapshot"],
  estimate: ["engine", "image", "networks", "objective", "optimizers", "terms"],
  // Above the loop: terms from terms, loops from loops.
  controls: ["image", "math", "names", "losses", "networks", "optimizers", "terms", "objective", "snapshot", "minimize"],
  recipes: ["estimate", "image", "losses", "networks", "terms", "objective", "minimize"],
  // A recipe over all that a run can be made of, by name.
  sweep: [
    "names", "firstLine", "image", "architectures", "engine", "files", "losses", "networks", "optimizers", "terms", "objective",
    "minimize", "controls",
  ],
  // What a sweep came to is drawn as a history is.
  notebook: ["names", "image", "files", "losses", "minimize", "sweep"],
  kernel: ["files", "names"],
  // The page of a sweep is made of the notebook's figures, which it puts where an executed notebook has them.
  page: ["files", "notebook", "sweep"],
};

/** Who alone may know a package. */
const onlyIn: Record<string, RegExp> = {
  sharp: /^src\/(files|notebook)\//,
  "plotly.js-dist": /^src\/page\//,
  h5wasm: /^src\/files\//,
  zeromq: /^src\/kernel\//,
  tslab: /^src\/(kernel|notebook)\//,
  "@tensorflow/tfjs-backend-wasm": /^src\/engine\//,
  "onnxruntime-node/dist/binding": /^src\/engine\/onnx\//,
  "@tensorflow/tfjs-node-gpu": /^src\/engine\//,
};

const sources = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts")).map((file) => `src/${file.split(path.sep).join("/")}`);
const text = (file: string): string => readFileSync(path.join(root, file), "utf8");
const imports = (file: string): string[] =>
  [...text(file).matchAll(/(?:from|require\(|import\()\s*"([^"]+)"/g)].map(([, name]) => name);
const local = (file: string): string[] => imports(file).filter((name) => name.startsWith(".")).map((name) => {
  const target = path.posix.join(path.posix.dirname(file), name);
  return sources.find((source) => source === `${target}.ts` || source === target) ?? target;
});
const room = (file: string): string => file.split("/")[1].replace(/\.ts$/, "");

describe("the house", () => {
  it("lets every room import only from those below it", () => {
    for (const file of sources.filter((source) => source !== "src/index.ts")) {
      assert.ok(room(file) in mayImport, `${room(file)} is not in the table of this test`);
      for (const target of local(file))
        assert.ok(room(target) === room(file) || mayImport[room(file)].includes(room(target)), `${file} imports ${target}`);
    }
  });

  it("has no circles", () => {
    const done = new Set<string>();
    const visit = (file: string, way: string[]): void => {
      assert.ok(!way.includes(file), `a circle: ${[...way, file].join(" → ")}`);
      if (done.has(file)) return;
      local(file).forEach((target) => visit(target, [...way, file]));
      done.add(file);
    };
    sources.forEach((file) => visit(file, []));
  });

  for (const [name, allowed] of Object.entries(onlyIn))
    it(`only ${allowed.source.replace(/[\\^]/g, "")} knows ${name}`, () => {
      const knowing = sources.filter((file) => imports(file).some((used) => used === name || used.startsWith(`${name}/`)));
      assert.deepEqual(knowing.filter((file) => !allowed.test(file)), []);
    });

  it("has no file of more than 200 lines", () => {
    const long = sources.filter((file) => text(file).split("\n").length > 200);
    assert.deepEqual(long, []);
  });

  it("prints nothing: no console, no write to stdout in src, but in the kernel and in the page's own script", () => {
    const printing = sources.filter((file) => !/^src\/(kernel\/|page\/plots\.ts)/.test(file) && /console\.|process\.stdout/.test(text(file)));
    assert.deepEqual(printing, []);
  });

  it("names no one's machine and no package registry", () => {
    const tracked = [...sources, "package.json", "package-lock.json", "README.md", "DESIGN.md"];
    for (const file of tracked) assert.doesNotMatch(text(file), /registry\.npmjs|\/root\/|\/work\//, file);
  });
});
