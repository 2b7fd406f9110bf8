import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { before, after, test } from "node:test";
import * as os from "node:os";
import { main as images } from "../../../scripts/images";
import { main as weights } from "../../../scripts/weights";
import { architectures } from "../../../src/networks/registry";
import { importWeights } from "../../../src/networks/weights/importWeights";
import { networkWeights } from "../../../src/networks/weights/networkWeights";
import { readFilters } from "../../../src/networks/weights/readFilters";
import { findWeights, listWeights } from "../../../src/platform/files/findWeights";
import { manifest } from "../../../src/platform/files/manifest";
import { packageRoot } from "../../../src/platform/files/paths";
import { h5wasm } from "../../../src/platform/files/readKerasHdf5";
import { writeSafetensors } from "../../../src/platform/files/safetensors";
import { sizeOf, type Tensors } from "../../../src/platform/files/tensors";
import { temporaryFolder, withVariable } from "./fixtures";

/** VGG-16 by its paper's table: layer, inputs, outputs; and torchvision's index of each convolution. */
const vgg16 = [
  ["conv1_1", 3, 64, 0], ["conv1_2", 64, 64, 2], ["conv2_1", 64, 128, 5], ["conv2_2", 128, 128, 7],
  ["conv3_1", 128, 256, 10], ["conv3_2", 256, 256, 12], ["conv3_3", 256, 256, 14],
  ["conv4_1", 256, 512, 17], ["conv4_2", 512, 512, 19], ["conv4_3", 512, 512, 21],
  ["conv5_1", 512, 512, 24], ["conv5_2", 512, 512, 26], ["conv5_3", 512, 512, 28],
] as const;

/** A kernel whose value tells its place: output, input, row and column. */
const valueAt = (o: number, i: number, y: number, x: number): number => (o * 31 + i * 17 + y * 5 + x * 3) % 251;
const bias = (outputs: number): Float32Array => Float32Array.from({ length: outputs }, (_, o) => o);

function kernel(inputs: number, outputs: number, layout: "keras" | "torch"): { shape: number[]; data: Float32Array } {
  const shape = layout === "keras" ? [3, 3, inputs, outputs] : [outputs, inputs, 3, 3];
  const data = new Float32Array(sizeOf(shape));
  const [a, b, c, d] = shape;
  let at = 0;
  for (let p = 0; p < a; p++) for (let q = 0; q < b; q++) for (let r = 0; r < c; r++) for (let s = 0; s < d; s++) {
    data[at++] = layout === "keras" ? valueAt(s, r, p, q) : valueAt(p, q, r, s);
  }
  return { shape, data };
}

let folder: string;
const file = (name: string): string => path.join(folder, name);
const torch = (): Tensors => new Map(vgg16.flatMap(([, inputs, outputs, index]) => [
  [`features.${index}.weight`, kernel(inputs, outputs, "torch")],
  [`features.${index}.bias`, { shape: [outputs], data: bias(outputs) }],
]));

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "styloscope-weights-"));
  const { File } = await h5wasm();
  const root = new File(file("keras.h5"), "w");
  for (const [layer, inputs, outputs] of vgg16) {
    const name = `block${layer[4]}_conv${layer[6]}`;
    const group = root.create_group(name);
    // Half of the layers as Keras 1 named them, half as later ones do.
    const old = Number(layer[4]) % 2 === 1;
    const inner = old ? group : group.create_group(name);
    inner.create_dataset({ name: old ? `${name}_W_1:0` : "kernel:0", ...kernel(inputs, outputs, "keras") });
    inner.create_dataset({ name: old ? `${name}_b_1:0` : "bias:0", data: bias(outputs), shape: [outputs] });
  }
  root.close();
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test("readFilters() finds every convolution of a Keras file, in its shape, as the original network's", async () => {
  const { filters: layers, normalization } = await readFilters(architectures.vgg16, file("keras.h5"));
  assert.equal(normalization, "caffe");
  assert.deepEqual([...layers.keys()], vgg16.map(([layer]) => layer));
  for (const [layer, inputs, outputs] of vgg16) {
    assert.deepEqual(layers.get(layer)!.kernel.shape, [3, 3, inputs, outputs]);
    assert.deepEqual(layers.get(layer)!.bias, bias(outputs));
  }
});

test("torchvision's names are found, turned to [3, 3, in, out], and their normalization is said", async () => {
  await writeSafetensors(file("torch.safetensors"), torch());
  const turned = await readFilters(architectures.vgg16, file("torch.safetensors"));
  assert.equal(turned.normalization, "torchvision");
  const same = await readFilters(architectures.vgg16, file("keras.h5"));
  for (const [layer] of vgg16) assert.deepEqual(turned.filters.get(layer), same.filters.get(layer), layer);
});

test("a file's own note decides the normalization; one that means nothing is refused", async () => {
  const small = torch();
  await writeSafetensors(file("noted.safetensors"), small, { dtype: "BF16", metadata: { normalization: "caffe" } });
  assert.equal((await readFilters(architectures.vgg16, file("noted.safetensors"))).normalization, "caffe");
  await writeSafetensors(file("noted.safetensors"), small, { dtype: "BF16", metadata: { normalization: "bgr" } });
  await assert.rejects(readFilters(architectures.vgg16, file("noted.safetensors")),
    /says normalization "bgr"; expected "caffe" or "torchvision"/);
});

test("missing, misshapen, extra and non-finite tensors are listed, with what was expected", async () => {
  const wrong = torch();
  wrong.delete("features.7.bias");
  wrong.set("features.0.weight", { shape: [64, 1, 3, 3], data: new Float32Array(576) });
  wrong.get("features.5.bias")!.data[3] = NaN;
  wrong.set("features.30.weight", { shape: [1], data: new Float32Array(1) });
  await writeSafetensors(file("wrong.safetensors"), wrong);
  await assert.rejects(readFilters(architectures.vgg16, file("wrong.safetensors")), (error: Error) => {
    for (const part of [
      file("wrong.safetensors"), 'conv1_1 kernel ("features.0.weight"): expected [64, 3, 3, 3], got [64, 1, 3, 3]',
      'conv2_1 bias ("features.5.bias"): expected finite numbers', "conv2_2 bias [128] is missing",
      '"features.30.weight" is no part of vgg16', "npm run weights -- vgg16",
    ]) assert.ok(error.message.includes(part), `${part} in ${error.message}`);
    return true;
  });
});

test("VGG-16 is not taken for VGG-19, nor something else for either", async () => {
  await assert.rejects(readFilters(architectures.vgg19, file("keras.h5")), /weights of vgg19: conv3_4 kernel .*missing/);
  await writeSafetensors(file("other.safetensors"), new Map([["a", { shape: [1], data: new Float32Array(1) }]]));
  await assert.rejects(readFilters(architectures.vgg19, file("other.safetensors")),
    /and 24 more\. The file holds no convolution under a known name/);
});

test("importWeights() copies a checked file under a name that findWeights() finds, and refuses others", async (t) => {
  const target = temporaryFolder(t);
  withVariable(t, "STYLOSCOPE_WEIGHTS", target);
  fs.chmodSync(file("keras.h5"), 0o444);
  const imported = await importWeights("vgg16", file("keras.h5"), target);
  const copy = path.join(target, "vgg16_keras_notop.h5");
  assert.deepEqual(imported, { file: copy, official: false, normalization: "caffe" });
  assert.ok(fs.readFileSync(imported.file).equals(fs.readFileSync(file("keras.h5"))));
  await importWeights("vgg16", file("keras.h5"), target);
  await assert.rejects(importWeights("vgg19", file("keras.h5"), target), /does not hold the weights of vgg19/);
  await assert.rejects(importWeights("vgg16", file("none.h5"), target), /none\.h5 does not exist/);
  await assert.rejects(importWeights("vgg61", file("keras.h5"), target), /no weights "vgg61"; did you mean "vgg16"\?/);
  assert.deepEqual(fs.readdirSync(target), ["vgg16_keras_notop.h5"]);
  if (findWeights("vgg16") !== imported.file) return t.diagnostic("weights/ holds vgg16 already, which comes first");
  assert.equal((await networkWeights(architectures.vgg16)).file, imported.file);
  const listed = (await listWeights()).find(({ name }) => name === "vgg16")!;
  assert.deepEqual([listed.file, listed.official, listed.bytes], [copy, false, fs.statSync(copy).size]);
});

test("a part or a folder of a fitting name is no weights file", (t) => {
  const target = temporaryFolder(t);
  withVariable(t, "STYLOSCOPE_WEIGHTS", target);
  fs.mkdirSync(path.join(target, "vgg19.safetensors"));
  fs.writeFileSync(path.join(target, `${manifest[0].fileName}.part`), "half");
  assert.ok(!findWeights("vgg19")?.startsWith(target));
});

test("missing weights: the error names the command, --from, the variable and randomVgg()", async (t) => {
  withVariable(t, "STYLOSCOPE_WEIGHTS", "");
  if (findWeights("vgg16")) return t.skip("weights/ holds vgg16");
  await assert.rejects(networkWeights(architectures.vgg16), (error: Error) =>
    ["npm run weights -- vgg16`", "--from FILE", "STYLOSCOPE_WEIGHTS", "randomVgg()"]
      .every((part) => error.message.includes(part)));
});

test("the manifest names each file once, with a checksum of its kind's length and an https address", () => {
  assert.equal(new Set(manifest.map(({ name }) => name)).size, manifest.length);
  assert.equal(new Set(manifest.map(({ fileName }) => fileName)).size, manifest.length);
  for (const { address, checksum: { algorithm, value }, license } of manifest) {
    assert.equal(new URL(address).protocol, "https:");
    assert.match(value, algorithm === "md5" ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/);
    assert.ok(license.length > 0);
  }
});

test("weights/README.md states every checksum and address of the manifest", () => {
  const readme = fs.readFileSync(path.join(packageRoot, "weights", "README.md"), "utf8");
  for (const { fileName, address, checksum, sha256 } of manifest.filter(({ kind }) => kind === "weights")) {
    for (const part of [fileName, address, checksum.value, sha256 ?? ""]) assert.ok(readme.includes(part), part);
  }
});

/** Runs a command's main function and collects what it prints. */
async function printed(main: typeof weights, args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await main(args, (line) => lines.push(line), (line) => lines.push(line));
  return { code, text: lines.join("\n") };
}

test("the commands explain wrong arguments and exit with 2; failures exit with 1", async (t) => {
  for (const [main, args, code, message] of [
    [weights, ["vgg91"], 2, /no weights "vgg91"; did you mean "vgg1[69]"/],
    [weights, ["lst"], 2, /did you mean list/],
    [weights, [], 2, /expected one network, got 0[^]*--from FILE/],
    [weights, ["vgg16", "vgg19"], 2, /expected one network, got 2/],
    [weights, ["--form", "x"], 2, /--form[^]*npm run weights/],
    [weights, ["vgg19", "--from", path.join(packageRoot, "package.json")], 1, /package\.json cannot be read: .*nei/],
    [weights, ["--help"], 0, /which files are available/],
    [images, ["the_scram"], 2, /did you mean "the_scream"/],
    [images, ["--all"], 2, /--all[^]*npm run images/],
  ] as const) {
    const ran = await printed(main, [...args]);
    assert.match(ran.text, message);
    assert.equal(ran.code, code, args.join(" "));
  }
  withVariable(t, "STYLOSCOPE_WEIGHTS", "");
  const listed = await printed(weights, ["list"]);
  assert.equal(listed.code, 0);
  assert.match(listed.text, /vgg19 {2}VGG-19[^]*vgg16 {2}VGG-16/);
});

const real = (process.env.STYLOSCOPE_WEIGHTS ?? "").split(path.delimiter).filter(Boolean)
  .map((place) => path.join(place, "vgg19_keras_notop.h5")).find((place) => fs.existsSync(place));
test("the real VGG-19 has its 16 convolutions, in the original's units",
  { skip: !real && "no STYLOSCOPE_WEIGHTS with vgg19_keras_notop.h5" }, async () => {
    const { filters: layers, normalization } = await readFilters(architectures.vgg19, real!);
    assert.equal(normalization, "caffe");
    assert.deepEqual([...layers.keys()].filter((layer) => layer.endsWith("_4")), ["conv3_4", "conv4_4", "conv5_4"]);
    assert.deepEqual(layers.get("conv5_4")!.kernel.shape, [3, 3, 512, 512]);
    const count = [...layers.values()].reduce((sum, layer) => sum + layer.kernel.data.length + layer.bias.length, 0);
    assert.equal(count, 20_024_384);
    await assert.rejects(readFilters(architectures.vgg16, real!), /"block3_conv4\/block3_conv4_W_1:0" is no part of vgg16/);
  });
