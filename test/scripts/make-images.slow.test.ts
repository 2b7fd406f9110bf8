// The project's sample pictures: same seed, same bytes; all different; none flat or clipped.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { make, pictures, readOptions } from "../../scripts/make-images";
import { encode, type Canvas } from "../../scripts/pictures/canvas";
import { worley, fbm, noise, noise3, random, ridged } from "../../scripts/pictures/noise";

const root = path.resolve(__dirname, "../..");
const folder = path.join(root, "notebooks/images");
const size = 64;
const rendered: Record<string, Canvas> = {};
const first = (name: string): Canvas => (rendered[name] ??= pictures[name](size, 1));

function statistics(values: ArrayLike<number>): { mean: number; deviation: number } {
  const list = Array.from(values),
    mean = list.reduce((a, b) => a + b, 0) / list.length;
  return { mean, deviation: Math.sqrt(list.reduce((a, b) => a + (b - mean) ** 2, 0) / list.length) };
}

for (const name of Object.keys(pictures)) {
  test(`${name}: the same seed gives the same bytes, another seed another picture`, async () => {
    const again = pictures[name](size, 1),
      other = pictures[name](size, 2);
    assert.deepEqual(await encode(again), await encode(first(name)));
    const change = statistics(other.data.map((value, i) => Math.abs(value - again.data[i])));
    assert.ok(change.mean > 0.005, `seeds 1 and 2 differ by ${change.mean} only`);
  });

  test(`${name}: every value is a number in 0…1, with contrast, and not clipped`, () => {
    const { width, height, data } = first(name);
    assert.deepEqual([width, height, data.length], [size, size, 3 * size * size]);
    assert.ok(
      data.every((value) => value >= -1e-6 && value <= 1 + 1e-6),
      "values outside 0…1, or not numbers",
    );
    const { mean, deviation } = statistics(data);
    assert.ok(mean > 0.15 && mean < 0.85, `mean ${mean}`);
    assert.ok(deviation > 0.12, `deviation ${deviation}`);
    const white = data.filter((value) => value > 0.995).length / data.length;
    const black = data.filter((value) => value < 0.005).length / data.length;
    assert.ok(white < 0.03 && black < 0.05, `${white} white, ${black} black`);
  });

  test(`${name}: the committed picture is a 512-pixel JPEG with full color resolution, under 160 kB`, async () => {
    const file = path.join(folder, `${name}.jpg`),
      { format, width, height, chromaSubsampling } = await sharp(file).metadata();
    assert.deepEqual([format, width, height, chromaSubsampling], ["jpeg", 512, 512, "4:4:4"]);
    assert.ok(fs.statSync(file).size <= 160_000, `${fs.statSync(file).size} bytes`);
  });
}

test("no two pictures look alike", () => {
  const names = Object.keys(pictures);
  for (const [i, a] of names.entries()) {
    for (const b of names.slice(i + 1)) {
      const other = first(b).data,
        { mean } = statistics(first(a).data.map((value, k) => Math.abs(value - other[k])));
      assert.ok(mean > 0.1, `${a} and ${b} differ by ${mean} only`);
    }
  }
});

test("all committed pictures together are under 900 kB", () => {
  const total = Object.keys(pictures).reduce(
    (sum, name) => sum + fs.statSync(path.join(folder, `${name}.jpg`)).size,
    0,
  );
  assert.ok(total <= 900_000, `${total} bytes`);
});

test("no generator uses the time or unseeded random numbers", () => {
  for (const file of fs.readdirSync(path.join(root, "scripts/pictures"))) {
    const text = fs.readFileSync(path.join(root, "scripts/pictures", file), "utf8");
    assert.doesNotMatch(text, /Math\.random|Date\b|performance\./, file);
  }
});

test("noise is continuous, centered where documented, and the same at each call", () => {
  const next = random(5),
    points = Array.from({ length: 4000 }, () => [40 * next() - 20, 40 * next() - 20]);
  for (const f of [noise, (x: number, y: number) => noise3(x, y, 0.3 * x), (x: number, y: number) => fbm(x, y)]) {
    const { mean, deviation } = statistics(points.map(([x, y]) => f(x, y)));
    assert.ok(Math.abs(mean) < 0.05 && deviation > 0.15 && deviation < 0.7, `mean ${mean}, deviation ${deviation}`);
    for (const [x, y] of points.slice(0, 200)) {
      assert.ok(Math.abs(f(x + 1e-6, y) - f(x, y)) < 1e-3);
      assert.equal(f(x, y), f(x, y));
    }
  }
  assert.ok(points.every(([x, y]) => ridged(x, y) >= 0 && worley(x, y).near <= worley(x, y).second));
});

test("a random stream is uniform, and two seeds give two streams", () => {
  const next = random(1),
    values = Array.from({ length: 10000 }, next),
    { mean, deviation } = statistics(values);
  assert.ok(Math.abs(mean - 0.5) < 0.01 && Math.abs(deviation - Math.sqrt(1 / 12)) < 0.01);
  assert.notEqual(random(1)(), random(2)());
});

test("without names all pictures are made, 512 pixels, into notebooks/images", () => {
  assert.deepEqual(readOptions([]), { names: Object.keys(pictures), size: 512, seed: 1, out: folder });
  assert.deepEqual(readOptions(["mosaic", "mosaic"]).names, ["mosaic"]);
});

test("an unknown picture, size or seed is refused with the remedy", () => {
  assert.throws(() => readOptions(["mosiac"]), /no picture "mosiac"; did you mean mosaic\?/);
  for (const bad of ["8", "4096", "1.5", "big"])
    assert.throws(() => readOptions(["--size", bad]), /--size .*from 16 to 2048/);
  assert.throws(() => readOptions(["--seed", "x"]), /--seed x: expected a whole number/);
});

test("a picture is written without temporary files left beside it", async () => {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), "pictures-"));
  const { file, bytes } = await make("mosaic", { size: 32, seed: 3, out: path.join(out, "new") });
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ["mosaic.jpg"]);
  assert.equal(fs.statSync(file).size, bytes);
  fs.rmSync(out, { recursive: true });
});

test("the command prints a line for each picture; a wrong name ends it with one line and status 1", () => {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), "pictures-"));
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ["--require", "ts-node/register", "scripts/make-images.ts", ...args], {
      cwd: root,
      encoding: "utf8",
    });
  const good = run("woodcut", "--size", "24", "--out", out);
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stdout, /^woodcut\s+24×24\s+\d+ kB\s+[\d.]+ s\s+.*woodcut\.jpg\n$/);
  assert.deepEqual(fs.readdirSync(out), ["woodcut.jpg"]);
  const bad = run("valey");
  assert.deepEqual([bad.status, bad.stdout, bad.stderr.trim().split("\n").length], [1, "", 1]);
  assert.match(bad.stderr, /did you mean valley\?/);
  fs.rmSync(out, { recursive: true });
});
