import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import { runInNewContext } from "node:vm";
import { inflateSync } from "node:zlib";
import sharp from "sharp";
import { noise } from "../../../src/image";
import { engine } from "../../../src/platform/engine/engine";
import { saveImage } from "../../../src/platform/files/saveImage";
import { settingsOf } from "../../../src/platform/files/settingsOf";
import { temporaryFolder } from "./fixtures";

before(() => engine());

const settings = { photo: "Gänse & \"Küken\" <1>.jpg", steps: 60, weight: 1e-3, none: null, layers: ["relu1_1", "&amp;", "&lt;"], "it's": { no: undefined, emoji: "🦢" } };
const kept = { ...settings, "it's": { emoji: "🦢" } };

test("settingsOf(saveImage(image, { settings })) are the settings, in every format, and the picture is the same", async (t) => {
  const folder = temporaryFolder(t);
  const image = noise([8, 9], { seed: 1 });
  for (const extension of [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"]) {
    const [plain, file] = [`plain${extension}`, `with${extension}`].map((name) => path.join(folder, name));
    await saveImage(image, plain);
    await saveImage(image, file, { settings });
    assert.deepEqual(await settingsOf(file), kept, extension);
    assert.equal(await settingsOf(plain), undefined);
    assert.deepEqual(await sharp(file).raw().toBuffer(), await sharp(plain).raw().toBuffer());
    await saveImage(image, plain, { settings });
    assert.deepEqual(fs.readFileSync(plain), fs.readFileSync(file), "the same bytes twice");
  }
});

test("the settings in a PNG are the text chunk that other programs read as XMP", async (t) => {
  const file = path.join(temporaryFolder(t), "a.png");
  await saveImage(noise([2, 2]), file, { settings: { photo: "Gänse.jpg" } });
  const bytes = fs.readFileSync(file);
  const [type, keyword] = ["zTXt", "XML:com.adobe.xmp\0\0"]; // the second zero: deflate
  const at = bytes.indexOf(type + keyword, 0, "latin1");
  const text = inflateSync(bytes.subarray(at + type.length + keyword.length, at + type.length + bytes.readUInt32BE(at - 4))).toString("latin1");
  assert.match(text, /^<\?xpacket begin="".*styloscope:settings="\{&quot;photo&quot;:&quot;G\\u00e4nse\.jpg&quot;\}".*<\?xpacket end="r"\?>$/);
});

test("what is no plain data, or too much of it, is refused with its place, and no file appears", async (t) => {
  const folder = temporaryFolder(t);
  const image = noise([2, 2]);
  const refused: [object, RegExp][] = [
    [{ loss: NaN }, /^settings\.loss is NaN, which is no plain data/],
    [{ terms: [{ target: image }] }, /^settings\.terms\[0\]\.target is an object of the class Tensor/],
    [{ each: () => {} }, /^settings\.each is a function/],
    [{ steps: [60n] }, /^settings\.steps\[0\] is 60/],
    [new Map(), /^settings is an object of the class Map/],
    [{ long: "x".repeat(60_000) }, /^these settings take 60\d\d\d bytes, and a picture's file holds 60000/],
    [{ long: "<".repeat(20_000) }, /^these settings take 80\d\d\d bytes/],
  ];
  for (const [settings, message] of refused) await assert.rejects(saveImage(image, path.join(folder, "a.png"), { settings }), { message });
  assert.deepEqual(fs.readdirSync(folder), []);
  await saveImage(image, path.join(folder, "a.jpg"), { settings: { long: "x".repeat(59_000) } });
  assert.deepEqual(await settingsOf(path.join(folder, "a.jpg")), { long: "x".repeat(59_000) });
});

test("settings are data, whatever is written in them", async (t) => {
  const folder = temporaryFolder(t);
  const written = async (text: string): Promise<string> => {
    const file = path.join(folder, "foreign.png");
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description ${text}/></r:RDF></x:xmpmeta>`;
    await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } }).withXmp(xmp).png().toFile(file);
    return file;
  };
  const file = await written('xmlns:styloscope="urn:styloscope" styloscope:settings="{&quot;__proto__&quot;:{&quot;key&quot;:1}}"');
  const found = await settingsOf(file) as object;
  assert.deepEqual(Object.keys(found), ["__proto__"]);
  assert.equal(({} as { key?: number }).key, undefined);
  assert.equal(await settingsOf(await written('dc:title="a picture" xmlns:dc="http://purl.org/dc/elements/1.1/"')), undefined);
  await assert.rejects(written('xmlns:styloscope="urn:styloscope" styloscope:settings="{no"').then(settingsOf), /^Error: the settings in .*foreign\.png are damaged \(/);
  assert.equal(await settingsOf(await written(`xmlns:styloscope="urn:styloscope" styloscope:settings="[${"1,".repeat(40_000)}1]"`)), undefined, "too long to be ours");
});

test("a file that is missing, empty, no image or cut short is named, with what to do", async (t) => {
  const folder = temporaryFolder(t);
  const file = (name: string, content: string | Buffer = ""): string => (fs.writeFileSync(path.join(folder, name), content), path.join(folder, name));
  await saveImage(noise([2, 2]), path.join(folder, "mine.png"));
  await assert.rejects(settingsOf(path.join(folder, "mein.png")), /mein\.png does not exist in .*: did you mean mine\.png\?/);
  await assert.rejects(settingsOf(file("empty.png")), /empty\.png is empty/);
  await assert.rejects(settingsOf(file("page.png", "<html>")), /page\.png cannot be loaded: it is a web page/);
  await assert.rejects(settingsOf(file("cut.png", fs.readFileSync(path.join(folder, "mine.png")).subarray(0, 20))), /cut\.png is damaged or cut short/);
  await assert.rejects(settingsOf(folder), /is a folder: give an image inside it/);
});

test("objects of another realm, such as a notebook's, are plain data", async (t) => {
  const file = path.join(temporaryFolder(t), "a.png");
  await saveImage(noise([2, 2]), file, { settings: runInNewContext("({ steps: [1, { two: 2 }] })") as object });
  assert.deepEqual(await settingsOf(file), { steps: [1, { two: 2 }] });
});
