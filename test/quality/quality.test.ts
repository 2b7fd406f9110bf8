// The measures of a picture, each on images whose answer is known.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../src/image";
import { randomVgg } from "../../src/networks/vgg";
import { engine } from "../../src/platform/engine/engine";
import { colorFringe } from "../../src/quality/colorFringe";
import { fineEnergy } from "../../src/quality/fineEnergy";
import { gaussianBlur } from "../../src/quality/gaussianBlur";
import { patchDistance } from "../../src/quality/patchDistance";
import { pictureQuality } from "../../src/quality/pictureQuality";
import { pixelCorrelation } from "../../src/quality/pixelCorrelation";
import { psnr } from "../../src/quality/psnr";
import { rimFringe } from "../../src/quality/rimFringe";
import { ssim } from "../../src/quality/ssim";
import { strokeCoherence } from "../../src/quality/strokeCoherence";
import { structureSize } from "../../src/quality/structureSize";
import { assertClose, leaksNothing } from "../compare";

before(() => engine());

/** A gray image of a function of row and column. */
function gray(height: number, width: number, value: (row: number, column: number) => number): Image {
  return tf.tensor3d(Float32Array.from({ length: height * width * 3 },
    (_, i) => value(Math.floor(i / 3 / width), Math.floor(i / 3) % width)), [height, width, 3]);
}

describe("psnr", () => {
  it("is −10 log₁₀ of the mean squared error", async () => {
    assertClose(await psnr(gray(4, 6, () => 0.5), gray(4, 6, () => 0.6)), 20, 1e-5);
    assert.equal(await psnr(gray(4, 6, () => 0.5), gray(4, 6, () => 0.5)), Infinity);
  });

  it("names two sizes", async () => {
    await assert.rejects(psnr(noise([4, 4]), noise([4, 5])), /PSNR.*same size.*4×4.*4×5/);
  });
});

describe("ssim", () => {
  it("agrees with scikit-image", async () => {
    const file = path.join(__dirname, "ssim-reference.json");
    const saved = JSON.parse(readFileSync(file, "utf8")) as { shape: [number, number, number]; image: number[]; reference: number[]; ssim: number };
    const [image, reference] = [tf.tensor3d(saved.image, saved.shape), tf.tensor3d(saved.reference, saved.shape)];
    assertClose(await ssim(image, reference), saved.ssim, 1e-6);
    assertClose(await ssim(image, image), 1, 1e-12);
  });

  it("of two constant images is that of their means alone", async () => {
    const [x, y, c1] = [0.2, 0.6, 1e-4];
    assertClose(await ssim(gray(12, 12, () => x), gray(12, 12, () => y)), (2 * x * y + c1) / (x * x + y * y + c1), 1e-6);
  });

  it("refuses images smaller than its window", async () => {
    await assert.rejects(ssim(noise([10, 30]), noise([10, 30])), /11×11.*10×30/);
  });
});

describe("gaussianBlur", () => {
  it("keeps the sum of a plane and spreads a point by the Gaussian's variance", () => {
    const [height, width, sigma] = [21, 25, 1.7];
    const values = new Float64Array(height * width);
    values[10 * width + 12] = 1;
    const blurred = gaussianBlur({ values, height, width }, sigma, 10).values;
    assertClose([...blurred].reduce((sum, value) => sum + value, 0), 1, 1e-12);
    const variance = [...blurred].reduce((sum, value, i) => sum + value * ((i % width) - 12) ** 2, 0);
    assertClose(variance, sigma ** 2, 1e-4);
  });

  it("leaves a constant as it is, up to its edges", () => {
    const values = new Float64Array(35).fill(0.25);
    assertClose(gaussianBlur({ values, height: 5, width: 7 }, 2).values, values, 1e-12);
  });
});

describe("strokeCoherence", () => {
  it("is 1 for stripes of any direction", async () => {
    for (const angle of [0, 0.4, 1.2]) {
      const stripes = gray(40, 40, (row, column) => 0.5 + 0.4 * Math.sin(0.5 * (Math.cos(angle) * column + Math.sin(angle) * row)));
      assert.ok(await strokeCoherence(stripes) > 0.985, `${angle}`);
    }
  });

  it("is 0 for a flat image, and small for round grains", async () => {
    assert.equal(await strokeCoherence(gray(16, 16, () => 0.3)), 0);
    const grains = gray(48, 48, (row, column) => 0.5 + 0.25 * (Math.sin(row) + Math.sin(column)));
    assert.ok(await strokeCoherence(grains, { sigma: 6 }) < 0.12);
  });

  it("does not depend on contrast", async () => {
    const wave = (contrast: number): Image => gray(24, 24, (row, column) => 0.5 + contrast * Math.sin(row * column / 20));
    assertClose(await strokeCoherence(wave(0.1)), await strokeCoherence(wave(0.4)), 1e-4);
  });
});

describe("colorFringe", () => {
  it("is 0 for gray, whatever its grain", async () => {
    assert.ok(await colorFringe(gray(8, 8, (row, column) => (row + column) % 2)) < 1e-4);
  });

  it("is the root mean square of the neighbors' distance in chroma, in levels", async () => {
    // Columns of gray and of gray with 0.1 more blue: Cb differs by 0.05, Cr by −0.0081312, between columns and not between rows.
    const striped = tf.tensor3d([[[0.5, 0.5, 0.5], [0.5, 0.5, 0.6]], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.6]]]) as Image;
    assertClose(await colorFringe(striped), 255 * Math.sqrt((2 * (0.05 ** 2 + 0.0081312 ** 2)) / 4), 1e-5);
  });
});

describe("rimFringe", () => {
  /** A checkerboard of two colors that are `contrast` apart; the outer 8 pixels have `outer` times that. */
  const checkered = (contrast: number, outer: number, side = 40): Image =>
    tf.tensor3d(Float32Array.from({ length: 3 * side * side }, (_, i) => {
      const [row, column] = [Math.floor(i / 3 / side), Math.floor(i / 3) % side];
      const isRim = Math.min(row, column, side - 1 - row, side - 1 - column) < 8;
      return 0.5 + ((row + column) % 2 === 0 ? 1 : -1) * contrast * (isRim ? outer : 1) * (i % 3 === 2 ? 1 : 0);
    }), [side, side, 3]);

  it("is how many times as strong the fringes of the outer 8 pixels are", async () => {
    for (const outer of [1, 2, 0.5, 0]) assertClose(await rimFringe(checkered(0.1, outer)), outer, 1e-5);
  });

  it("is 1 for a flat image, and about 1 for noise, which is everywhere the same", async () => {
    assert.equal(await rimFringe(gray(24, 30, () => 0.4)), 1);
    assertClose(await rimFringe(noise([96, 128], { seed: 4 })), 1, 0.03);
  });

  it("refuses a rim that leaves no middle", async () => {
    await assert.rejects(rimFringe(noise([17, 40])), /middle of at least 2×2; got 8 in an image of 17×40/);
    await assert.rejects(rimFringe(noise([40, 40]), { width: 1.5 }), RangeError);
  });
});

describe("fineEnergy", () => {
  const wave = (cycles: number): Image => gray(64, 48, (_, column) => 0.5 + 0.2 * Math.cos(2 * Math.PI * cycles * column));

  it("is half of the squared amplitude for a wave above the bound, and nothing for one below", async () => {
    assertClose(await fineEnergy(wave(0.4375)), 0.02, 2e-3);
    assert.ok(await fineEnergy(wave(0.25)) < 1e-7);
    assertClose(await fineEnergy(wave(0.25), { above: 0.2 }), 0.02, 2e-3);
  });

  it("of white noise is its variance times the share of frequencies above the bound", async () => {
    const share = 1 - Math.PI * 0.375 ** 2; // the square of frequencies without a disk
    let mean = 0;
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) mean += await fineEnergy(noise([96, 96], { seed }).mean(2, true).tile([1, 1, 3]) as Image) / 8;
    assertClose(mean, share / 36, 0.03); // the mean of three uniform numbers has a variance of 1/36; the estimate's deviation is 1 %
  });
});

describe("structureSize", () => {
  it("of squares is near the distance at which 1/e of the correlation is left, and grows with them", async () => {
    const size = async (side: number): Promise<number> => {
      const random = noise([96 / side, 96 / side], { seed: 5 }).mean(2, true).tile([1, 1, 3]) as Image;
      return structureSize(tf.image.resizeNearestNeighbor(random, [96, 96]));
    };
    // Correlation of random squares falls as 1 − d/side: 1/e is left at 0.632 of the side.
    for (const side of [1, 4, 8]) assert.ok(Math.abs(await size(side) / (0.632 * side) - 1) < 0.12, `${side}: ${await size(side)}`);
  });

  it("of a flat image is half of it", async () => assert.equal(await structureSize(gray(20, 30, () => 0.4)), 10));
});

describe("pixelCorrelation", () => {
  const [image, other] = [() => noise([24, 24], { seed: 8 }), () => noise([24, 24], { seed: 9 })];

  it("is 1 for an image with itself, whatever its contrast, and −1 for its negative", async () => {
    assertClose((await pixelCorrelation(image(), tf.add(tf.mul(image(), 0.3), 0.2))).correlation, 1, 1e-6);
    assertClose((await pixelCorrelation(image(), tf.sub(1, image()))).correlation, -1, 1e-6);
  });

  it("of independent noise is as large as where it is moved: about one over the root of the number of pixels", async () => {
    const { correlation, shifted } = await pixelCorrelation(image(), other());
    assert.ok(shifted > 0.7 / 24 && shifted < 1.4 / 24, `${shifted}`);
    assert.ok(Math.abs(correlation) < 4 * shifted);
  });
});

describe("pictureQuality", () => {
  it("of the painting itself has its style exactly, and of the photograph its content", async () => {
    const judge = await randomVgg({ width: 1 / 16, seed: 2 });
    const [photo, painting] = [noise([32, 32], { seed: 3 }), noise([32, 32], { seed: 4, strength: 0.3 })];
    await leaksNothing(async () => {
      const asPainting = await pictureQuality(judge, painting, { photo, painting });
      assert.ok(asPainting.gram < 1e-9 && asPainting.heldOut < 1e-9 && asPainting.frechet < 1e-6);
      assertClose([asPainting.grain, asPainting.fringe, asPainting.rim, asPainting.coherence],
        [1, asPainting.fringeOfPainting, await rimFringe(painting), asPainting.coherenceOfPainting], 1e-12);
      const asPhoto = await pictureQuality(judge, photo, { photo, painting });
      assert.ok(asPhoto.content < 1e-9 && asPhoto.ssim > 1 - 1e-9);
      assertClose(asPhoto.artistic, 1 + asPhoto.frechet, 1e-6);
      assert.ok(asPhoto.gram > 0.01 && asPhoto.heldOut > 0.01);
    });
  });
});

describe("patchDistance", () => {
  /** Bricks of 8 rows and 16 columns, moved to the right by so many pixels. */
  const bricks = (moved = 0, contrast = 0.4): Image => gray(64, 64, (row, column) => {
    const [y, x] = [row, column + moved + (Math.floor(row / 8) % 2) * 8];
    return 0.5 + contrast * (y % 8 < 2 || x % 16 < 2 ? -1 : 0.4 * Math.sin(Math.floor(row / 8) * 7 + Math.floor(x / 16) * 3));
  });

  it("is 0 for an image of the same patches, wherever they are", () => leaksNothing(async () => {
    const [image, half] = [bricks(), tf.tidy(() => tf.tile(tf.slice(bricks(), [0, 0, 0], [16, 64, 3]), [4, 1, 1])) as Image];
    assert.equal(await patchDistance(image, image), 0);
    assert.ok(await patchDistance(half, image) < 0.05);
    tf.dispose([image, half]);
  }));

  it("is (1 − a)² for a of the contrast: 1 for a flat image", async () => {
    const noisy = noise([64, 64], { seed: 1 });
    const [weak, flat] = [0.5, 0].map((part) => tf.tidy(() => tf.add(tf.mul(tf.sub(noisy, 0.5), part), 0.5)) as Image);
    assertClose(await patchDistance(weak, noisy), 0.25, 0.02);
    assertClose(await patchDistance(flat, noisy), 1, 0.02);
    tf.dispose([noisy, weak, flat]);
  });

  it("sees that pixels of the same values are elsewhere, and in which scale", async () => {
    const image = bricks();
    const pixels = tf.reshape(image, [64 * 64, 3]);
    const order = Int32Array.from({ length: 64 * 64 }, (_, i) => (i * 1597) % (64 * 64)); // odd, so every pixel once
    const shuffled = tf.tidy(() => tf.reshape(tf.gather(pixels, tf.tensor1d(order, "int32")), [64, 64, 3])) as Image;
    assert.ok(await patchDistance(shuffled, image) > 0.3);
    tf.dispose([image, pixels, shuffled]);
  });

  it("refuses what is smaller than its patches", async () => {
    await assert.rejects(patchDistance(noise([10, 20]), noise([20, 20])), /7×7 patches.*10 pixels.*14/);
  });
});
