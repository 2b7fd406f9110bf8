// What is registered: every loss, network, optimizer and start has a spec, and what the spec says is true.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { styleLosses } from "../scripts/losses/styleLosses";
import * as library from "../src";
import { noise, type Image } from "../src/image";
import { conventions } from "../src/losses/conventions";
import { isCrossLayer, type LayerLoss, type Loss } from "../src/losses/loss";
import { losses, lossSpecs } from "../src/losses/lossSpecs";
import { kernels } from "../src/losses/mmd";
import { loadNetwork, networkNames } from "../src/networks/loadNetwork";
import { networks } from "../src/networks/registry";
import { optimizers } from "../src/optimizers/registry";
import { engine } from "../src/platform/engine/engine";
import { makeFrom, specOf, type Option, type Registry, type Spec } from "../src/spec";
import { starts } from "../src/starts";

const root = path.resolve(__dirname, "..");
const registries: Record<string, Registry<unknown>> = { loss: losses, network: networks, optimizer: optimizers, start: starts };
/** Files of src/losses without a loss that compares with a target. */
const helpers = [
  "atLayer", "blendTargets", "conventions", "cs231n", "flattenPositions", "fromStatistic", "hypercolumns", "loss", "lossSpec", "lossSpecs", "meanAndDeviation",
  "registry", "relative", "smoothness",
];

const isSpec = (exported: unknown): exported is Spec =>
  typeof exported === "object" && exported !== null && "make" in exported && "options" in exported;
const specsIn = (file: string): Spec[] => Object.values(require(file) as object).filter(isSpec);
const optionsOf = (spec: Spec): [string, Option][] => Object.entries<Option>(spec.options);
const valuesWhere = (spec: Spec, holds: (option: Option) => boolean): Record<string, unknown> =>
  Object.fromEntries(optionsOf(spec).filter(([, option]) => holds(option)).map(([name, option]) => [name, option.default]));

let [image, target]: Image[] = [];
let mask: tf.Tensor2D;
before(async () => {
  await engine();
  [image, target] = [noise([9, 12], { seed: 1 }), noise([9, 12], { seed: 2 })];
  mask = tf.tensor2d(Array.from({ length: 108 }, (_, p) => (p % 12) / 11), [9, 12]);
});
after(() => tf.dispose([image, target, mask]));

/** Options that a thing cannot do without, or that another option needs to have an effect. */
const needed: Record<string, () => Record<string, unknown>[]> = {
  contentAs: () => [{ convention: "paper" }],
  gramAs: () => [{ convention: "paper" }, { convention: "keras", image: [9, 12] }],
  mmd: () => [...kernels.map((kernel) => ({ kernel })), { kernel: "gaussian", block: 20 }],
  guidedGram: () => [{ image: mask, target: mask }],
  maskedActivations: () => [{ mask }],
  relaxedEmd: () => [{}, { samples: 20 }],
  moments: () => [{}, { layers: ["pixels"], samples: 20 }],
  mix: () => [{ photo: 1, painting: 1, noise: 1 }],
};
const neededBy = (spec: Spec): Record<string, unknown>[] => needed[spec.name.replace("relative ", "")]?.() ?? [{}];

/** The distance of `seen` from the target; a loss of several layers sees the same at each. */
function distanceBetween(loss: LayerLoss | Loss, seen: Image): number {
  return (isCrossLayer(loss) ? loss.distance(() => seen, loss.prepare(() => target)) : loss.distance(seen, loss.prepare(target))).dataSync()[0];
}

/** What a thing does, in a form that can be compared. */
type Behavior = (spec: Spec, options: Record<string, unknown>) => unknown;
const lossBehavior: Behavior = (spec, options) => tf.tidy(() => {
  const loss = makeFrom(spec, "loss", options) as LayerLoss | Loss;
  return [loss.name, distanceBetween(loss, image)];
});
const startBehavior: Behavior = (spec, options) => tf.tidy(() =>
  [...(makeFrom(spec, "start", options) as (inputs: object) => Image)({ photo: image, painting: target, like: image, seed: 3 }).dataSync()]);
const optimizerBehavior: Behavior = (spec, options) => (makeFrom(spec, "optimizer", options) as { settings: object }).settings;

const candidates = (): unknown[] => [
  0.5, 2, 3, 5, 0.05, 0.3, 100, 0, [0], [7, 7], false, [[1, 2, 1]], ["pixels"], ["pixels", "relu1_1"], mask, tf.sub(1, mask), ...kernels, ...Object.keys(conventions),
];

describe("every loss of src/losses", () => {
  const files = readdirSync(path.join(root, "src", "losses")).map((file) => path.parse(file).name);
  for (const file of files.filter((name) => !helpers.includes(name)))
    it(`${file} is registered`, () => {
      const specs = specsIn(path.join(root, "src", "losses", file));
      assert.ok(specs.length > 0, `${file}.ts exports no spec`);
      for (const spec of specs) assert.ok(lossSpecs.includes(spec as typeof lossSpecs[number]), `${spec.name} is not in losses/registry.ts`);
    });

  it("says whether it depends on positions", () => tf.tidy(() => {
    const order = tf.tensor1d(Array.from({ length: 108 }, (_, p) => (31 * p) % 108), "int32");
    const shuffled = tf.reshape(tf.gather(tf.reshape(image, [108, 3]), order), [9, 12, 3]) as Image;
    for (const spec of lossSpecs) {
      const loss = makeFrom(spec, "loss", neededBy(spec)[0]) as LayerLoss | Loss;
      const [usual, moved] = [image, shuffled].map((x) => distanceBetween(loss, x));
      assert.equal(Math.abs(moved / usual - 1) > 1e-4, spec.positional === true, spec.name);
    }
  }));

  it("has the name of its function, which is public, and can be relative", () => {
    for (const { name } of lossSpecs) {
      assert.equal(typeof (library as Record<string, unknown>)[name], "function", name);
      assert.ok(losses.some((spec) => spec.name === `relative ${name}`), name);
    }
  });
});

for (const [what, folder, registry] of [["network", "networks", networks], ["optimizer", "optimizers", optimizers]] as const)
  it(`every spec of a ${what} is registered`, () => {
    const files = readdirSync(path.join(root, "src", folder)).filter((file) => file.endsWith(".ts"));
    const specs = files.flatMap((file) => specsIn(path.join(root, "src", folder, file)));
    const ownName = ({ name }: Spec): string => name.replace(/^fourier /, "");
    assert.deepEqual(specs.map(ownName).sort(), [...new Set(registry.map(ownName))].sort());
  });

for (const [what, registry] of Object.entries(registries))
  describe(`a ${what}`, () => {
    it("has a name of its own, a summary and a source", () => {
      assert.equal(new Set(registry.map(({ name }) => name)).size, registry.length);
      for (const { name, summary, source } of registry) assert.ok(summary && source, name);
    });

    it("that is mistyped is answered with the nearest", () => {
      for (const { name } of registry)
        assert.throws(() => specOf(registry, what, `${name}_`), new RegExp(`no ${what} ${name}_; did you mean ${name.replace("/", ".")}\\?`));
    });

    for (const spec of registry) {
      it(`${spec.name}: unknown options and wrong values are refused, with what there is`, () => {
        const [first] = neededBy(spec);
        assert.throws(() => makeFrom(spec, what, { ...first, nonsense: 1 }), /no option nonsense in the/);
        for (const [name, { values, expects, required }] of optionsOf(spec)) {
          assert.throws(() => makeFrom(spec, what, { ...first, [`${name}_`]: 1 }), new RegExp(`did you mean ${name}\\?`));
          assert.throws(() => makeFrom(spec, what, { ...first, [name]: {} }), (error: Error) =>
            error instanceof RangeError && error.message.includes(`${name} of the ${what} ${spec.name} must be ${expects}`));
          if (values) assert.throws(() => makeFrom(spec, what, { ...first, [name]: `${values[0]}_` }), /did you mean/);
          if (required) assert.throws(() => makeFrom(spec, what, { ...first, [name]: undefined }), new RegExp(`needs its ${name}`));
        }
      });

      it(`${spec.name}: accepts its own defaults, and its shorthand is one of its options`, () => {
        for (const [name, option] of optionsOf(spec))
          if (option.default !== undefined) assert.ok(option.accepts(option.default), name);
        if (spec.shorthand) assert.ok(spec.shorthand in spec.options);
      });
    }
  });

for (const [what, registry, behavior] of [
  ["loss", losses, lossBehavior], ["optimizer", optimizers, optimizerBehavior], ["start", starts, startBehavior],
] as const)
  for (const spec of registry as Registry<unknown>) {
    it(`the ${what} ${spec.name} has the defaults that its spec says`, () => {
      for (const options of neededBy(spec)) {
        const stated = { ...valuesWhere(spec, (option) => option.default !== undefined), ...options };
        assert.deepEqual(behavior(spec, stated), behavior(spec, options));
      }
    });

    for (const [name, option] of optionsOf(spec))
      it(`the ${what} ${spec.name} uses its ${name}`, () => tf.tidy(() => {
        const changes = neededBy(spec).some((options) => {
          const usual = JSON.stringify(behavior(spec, options));
          const allowed = candidates().filter((value) => option.accepts(value));
          return allowed.some((value) => {
            const tried = name === "image" && "convention" in options && options.convention !== "keras" ? undefined : value;
            return tried !== undefined && differs(() => JSON.stringify(behavior(spec, { ...options, [name]: tried })), usual);
          });
        });
        assert.ok(changes, "no value of it changes anything");
      }));
  }

/** A combination that a function refuses is no proof. */
function differs(compute: () => string, usual: string): boolean {
  try {
    return compute() !== usual;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

describe("a network", () => {
  it("with trained weights names its sibling of the same layers without, as its error does", () => {
    for (const { name, random, architecture } of networks.filter((spec) => spec.random !== undefined)) {
      const sibling = specOf(networks, "network", random!);
      assert.equal(architecture({}).random, `${sibling.make.name}()`);
      const options = "topology" in sibling.options ? { topology: name } : {};
      assert.deepEqual(sibling.architecture(options).layers.map((layer) => layer.name), architecture({}).layers.map((layer) => layer.name));
    }
  });

  it("with random filters has the defaults that its spec says, and uses its options", async () => {
    for (const spec of networks.filter(({ random }) => random === undefined)) {
      const described = async (options: Record<string, unknown>): Promise<string> => {
        const network = await loadNetwork(spec.name, options);
        network.dispose();
        return JSON.stringify([network.name, network.layers, (network as { pooling?: string }).pooling]);
      };
      const usual = await described({});
      assert.equal(await described(valuesWhere(spec, () => true)), usual);
      const others: Record<string, unknown> = { seed: 1, width: 0.1, topology: "vgg16", pooling: "max" };
      for (const name of Object.keys(spec.options)) assert.notEqual(await described({ [name]: others[name] }), usual, name);
    }
  });

  it("with trained weights uses its options, and has the defaults that its spec says", async () => {
    const poolingOf = async (options: object): Promise<string> => {
      const network = await loadNetwork("vgg19-mini", { ...options });
      network.dispose();
      return (network as unknown as { pooling: string }).pooling;
    };
    assert.equal(await poolingOf({}), specOf(networks, "network", "vgg19-mini").options.pooling.default);
    assert.equal(await poolingOf({ pooling: "average" }), "average");
    for (const { name, options } of networks)
      if (options.file) await assert.rejects(loadNetwork(name, { file: "nowhere.safetensors" }), /nowhere\.safetensors/);
  });

  it("is loaded by its name, and nothing else but the best", () =>
    assert.deepEqual(networkNames, ["best", ...networks.map(({ name }) => name)]));
});

describe("README's table of style losses", () => {
  const rows = readFileSync(path.join(root, "README.md"), "utf8").split("\n").filter((line) => /^\| `.*\|.*GB \|$/.test(line))
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));

  it("has a row for every one that is registered, in the registry's units of bench:losses and make:losses", () => {
    assert.deepEqual(rows.map(([terms]) => terms.replaceAll("`", "")).sort(), Object.keys(styleLosses).sort());
    const used = new Set(Object.values(styleLosses).map(({ spec }) => spec.name));
    const unused = lossSpecs.filter(({ kind, name }) => kind === "style" && !used.has(name)).map(({ name }) => name);
    assert.deepEqual(unused, ["gramAs"]); // the Gram loss in another unit
  });

  it("has the summaries and sources of the specs", () => {
    const told = new Set<string>();
    for (const [terms, compared, source] of rows) {
      const { spec } = styleLosses[terms.replaceAll("`", "")];
      if (told.has(spec.name) && spec.name !== "mmd") continue; // further uses of a loss say what is different
      told.add(spec.name);
      assert.ok(compared.startsWith(spec.summary), `${terms}: "${compared}" is "${spec.summary}" in its spec`);
      assert.ok(source.startsWith(spec.source), `${terms}: "${source}" is "${spec.source}" in its spec`);
    }
  });
});
