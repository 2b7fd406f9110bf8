// Networks with random parameters, written to files as trainings write them: what is tested does not depend on what was trained.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { decoder, decoderInputs, type DecodedLayer } from "../../src/networks/architectures/decoder";
import { johnson } from "../../src/networks/architectures/johnson";
import { writeSafetensors } from "../../src/platform/files/safetensors";
import { networkShapes } from "../../src/training/parameterSlots";

export const folder = mkdtempSync(path.join(tmpdir(), "styloscope-onepass-"));
process.once("exit", () => rmSync(folder, { recursive: true }));

type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];

async function written(name: string, shapes: Shapes, metadata: Record<string, string>): Promise<string> {
  const file = path.join(folder, name);
  const tensors = new Map(shapes.map(([tensor, shape], i) => {
    const fan = shape.length === 4 ? shape[0] * shape[1] * shape[2] : 4;
    const data = tf.tidy(() => tf.randomNormal([...shape], tensor.endsWith(".scale") ? 1 : 0, Math.sqrt(1 / fan), "float32", i + 1).dataSync() as Float32Array);
    return [tensor, { shape: [...shape], data }];
  }));
  await writeSafetensors(file, tensors, { metadata });
  return file;
}

export function randomDecoder(layer: DecodedLayer): Promise<string> {
  const shapes = networkShapes(decoder("vgg19-mini", layer), decoderInputs("vgg19-mini", layer));
  return written(`decoder-${layer}.safetensors`, shapes, { encoder: "vgg19-mini", layer });
}

export function randomStyles(styles: readonly string[]): Promise<string> {
  const shapes = networkShapes(johnson({ styles: styles.length, width: 4, blocks: 2 }));
  return written(`styles-${styles.length}.safetensors`, shapes, { width: "4", blocks: "2", styles: styles.join(",") });
}
