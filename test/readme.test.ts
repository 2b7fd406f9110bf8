// What the documents say is so: their samples compile and run, their links lead somewhere, their counts and names are those of the code.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as ts from "typescript";
import * as library from "../src";
import {
  anchors, blocks, completed, documents, files, inlineCode, links, read, root, runnable, section, table, typecheck, type Code,
} from "./documents";

/** What is wrong in the documents today, by the test that says so. An entry that holds, or that no test has, fails: take it off. */
const untruths: string[] = [
  "DESIGN lists every folder of src",
];
const wrong = new Set(untruths);

const holds = (name: string, check: () => unknown): void => void it(name, async () => {
  if (wrong.delete(name)) return assert.rejects(async () => check(), "this holds now: take it off the list of untruths");
  await check();
});

const readme = read("README.md");
const design = read("DESIGN.md");

/** What pieces of code in tables and in running text take for granted. */
const given: Record<string, string> = {
  photo: "Image", painting: "Image", strokes: "Image", mosaic: "Image", image: "Image", start: "Image",
  sky: "Mask", brush: "Painted", halves: "{ image: Mask, target: Mask }", vgg: "Vgg", terms: "readonly Term[]", goal: "Objective", step: "Step", view: "Live",
  features: "tf.Tensor3D", mine: "tf.Tensor2D", file: "string", rest: "{ start: Image }",
  settings: "RunSettings",
};

/** Code in a table's cell as something to check: `.gram` and `"vgg16"` go on from the code before, `loss: …` is an option. */
function pieces(cell: string): Code[] {
  let before = "";
  return inlineCode(cell).map((written) => {
    const whole = written.startsWith(".") ? before.replace(/\.\w+(\(.*\))?$/, "") + written
      : /^"[^"]*"$/.test(written) ? before.replace(/"[^"]*"/, written) : written;
    before = whole;
    const code = whole.replace(/\(…\)/g, "").replace(/…/g, "...rest");
    const option = `({ ${code} }) satisfies Partial<Term> | Partial<MinimizeOptions>;`;
    return { name: `README's \`${whole}\``, code: /^\w+: /.test(code) ? option : code.startsWith("const ") ? code : `await (${code});` };
  });
}

const samples: Code[] = blocks(readme, "ts").map((code, i) => ({ name: `README's sample ${i + 1}`, code: /^import /m.test(code) ? code : completed(code, given) }));
const rows: Code[] = [...table(readme, "You want").map(([, code]) => code), ...table(readme, "terms").map(([terms]) => terms)]
  .flatMap(pieces).map(({ name, code }) => ({ name, code: completed(code, given) }));
const { errors, checker, exported } = typecheck([...samples, ...rows]);

describe("the samples", () => {
  for (const [name, found] of errors) holds(`${name} compiles`, () => assert.deepEqual(found, []));

  const out = mkdtempSync(path.join(tmpdir(), "samples-"));
  let network: library.Vgg, values: Record<string, unknown>;
  /** The library in a hurry: small images, a small network, one step. */
  const quick = {
    ...library,
    sample: (name: string) => library.sample(name, { shorter: 32 }),
    vgg19: async () => network, vgg16: async () => network, vgg19Half: async () => network, vgg19Mini: async () => network,
    loadNetwork: (name: string) => (assert.ok(library.networkNames.includes(name), name), network),
    ...Object.fromEntries((["transfer", "reconstruct", "texture", "minimize", "coarseToFine", "explore", "refine"] as const).map((name) => [name, (...all: unknown[]) =>
      (library[name] as (...all: unknown[]) => unknown)(...all.slice(0, -1), { ...all.at(-1) as object, steps: 1, ...(name === "texture" && { size: [32, 40] }) })])),
    sampleClip: () => library.sampleClip({ count: 2, size: 32 }),
    transferFrames: (on: library.Network, painting: library.Image) => library.transferFrames(on, painting, { steps: 1 }),
    saveImage: (image: library.Image, name: string, options: object) => library.saveImage(image, path.join(out, name), options),
    settingsOf: (name: string) => library.settingsOf(path.join(out, name)),
    saveAnimation: (frames: Parameters<typeof library.saveAnimation>[0], name: string) => library.saveAnimation(frames, path.join(out, name)),
    estimate: (goal: library.Objective) => library.estimate(goal, [24, 32]),
    reproduce: (name: string) => library.reproduce(name, { network: "vgg19-mini", size: 24, steps: 0 }),
    show: () => undefined, // needs a notebook: test/notebook/show.test.ts
    sweep: ({ base, over }: library.Plan, options: library.SweepOptions) =>
      library.sweep({ base: { ...base, size: 32, steps: 1 }, over: Object.fromEntries(
        Object.entries(over ?? {}).map(([name, values]) => [name, (values as unknown[]).slice(0, 1)])) }, { ...options, out: path.join(out, "sweep") }),
  };
  before(async () => {
    const { adam, content, fullMask, live, minimize, noise, objective, randomVgg, style, tf } = library;
    network = await randomVgg({ width: 1 / 16 });
    const [photo, painting, strokes, mosaic, image, start] = [1, 2, 3, 4, 5, 6].map((seed) => noise([40, 48], { seed }));
    const [sky, features] = [fullMask(photo), network.features(photo, ["relu2_1"])("relu2_1")];
    const brush = await library.paint(photo, { value: [{ radius: 9, points: [[20, 20]] }] });
    const terms = [content(photo), style(painting)];
    const goal = objective(network, terms);
    const { value: step } = await minimize(goal, { start, optimizer: adam() }).next();
    const view = live();
    await view.update(step as library.Step);
    values = {
      photo, painting, strokes, mosaic, image, start, sky, brush, halves: { image: sky, target: sky }, vgg: network, terms, goal, step, view, features,
      mine: tf.tidy(() => library.gramMatrix(features)), file: path.join(out, "run.safetensors"), rest: { start },
      settings: { steps: 60 },
    };
    assert.deepEqual(Object.keys(values).sort(), Object.keys(given).sort());
  });
  after(() => rmSync(out, { recursive: true }));

  for (const { name, code } of [...samples, ...rows])
    if (errors.get(name)!.length === 0)
      holds(`${name} runs`, () => new Function("require", ...Object.keys(values), runnable(code))(() => quick, ...Object.values(values)));
});

describe("links, paths and commands", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const sources = files.filter((file) => /^(src|scripts|test)\/.*\.ts$/.test(file) && file !== "test/readme.test.ts").map(read).join("\n");
  for (const [file, text] of documents) {
    holds(`${file}: every link has a file and a heading`, () => {
      for (const link of links(text)) {
        const [target, anchor] = link.split("#");
        const name = path.join(path.dirname(file), decodeURI(target));
        assert.ok(target === "" || existsSync(path.join(root, name)), link);
        if (anchor) assert.ok(anchors(documents.get(target === "" ? file : name) ?? "").includes(anchor), link);
      }
    });

    holds(`${file}: every command is in package.json`, () => {
      for (const [, script] of text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)) assert.ok(scripts[script], script);
    });

    holds(`${file}: every path is a file's`, () => {
      for (const code of inlineCode(text).filter((code) => /^[\w.-]+(\/[\w.-]+)+\.(ts|md|js|json|py|ipynb)$/.test(code) && !code.startsWith("out/")))
        assert.ok(files.some((file) => file === code || file.endsWith(`/${code}`)), code);
    });

    holds(`${file}: every environment variable is read somewhere`, () => {
      for (const [name] of text.matchAll(/STYLOSCOPE_[A-Z0-9]+/g)) assert.match(sources, new RegExp(`${name}\\b`));
    });
  }
});

describe("what is counted and listed", () => {
  const numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"];
  const counts: [RegExp, number][] = [
    [/(\w+) systems/g, Object.keys(library.conventions).length],
    [/(\w+) total variations/g, library.variations.length],
    [/(\w+) small types/g, blocks(design, "ts").join("").match(/^(type|interface) /gm)?.length ?? 0],
  ];
  for (const [file, text] of documents)
    holds(`${file}: every number in words is that of the code`, () => {
      for (const [pattern, count] of counts)
        for (const [said, word] of text.matchAll(pattern))
          if (numbers.includes(word.toLowerCase())) assert.equal(numbers.indexOf(word.toLowerCase()), count, said);
    });

  holds("README lists the normalizations", () => {
    const [, list] = /^Normalizations: ([\s\S]*?)\./m.exec(readme)!;
    assert.deepEqual(inlineCode(list.replaceAll("\n", " ")), Object.keys(library.conventions));
  });

  holds("README lists every loss", () => {
    const listed = inlineCode(section(readme, "Losses").replace(/<[^>]*>/g, "")).join(" ");
    for (const name of lossNames()) assert.match(listed, new RegExp(`\\b${name}\\b`));
  });

  holds("README lists every notebook", () => {
    for (const file of readdirSync(path.join(root, "notebooks")).filter((file) => file.endsWith(".ipynb"))) assert.ok(readme.includes(`(notebooks/${file})`), file);
  });

  holds("DESIGN shows the types with the names that they have", () => {
    for (const [, name, members] of blocks(design, "ts").join("").matchAll(/^interface (\w+)[^{\n]*\{([^\n]*)\}$/gm)) {
      const symbol = exported.find((each) => each.name === name);
      assert.ok(symbol, name);
      const properties = checker.getDeclaredTypeOfSymbol(resolved(symbol)).getProperties().map((property) => property.name);
      for (const member of members.split(";").map((text) => /\w+/.exec(text)?.[0]).filter((text) => text !== undefined))
        assert.ok(properties.includes(member), `${name}.${member}`);
    }
  });

  holds("DESIGN lists every folder of src", () => {
    const tree = blocks(design, "").find((block) => block.startsWith("src/\n")) ?? "";
    const listed = [...tree.split(/^scripts\//m)[0].matchAll(/^ {2}(\w+)\//gm)].map(([, folder]) => folder);
    assert.deepEqual(listed.sort(), readdirSync(path.join(root, "src")).filter((name) => statSync(path.join(root, "src", name)).isDirectory()).sort());
  });
});

const resolved = (symbol: ts.Symbol): ts.Symbol => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

/** The files of src/losses whose main export is a loss or makes one, from nothing or options: neither from a loss nor from a function. */
function lossNames(): string[] {
  const isLoss = (type: ts.Type): boolean => /Loss$/.test((type.aliasSymbol ?? type.symbol)?.name ?? "");
  return exported.filter((symbol) => files.includes(`src/losses/${symbol.name}.ts`)).filter((symbol) => {
    const type = checker.getTypeOfSymbol(resolved(symbol));
    if (isLoss(type)) return true;
    return type.getCallSignatures().some((signature) => isLoss(signature.getReturnType()) && !signature.getParameters().some((parameter) => {
      const taken = checker.getTypeOfSymbol(parameter);
      return isLoss(taken) || taken.getCallSignatures().length > 0;
    }));
  }).map(({ name }) => name);
}

describe("the list of untruths", () => {
  it("has a test for each", () => assert.deepEqual([...wrong], []));
});
