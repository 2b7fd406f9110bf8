// `npm run conformance [-- [--backend cpu] [--json] [part-of-a-name …]]`: runs TensorFlow.js' own backend specs on the engine `onnx`. The
// run fails on a failing spec that is not listed in test/conformance/known-failures.json, and on a listed one that passes.
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

interface Outcome {
  readonly fullName: string;
  readonly status: "passed" | "failed" | "pending" | "disabled" | "excluded";
  readonly failedExpectations: readonly { readonly message: string; readonly stack?: string }[];
}

/** For each backend, the names of failing specs, by the reason why they fail. */
type KnownFailures = Record<string, readonly { readonly reason: string; readonly specs: readonly string[] }[]>;

const root = path.resolve(__dirname, "..");
const folder = path.join(root, "test/conformance");
const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: "string", default: "onnx" }, json: { type: "boolean", default: false } },
});
const backend = values.backend;

/** Bundles all specs and the engine into one file with a single TensorFlow.js, whose registry both use. */
async function bundle(): Promise<string> {
  const core = path.join(root, "node_modules/@tensorflow/tfjs-core/dist");
  const specs = readdirSync(core, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("_test.js")).sort();
  const outfile = path.join(root, "node_modules/.cache/conformance/specs.js");
  const imports = [path.join(folder, "entry.ts"), ...specs.map((file) => path.join(core, file))];
  await build({
    stdin: { contents: imports.map((file) => `import ${JSON.stringify(file)};`).join("\n"), resolveDir: root },
    outfile,
    bundle: true,
    platform: "node",
    mainFields: ["module", "main"],
    alias: { "@tensorflow/tfjs": "@tensorflow/tfjs-core" },
    external: ["onnxruntime-node", "onnxruntime-node/*", "onnxruntime-common", "jasmine-core/*", "node-fetch"],
    ignoreAnnotations: true, // the package declares its specs free of side effects
    logLevel: "error",
  });
  return outfile;
}

const silent = (): void => undefined;

/** Runs the specs; their names are without the suffix that TensorFlow.js adds for the backend. */
async function runSpecs(file: string): Promise<Outcome[]> {
  process.env.CONFORMANCE_BACKEND = backend;
  // An old version, and without types: later ones do not export the file that TensorFlow.js' helpers import.
  const Jasmine = require("jasmine");
  const jasmine = new Jasmine();
  const outcomes: Outcome[] = [];
  jasmine.exit = silent;
  jasmine.env.clearReporters();
  jasmine.env.addReporter({
    specDone: (outcome: Outcome) => outcomes.push({ ...outcome, fullName: outcome.fullName.replace(` ${backend} {}`, "") }),
  });
  jasmine.randomizeTests(false);
  require(file);
  if (filters.length > 0) jasmine.env.specFilter = (spec: { getFullName(): string }) => filters.some((word) => spec.getFullName().includes(word));
  const { log, warn, error } = console;
  Object.assign(console, { log: silent, warn: silent, error: silent }); // some specs make TensorFlow.js print
  await new Promise<void>((resolve) => {
    jasmine.env.addReporter({ jasmineDone: () => resolve() });
    jasmine.env.execute();
  });
  Object.assign(console, { log, warn, error });
  return outcomes.filter(({ status }) => status === "passed" || status === "failed");
}

async function main(): Promise<void> {
  const file = await bundle();
  const start = performance.now();
  const specs = await runSpecs(file);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const failed = specs.filter(({ status }) => status === "failed");
  if (values.json) console.log(JSON.stringify(failed, null, 1));

  const known = JSON.parse(readFileSync(path.join(folder, "known-failures.json"), "utf8")) as KnownFailures;
  const listed = new Set((known[backend] ?? []).flatMap(({ specs }) => specs));
  const failing = new Set(failed.map(({ fullName }) => fullName));
  const ran = new Set(specs.map(({ fullName }) => fullName));
  const unlisted = [...failing].filter((name) => !listed.has(name));
  const fixed = [...listed].filter((name) => !failing.has(name) && (filters.length === 0 || ran.has(name)));

  const printList = (title: string, names: readonly string[]): void => console.error(`\n${title}:\n  ${names.join("\n  ")}`);
  if (unlisted.length > 0) {
    printList("These specs fail and are not listed", unlisted.map((name) => {
      const message = failed.find(({ fullName }) => fullName === name)!.failedExpectations[0]?.message ?? "";
      return `${name}\n      ${message.split("\n")[0].slice(0, 300)}`;
    }));
  }
  if (fixed.length > 0) printList("These specs pass, or no longer exist: remove them from test/conformance/known-failures.json", fixed);
  const passed = specs.length - failed.length;
  console.error(`\n${backend}: ${passed} of ${specs.length} specs pass (${Math.floor((1000 * passed) / specs.length) / 10} %), ` +
    `${failing.size - unlisted.length} fail as listed, ${unlisted.length} unlisted, in ${seconds} s`);
  process.exit(unlisted.length + fixed.length > 0 || specs.length === 0 ? 1 : 0);
}

void main();
