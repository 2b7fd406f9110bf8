// What completes a cell, and what Shift-Tab shows; `|` stands for the cursor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request, run } from "./cells";

const setup = `import { resize, gramAs, loadNetwork, reproduce, sample, style, sweep } from "styloscope";
const net = { name: "mine", layers: ["relu1_1", "relu2_1"], features: (image: unknown, layers: readonly string[]) => layers };
const other = { ...net, layers: ["fire2"] };
const read = Object.assign((layer: string) => layer, { dispose() {} });
const photo = 1;`;

const cell = (marked: string): { code: string; cursor_pos: number } =>
  ({ code: marked.replace("|", ""), cursor_pos: [...marked.slice(0, marked.indexOf("|"))].length });

/** What becomes of the cell with each match, or with the first `most` of them. */
async function completed(marked: string, most = Infinity): Promise<string[]> {
  const { code, cursor_pos } = cell(marked);
  const { matches, cursor_start, cursor_end } = await request("complete_request", { code, cursor_pos });
  const characters = [...code];
  return (matches as string[]).slice(0, most).map((match) =>
    [...characters.slice(0, cursor_start), match, ...characters.slice(cursor_end)].join(""));
}

async function shown(marked: string): Promise<string> {
  return (await request("inspect_request", { ...cell(marked), detail_level: 0 })).data["text/plain"] ?? "";
}

test("inside quotes: samples, networks, figures", async () => {
  const { reply } = await run(setup);
  assert.equal(reply.status, "ok", reply.evalue);
  assert.deepEqual(await completed('sample("wood|'), ['sample("woodcut"'.slice(0, -1)]);
  assert.deepEqual(await completed('await sample("vall|", { shorter: 64 })'), ['await sample("valley", { shorter: 64 })']);
  assert.deepEqual(await completed('loadNetwork("res|")'), ['loadNetwork("resnet50")', 'loadNetwork("random-resnet50")']);
  assert.deepEqual(await completed('sweep({ over: { network: ["vgg19-m|"] } })'), ['sweep({ over: { network: ["vgg19-mini"] } })']);
  assert.ok((await completed('reproduce("|")')).includes('reproduce("gatys2016/figure1-content")'));
});

test("inside quotes: the layers of the network that takes part, or of all there are", async () => {
  assert.deepEqual(await completed('net.features(photo, ["re|"])'), ['net.features(photo, ["relu1_1"])', 'net.features(photo, ["relu2_1"])']);
  assert.deepEqual(await completed('style(photo, { layers: ["|"] })'),
    ["relu1_1", "relu2_1", "fire2", "pixels"].map((layer) => `style(photo, { layers: ["${layer}"] })`));
  assert.deepEqual(await completed('objective(other, [style(photo, { layers: { "f|": 1 } })])'), ['objective(other, [style(photo, { layers: { "fire2": 1 } })])']);
  assert.deepEqual(await completed("style(photo, { layers: { fi|: 1 } })"), ["style(photo, { layers: { fire2: 1 } })"]);
  assert.deepEqual(await completed('read("relu1|")'), ['read("relu1_1")']);
});

test("inside quotes: what the compiler knows replaces what is written", async () => {
  assert.deepEqual(await completed('gramAs("john|")'), ['gramAs("johnson")']);
  assert.deepEqual(await completed('console.log("gra|")'), []);
});

test("a name that is not imported yet is offered, and said to be one", async () => {
  assert.deepEqual(await completed("textu|", 1), ["texture"]);
  const { matches, metadata } = await request("complete_request", cell("vgg19M|"));
  assert.deepEqual([matches, metadata._jupyter_types_experimental], [["vgg19Mini"], [{ text: "vgg19Mini", type: "import" }]]);
  assert.deepEqual((await request("complete_request", cell("net.textu|"))).matches, []);
  assert.deepEqual((await request("complete_request", cell("samp|"))).matches.filter((name: string) => name === "sample"), ["sample"]);
  assert.match(await shown("vgg19Mini|"), /^not imported yet: import \{ vgg19Mini \} from "styloscope";\n\n.*function vgg19Mini\([^]*VGG-19 to conv5_1/);
  const { errors } = await run("vgg19Mini();");
  assert.match(errors[0], /Cannot find name 'vgg19Mini'[^]*\nstyloscope has it: import \{ vgg19Mini \} from "styloscope";/);
});

test("Shift-Tab inside the brackets of a call shows the function, beside what the cursor is on", async () => {
  for (const marked of ["resize(|", "resize(photo, |)", "resize(photo|)", "resize([1, 2], { shorter: |64 })"])
    assert.match(await shown(marked), /function resize\(image: [^]*size: Size\)|resize\(image: [^]*bicubic/, marked);
  assert.match(await shown("resize(pho|to)"), /^const photo: 1\n\n\(alias\) function resize|^const photo: 1\n\n\(alias\) resize/);
  assert.match(await shown("net.features(|)"), /features: \(image: unknown, layers: readonly string\[\]\)/);
  assert.match(await shown("noise([16, 16], |)"), /^not imported yet: import \{ noise \}[^]*seed/);
  assert.match(await shown("res|ize"), /^\(alias\) function resize\(/);
  assert.equal(await shown("1 + |1"), "");
});

test("positions are counted in characters, as Jupyter counts", async () => {
  assert.deepEqual(await completed('const joy = "😀😀"; sample("wood|")'), ['const joy = "😀😀"; sample("woodcut")']);
});
