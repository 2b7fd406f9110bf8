// The house rules that a compiler does not hold: which room may import which, who alone knows what, and how long a file may be.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";

const root = path.resolve(__dirname, "..");

/**
 * What each room of src/ imports: all of it, and nothing else. A room is a folder; below platform/, one of its folders; or a file
 * directly in src/.
 */
const imported: Record<string, readonly string[]> = {
  // What carries the rest, and knows nothing of style.
  cellOutput: [],
  comms: [],
  errors: [],
  hostProgress: [],
  hostSignal: [],
  imageSource: [],
  json: [],
  offeredNames: [],
  printedAs: [],
  spec: ["errors"],
  math: [],
  "platform/engine": ["errors", "printedAs"],
  image: ["errors", "imageSource", "math"], // resampling is matrix products, and an optimizer's moments are resampled too
  "platform/files": ["errors", "image", "imageSource", "math", "platform/engine"],
  "platform/drawing": ["errors", "image", "json", "platform/engine", "platform/files", "printedAs"],
  "platform/kernel": ["cellOutput", "comms", "errors", "hostSignal", "offeredNames", "platform/files"],
  // What the kit is about, from a network to a picture.
  blendImages: ["image"],
  starts: ["blendImages", "image", "spec"],
  networks: ["errors", "image", "platform/engine", "platform/files", "printedAs", "spec"],
  masks: ["errors", "image", "math", "networks"],
  losses: ["errors", "masks", "math", "spec"],
  optimizers: ["image", "math", "spec"],
  terms: ["image", "losses"],
  flatParts: ["losses", "terms"],
  soundTerms: ["image", "losses", "networks", "terms"],
  objective: ["errors", "flatParts", "image", "losses", "math", "networks", "printedAs", "soundTerms", "terms"],
  color: ["errors", "image", "math"],
  weighting: ["errors", "image", "losses", "math", "networks", "objective", "printedAs", "terms"],
  minimize: ["hostProgress", "hostSignal", "image", "math", "networks", "objective", "optimizers", "platform/files", "terms"],
  estimate: ["image", "networks", "objective", "optimizers", "platform/engine", "printedAs", "terms"],
  recipes: [
    "color", "errors", "estimate", "image", "imageSource", "losses", "minimize", "networks", "objective", "optimizers", "platform/engine",
    "platform/files", "terms",
  ],
  video: ["color", "errors", "image", "losses", "masks", "networks", "platform/files", "recipes", "terms"],
  sweeps: [
    "errors", "hostSignal", "image", "json", "losses", "minimize", "networks", "objective", "optimizers", "platform/drawing",
    "platform/engine", "platform/files", "printedAs", "spec", "starts", "terms",
  ],
  training: ["hostSignal", "minimize", "networks", "optimizers", "platform/files"],
  critic: ["errors", "hostSignal", "image", "losses", "math", "minimize", "networks", "objective", "optimizers", "recipes", "terms", "training"],
  onepass: ["errors", "image", "losses", "masks", "math", "networks", "platform/engine", "platform/files", "printedAs", "training"],
  quality: ["errors", "image", "losses", "math", "networks", "objective", "terms"],
  // Seeing it.
  plots: ["errors", "image", "json", "minimize", "platform/drawing", "platform/files", "sweeps"],
  figures: [
    "color", "errors", "image", "losses", "masks", "math", "minimize", "networks", "objective", "onepass", "optimizers", "platform/drawing", "platform/engine",
    "platform/files", "plots", "printedAs", "quality", "recipes", "terms", "weighting",
  ],
  "platform/page": ["platform/drawing", "platform/files"],
  notebook: [
    "cellOutput", "comms", "errors", "estimate", "figures", "hostProgress", "hostSignal", "image", "losses", "masks", "minimize", "networks", "objective", "offeredNames", "optimizers",
    "platform/drawing", "platform/files", "platform/page", "plots", "printedAs", "recipes", "spec", "sweeps", "terms",
  ],
};

/** Who alone may know a package. */
const onlyIn: Record<string, RegExp> = {
  sharp: /^src\/platform\/(files|drawing)\/|^src\/(notebook|plots)\//,
  "plotly.js-dist": /^src\/platform\/page\//,
  "opentype.js": /^src\/platform\/drawing\//,
  h5wasm: /^src\/platform\/files\//,
  zeromq: /^src\/platform\/kernel\//,
  tslab: /^src\/(platform\/kernel|notebook)\//,
  "@tensorflow/tfjs-backend-wasm": /^src\/platform\/engine\//,
  "onnxruntime-node/dist/binding": /^src\/platform\/engine\/onnx\//,
  "@tensorflow/tfjs-node-gpu": /^src\/platform\/engine\//,
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
const room = (file: string): string =>
  (/^src\/(platform\/[^/]+)\//.exec(file)?.[1] ?? file.split("/")[1].replace(/\.ts$/, ""));

describe("the house", () => {
  it("has the arrows of the table, no more and no fewer", () => {
    const inside = sources.filter((file) => file !== "src/index.ts");
    const arrows: Record<string, string[]> = {};
    for (const name of new Set(inside.map(room))) {
      const targets = inside.filter((file) => room(file) === name).flatMap(local).map(room);
      arrows[name] = [...new Set(targets)].filter((target) => target !== name).sort();
    }
    const sorted = Object.fromEntries(Object.entries(imported).map(([name, rooms]) => [name, [...rooms].sort()]));
    assert.deepEqual(arrows, sorted);
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

  it("prints nothing: no console, warning or output stream in src, but in the kernel", () => {
    const speaks = /console\.|process\.(stdout|stderr|emitWarning)/;
    const printing = sources.filter((file) => !file.startsWith("src/platform/kernel/") && speaks.test(text(file)));
    assert.deepEqual(printing, []);
  });

  it("names no one's machine and no package registry", () => {
    const tracked = [...sources, "package.json", "package-lock.json", "README.md", "DESIGN.md"];
    for (const file of tracked) assert.doesNotMatch(text(file), /registry\.npmjs|\/root\/|\/work\//, file);
  });
});
