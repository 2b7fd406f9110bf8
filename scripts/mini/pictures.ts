// What networks are trained on: crops of a folder's images and of the project's generated ones, with random augmentation.
import { mkdir, readdir } from "node:fs/promises";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { writeAtomically } from "../../src/platform/files/writeAtomically";
import { pictures } from "../make-images";
import { encode } from "../pictures/canvas";

export type Random = () => number;

export interface Picture {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

const readable = /\.(jpe?g|png|webp|tiff?)$/i;
const longest = 512;

/** All images of `folder`, shrunk to at most 512 pixels, and generated ones, which are stored in `cache`. */
export async function loadPictures(folder: string | undefined, cache: string, generatedSeeds: number): Promise<Picture[]> {
  const generatedFiles = await generated(cache, generatedSeeds);
  const found = folder ? (await readdir(folder)).filter((name) => readable.test(name)).sort().map((name) => path.join(folder, name)) : [];
  if (folder && found.length === 0) throw new Error(`no image in ${folder}: name a folder of JPEG, PNG, WebP or TIFF files`);
  return Promise.all([...found, ...generatedFiles].map(async (file) => {
    const { data, info } = await sharp(file).rotate().flatten().toColorspace("srgb")
      .resize(longest, longest, { fit: "inside", withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  }));
}

async function generated(cache: string, seeds: number): Promise<string[]> {
  await mkdir(cache, { recursive: true });
  const files: string[] = [];
  const existing = new Set(await readdir(cache));
  for (let seed = 1; seed <= seeds; seed++)
    for (const [name, generate] of Object.entries(pictures)) {
      const file = `${name}-${seed}.jpg`;
      if (!existing.has(file)) await writeAtomically(path.join(cache, file), await encode(generate(256, seed)));
      files.push(path.join(cache, file));
    }
  return files;
}

/**
 * A crop of `side` pixels, RGB in 0…1: of any part at least as large, shrunk; mirrored or not; in half of the cases with
 * another brightness, contrast and color, in a quarter of them with noise, unless it is to be `clean`.
 */
export async function drawCrop(
  from: readonly Picture[], side: number, random: Random, { clean = false }: { clean?: boolean } = {},
): Promise<Float32Array> {
  const { data, width, height } = from[Math.floor(random() * from.length)];
  const room = Math.min(width, height);
  const size = Math.round(side * (room / side) ** random());
  const left = Math.floor(random() * (width - size + 1));
  const top = Math.floor(random() * (height - size + 1));
  const raw = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left, top, width: size, height: size }).resize(side, side).flop(random() < 0.5).raw().toBuffer();
  const crop = Float32Array.from(raw, (value) => value / 255);
  if (random() < 0.5) recolor(crop, random);
  if (!clean && random() < 0.25) addNoise(crop, random);
  return crop;
}

function recolor(crop: Float32Array, random: Random): void {
  const contrast = 0.5 + random();
  const gray = random() < 0.2 ? 1 : random() * 0.5;
  const gains = [0, 1, 2].map(() => 0.7 + 0.6 * random());
  const brightness = 0.3 * (random() - 0.5);
  for (let i = 0; i < crop.length; i += 3) {
    const light = 0.299 * crop[i] + 0.587 * crop[i + 1] + 0.114 * crop[i + 2];
    for (let c = 0; c < 3; c++) {
      const color = crop[i + c] + (light - crop[i + c]) * gray;
      crop[i + c] = clip(((color - 0.5) * contrast + 0.5 + brightness) * gains[c]);
    }
  }
}

/** Crops as one batch. */
export function stackedCrops(crops: readonly Float32Array[], side: number): tf.Tensor4D {
  const pixels = new Float32Array(crops.length * side * side * 3);
  crops.forEach((crop, i) => pixels.set(crop, i * crop.length));
  return tf.tensor4d(pixels, [crops.length, side, side, 3]);
}

function addNoise(crop: Float32Array, random: Random): void {
  const strength = 0.6 * random() ** 2;
  for (let i = 0; i < crop.length; i++) crop[i] = clip(crop[i] + strength * (random() + random() - 1));
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));
