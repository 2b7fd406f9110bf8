// Pictures of the course's site: smaller, and plots the same to the last pixel.
import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { webpPictures } from "../../../scripts/course/webpPictures";

const side = 64;
const smooth = sharp(Buffer.from(Array.from({ length: side * side * 4 }, (_, i) => (i % 4 === 3 ? i % 256 : (i / 97) % 256))), {
  raw: { width: side, height: side, channels: 4 } });
const bytesOf = (address: string): Buffer => Buffer.from(address.split(",")[1], "base64");

test("a plot keeps every pixel and its transparency, a photograph its looks; both are smaller, and the page around them is the same", async () => {
  const png = `data:image/png;base64,${(await smooth.clone().png().toBuffer()).toString("base64")}`;
  const jpeg = `data:image/jpeg;base64,${(await smooth.clone().removeAlpha().jpeg({ quality: 92 }).toBuffer()).toString("base64")}`;
  const html = await webpPictures(`<p>a</p><img src="${png}" alt="$&"><script type="application/json">{"source":"${jpeg}"}</script><img src="${png}">`);
  const found = [...html.matchAll(/data:image\/webp;base64,[^"]+/g)].map(([address]) => address);
  assert.equal(html.replace(/data:image\/webp;base64,[^"]+/g, "·"), '<p>a</p><img src="·" alt="$&"><script type="application/json">{"source":"·"}</script><img src="·">');
  assert.ok(found[0].length < png.length && found[1].length < jpeg.length);
  const raw = (bytes: Buffer): Promise<Buffer> => sharp(bytes).raw().toBuffer();
  const visible = (pixels: Buffer): number[] => [...pixels].map((value, i) => (pixels[i - (i % 4) + 3] === 0 ? 0 : value));
  assert.deepEqual(visible(await raw(bytesOf(found[0]))), visible(await raw(bytesOf(png))));
  const [a, b] = [await raw(bytesOf(found[1])), await raw(bytesOf(jpeg))];
  assert.ok(Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length) < 8);
});

test("a picture that WebP would not make smaller stays as it is", async () => {
  const noise = Buffer.from(Array.from({ length: side * side * 3 }, (_, i) => (i * i * 31 + i * 7) % 251));
  const rough = await sharp(noise, { raw: { width: side, height: side, channels: 3 } }).jpeg({ quality: 10 }).toBuffer();
  const page = `<img src="data:image/jpeg;base64,${rough.toString("base64")}">`;
  assert.equal(await webpPictures(page), page);
});
