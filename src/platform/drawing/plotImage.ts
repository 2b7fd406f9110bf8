// A plot as an image, to stand beside others on a sheet.
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import type { Image } from "../../image";
import type { Plot } from "./plot";
import { plotPng, type PngOptions } from "./plotPng";

/** The plot on white, as `plotPng` draws it. The caller owns the image. */
export async function plotImage(plot: Plot, options: PngOptions = {}): Promise<Image> {
  const { bytes } = await plotPng(plot, options);
  const { data, info } = await sharp(bytes).flatten({ background: "#ffffff" }).removeAlpha().toColorspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return tf.tidy(() => tf.div<tf.Tensor3D>(tf.tensor3d(new Uint8Array(data), [info.height, info.width, 3], "int32"), 255));
}
