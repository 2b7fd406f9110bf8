import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { loadImage, type LoadOptions } from "../../../src/platform/files/loadImage";
import { temporaryFolder, withClaimedSize, withProfile } from "./fixtures";

/** Six colors, 3 wide and 2 high: not square, no channel like another. */
const pixels = [200, 100, 50, 10, 240, 30, 90, 20, 160, 128, 128, 128, 0, 0, 0, 255, 255, 255];
const raw = (values: number[], channels: 1 | 2 | 3 | 4, width = 3): Sharp =>
  sharp(Buffer.from(values), { raw: { width, height: values.length / channels / width, channels } });

/** The same at 16 bits. */
const raw16 = (values: number[], channels: 1 | 3 | 4, width = 2): Sharp =>
  sharp(Uint16Array.from(values), { raw: { width, height: values.length / channels / width, channels } });

async function values(source: string | Uint8Array, options?: LoadOptions): Promise<number[]> {
  const image = await loadImage(source, options);
  const read = [...await image.data()];
  image.dispose();
  return read;
}

function assertNear(got: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(got.length, expected.length);
  got.forEach((value, i) => assert.ok(
    Math.abs(value - expected[i]) <= tolerance, `value ${i}: ${value}, expected ${expected[i]} ± ${tolerance}`));
}
const asUnit = (bytes: readonly number[]): number[] => bytes.map((value) => value / 255);

test("PNG, lossless WebP and TIFF load exactly, as [height, width, 3] in 0…1", async () => {
  for (const bytes of [
    await raw(pixels, 3).png().toBuffer(), await raw(pixels, 3).webp({ lossless: true }).toBuffer(),
    await raw(pixels, 3).tiff({ compression: "deflate" }).toBuffer(),
  ]) {
    const image = await loadImage(bytes);
    assert.deepEqual(image.shape, [2, 3, 3]);
    assert.equal(image.dtype, "float32");
    assertNear([...await image.data()], asUnit(pixels), 1e-6);
    image.dispose();
  }
});

test("a JPEG loads from a file, whatever its extension says", async (t) => {
  const file = path.join(temporaryFolder(t), "flat.png");
  fs.writeFileSync(file, await sharp({ create: { width: 9, height: 7, channels: 3, background: "#804020" } })
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer());
  assertNear((await values(file)).slice(0, 3), asUnit([128, 64, 32]), 2 / 255);
});

test("EXIF rotation is applied", async () => {
  // Rows abc / def as stored. Orientation 6 asks for a quarter turn clockwise: da / eb / fc; 3 for a half turn.
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, (_, i) => asUnit(pixels.slice(3 * i, 3 * i + 3)));
  const rotated = {
    1: [a, b, c, d, e, f], 2: [c, b, a, f, e, d], 3: [f, e, d, c, b, a], 6: [d, a, e, b, f, c], 8: [c, f, b, e, a, d],
  };
  for (const [orientation, expected] of Object.entries(rotated)) {
    const bytes = await raw(pixels, 3).withMetadata({ orientation: Number(orientation) }).png().toBuffer();
    const image = await loadImage(bytes);
    assert.deepEqual(image.shape, Number(orientation) > 4 ? [3, 2, 3] : [2, 3, 3]);
    assertNear([...await image.data()], expected.flat(), 1e-6);
    image.dispose();
  }
});

test("sizes are those of the upright picture", async () => {
  const bytes = await sharp({ create: { width: 40, height: 20, channels: 3, background: "#888" } })
    .withMetadata({ orientation: 6 }).jpeg().toBuffer();
  assert.deepEqual((await loadImage(bytes)).shape, [40, 20, 3]);
  assert.deepEqual((await loadImage(bytes, { cover: [10, 8] })).shape, [10, 8, 3]);
  assert.deepEqual((await loadImage(bytes, { longer: 10 })).shape, [10, 5, 3]);
});

/** Display P3 to sRGB by the published matrices (linear light, D65 both), the transfer curve being sRGB's in both. */
function fromDisplayP3(color: number[]): number[] {
  const [r, g, b] = color.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const linear = [
    1.2249401 * r - 0.2249401 * g, -0.0420569 * r + 1.0420569 * g, -0.0196376 * r - 0.0786361 * g + 1.0982735 * b];
  return linear.map((v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
}

test("an embedded profile is converted to sRGB, at 8 and at 16 bits", async () => {
  const colors = [[150, 120, 90], [100, 110, 120], [180, 170, 160], [128, 128, 128]];
  const profile = async (name: string): Promise<Buffer> =>
    (await sharp(await raw(pixels, 3).withIccProfile(name).png().toBuffer()).metadata()).icc!;
  const eight = await raw(colors.flat(), 3, 2).png().toBuffer();
  const sixteen = await raw16(colors.flat().map((v) => 257 * v), 3).toColorspace("rgb16").png().toBuffer();
  const expected = colors.map(fromDisplayP3).flat();
  assertNear(await values(withProfile(eight, await profile("p3"))), expected, 1.5 / 255);
  assertNear(await values(withProfile(sixteen, await profile("p3"))), expected, 0.3 / 255);
  // sRGB's own profile changes nothing. (sharp alone would leave 16-bit values in Display P3.)
  assertNear(await values(withProfile(sixteen, await profile("srgb"))), asUnit(colors.flat()), 0.3 / 255);
});

test("16 bits stay 16: steps of 1/65535 survive, also through a resize", async () => {
  const steps = Uint16Array.from({ length: 27 }, (_, i) => 30000 + i);
  const bytes = await raw16([...steps], 3, 3).toColorspace("rgb16").png().toBuffer();
  assertNear(await values(bytes), [...steps].map((v) => v / 65535), 1e-7);
  const [red, green, blue] = (await values(bytes, { shorter: 2 })).map((v) => 65535 * v);
  assertNear([red], [30003.286], 0.01); // Pillow's Lanczos of 32-bit floats
  assertNear([green - red, blue - green], [1, 1], 0.01);
  const gray = await raw16([0, 1001, 40000, 65535], 1).toColorspace("grey16").png().toBuffer();
  assertNear(await values(gray), [0, 1001, 40000, 65535].flatMap((v) => [v, v, v]).map((v) => v / 65535), 1e-7);
});

test("grayscale becomes three equal channels, with and without alpha", async () => {
  const gray = await raw([10, 20, 30, 250, 0, 255], 1).toColorspace("b-w").png().toBuffer();
  assert.equal((await sharp(gray).metadata()).channels, 1);
  assertNear(await values(gray), asUnit([10, 20, 30, 250, 0, 255]).flatMap((v) => [v, v, v]), 1e-6);
  const withAlpha = await raw([100, 255, 100, 0, 90, 255, 80, 51], 2, 2).png().toBuffer();
  const expected = asUnit([100, 0, 90, 16]).flatMap((v) => [v, v, v]);
  assertNear(await values(withAlpha, { background: "#000" }), expected, 1e-6);
});

test("transparency is flattened on the background, white unless told otherwise", async () => {
  const colors = [255, 0, 0, 128, 0, 255, 0, 0, 0, 0, 255, 255, 10, 20, 30, 51];
  const bytes = await raw(colors, 4, 2).png().toBuffer();
  const over = (background: number[]): number[] => [0, 1, 2, 3].flatMap((i) => [0, 1, 2].map((c) => {
    const alpha = colors[4 * i + 3] / 255;
    return alpha * colors[4 * i + c] / 255 + (1 - alpha) * background[c];
  }));
  assertNear(await values(bytes), over([1, 1, 1]), 1e-6);
  assertNear(await values(bytes, { background: "#f80" }), over([1, 136 / 255, 0]), 1e-6);
  await assert.rejects(loadImage(bytes, { background: "red" }), /background: expected "#rgb" or "#rrggbb", got "red"/);
});

test("16-bit transparency meets a white that is white", async () => {
  const bytes = await raw16(Array(16).fill(0), 4).toColorspace("rgb16").png().toBuffer();
  assertNear(await values(bytes), Array(12).fill(1), 1e-7);
});

test("a CMYK JPEG comes out in its colors, not inverted", async () => {
  const colors = [150, 120, 90, 200, 190, 180, 255, 255, 255];
  const wide = colors.flatMap((_, i) => (i % 3 === 0 ? Array(64).fill(colors.slice(i, i + 3)).flat() : []));
  const bytes = await sharp(Buffer.from(wide), { raw: { width: 8, height: 24, channels: 3 } }).toColorspace("cmyk")
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
  assert.equal((await sharp(bytes).metadata()).space, "cmyk");
  const got = await values(bytes);
  [0, 1, 2].forEach((i) => assertNear(
    got.slice(3 * (64 * i + 28), 3 * (64 * i + 28) + 3), asUnit(colors.slice(3 * i, 3 * i + 3)), 10 / 255));
});

test("shorter and longer shrink and never enlarge, unless told to; cover crops around the middle, exactly distorts", async () => {
  const bytes = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#888" } }).png().toBuffer();
  const shape = async (options: LoadOptions): Promise<number[]> => (await loadImage(bytes, options)).shape;
  assert.deepEqual(await shape({ shorter: 20 }), [20, 30, 3]);
  assert.deepEqual(await shape({ longer: 30 }), [20, 30, 3]);
  assert.deepEqual(await shape({ shorter: 80 }), [40, 60, 3]);
  assert.deepEqual(await shape({ longer: 90, enlarge: true }), [60, 90, 3]);
  assert.deepEqual(await shape({ cover: [100, 30] }), [100, 30, 3]);
  assert.deepEqual(await shape({ exactly: [100, 30] }), [100, 30, 3]);
  // 6 × 2, cut to the middle square: the two middle columns.
  const columns = [10, 50, 100, 120, 200, 250].map((v) => [v, v, v]).flat();
  const middle = await values(await raw([...columns, ...columns], 3, 6).png().toBuffer(), { cover: [2, 2] });
  assertNear(middle.filter((_, i) => i % 3 === 0), asUnit([100, 120, 100, 120]), 1e-6);
  // 6 × 2, each pixel twice, squeezed to half its width: no column is lost.
  const pairs = [10, 100, 200].flatMap((v) => Array<number>(6).fill(v));
  const squeezed = await values(await raw([...pairs, ...pairs], 3, 6).png().toBuffer(), { exactly: [2, 3] });
  assertNear(squeezed.filter((_, i) => i % 3 === 1), asUnit([10, 100, 200, 10, 100, 200]), 0.08);
});

test("wrong sizes are refused", async () => {
  const bytes = await raw(pixels, 3).png().toBuffer();
  await assert.rejects(loadImage(bytes, { shorter: 20, longer: 30 }), /use only one of them/);
  for (const shorter of [0, 1, -3, 2.5, NaN]) {
    await assert.rejects(loadImage(bytes, { shorter }), /expected a side of a whole number of at least 2 pixels/);
  }
  await assert.rejects(loadImage(bytes, { cover: [20000, 20000] }), /million pixels that are loaded/);
});

test("a missing file is named, with the nearest image in its folder", async (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "valley.png"), await raw(pixels, 3).png().toBuffer());
  fs.writeFileSync(path.join(folder, "vallei.txt"), "");
  const misspelt = path.join(folder, "valei.png");
  await assert.rejects(loadImage(misspelt), /valei\.png does not exist in .*: did you mean valley\.png\?/);
  await assert.rejects(loadImage(path.join(folder, "nowhere", "a.png")), /there is no folder .*nowhere/);
  await assert.rejects(loadImage(folder), /is a folder: give an image inside it/);
});

test("empty, cut short, damaged and other files are refused by name, each with the remedy", async (t) => {
  const folder = temporaryFolder(t);
  const noise = Buffer.from(Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * i * 7919) % 251));
  const picture = sharp(noise, { raw: { width: 64, height: 48, channels: 3 } });
  const refuse = async (name: string, content: Uint8Array | string, message: RegExp): Promise<void> => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, content);
    const names = (error: Error): boolean => error.message.includes(file) && message.test(error.message);
    await assert.rejects(loadImage(file), names, name);
  };
  await refuse("empty.jpg", "", /is empty \(0 bytes\): export or download/);
  await refuse("text.jpg", "dear diary,\n", /text, not an image.*expected a JPEG, PNG, WebP or TIFF/);
  await refuse("page.jpg", "<!DOCTYPE html><title>404</title>", /a web page/);
  await refuse("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", /an SVG.*convert it to PNG/);
  await refuse("bytes.png", Buffer.from([0, 1, 2, 3, 4]), /it is not an image/);
  await refuse("moving.gif", await picture.clone().gif().toBuffer(), /a GIF/);
  for (const [kind, bytes] of [
    ["JPEG", await picture.clone().jpeg().toBuffer()], ["PNG", await picture.clone().png().toBuffer()],
    ["WEBP", await picture.clone().webp().toBuffer()], ["TIFF", await picture.clone().tiff().toBuffer()],
  ] as const) {
    for (const share of [0.1, 0.5, 0.9]) {
      const message = new RegExp(`damaged or cut short.*the ${kind} again`);
      await refuse(`cut${share}.${kind}`, bytes.subarray(0, share * bytes.length), message);
    }
  }
});

test("an image under 2 pixels is refused, and says what is needed", async () => {
  const one = await raw([1, 2, 3], 3, 1).png().toBuffer();
  await assert.rejects(loadImage(one), /is 1 × 1 pixels.*at least 2 pixels each way.*larger picture/);
  await assert.rejects(loadImage(await raw(pixels, 3, 6).png().toBuffer(), { cover: [8, 8] }), /is 6 × 1 pixels/);
});

test("20000×20000 is refused from its header, with the remedy", async (t) => {
  const file = path.join(temporaryFolder(t), "huge.png");
  fs.writeFileSync(file, withClaimedSize(await raw(pixels, 3).png().toBuffer(), 20000, 20000));
  await assert.rejects(loadImage(file), (error: Error) =>
    error.message.includes(file) && /20000 × 20000.*100 million.*\{ shorter: 512 \}/.test(error.message));
  fs.writeFileSync(file, withClaimedSize(await raw(pixels, 3).png().toBuffer(), 60000, 60000));
  await assert.rejects(loadImage(file, { shorter: 512 }), /more than the 500 million pixels that can be decoded/);
});

test("more than 100 million pixels are loaded when a smaller size is asked for", async () => {
  const bytes = await sharp({ create: { width: 14000, height: 8000, channels: 3, background: "#336699" } })
    .toColorspace("b-w").png({ compressionLevel: 1 }).toBuffer();
  await assert.rejects(loadImage(bytes), /14000 × 8000/);
  assert.deepEqual((await loadImage(bytes, { shorter: 40 })).shape, [40, 70, 3]);
});
