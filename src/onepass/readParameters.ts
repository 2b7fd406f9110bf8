// The parameters of a network that was trained here, from its file.
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { LayerParameters } from "../networks/applyLayer";
import { checkPublished } from "../networks/weights/checkPublished";
import { engine } from "../platform/engine/engine";
import { findWeights, locateWeights } from "../platform/files/findWeights";
import { weightsPath } from "../platform/files/paths";
import { readSafetensors } from "../platform/files/safetensors";
import { layerParameters } from "../training/parameterSlots";

/** Shapes by name, as `networkShapes` has them. */
type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];

/**
 * The notes of a file of weights, and what reads its parameters as tensors once the architecture is known, which the notes say.
 *
 * @param name of the weights that come with the project, or what the `file` shall hold: a path or the name of a file in a folder of weights
 * @throws Error where the file is not there, or lacks a tensor, or has one of another shape
 */
export async function readParameters(
  name: string, file?: string,
): Promise<{ read: (shapes: Shapes) => Map<string, LayerParameters>; metadata: Readonly<Record<string, string>> }> {
  await engine();
  const found = file === undefined ? findWeights(name) : locateWeights(file);
  if (found === undefined)
    throw new Error(`${file ?? `the weights of ${name}`} is not here (looked in ${weightsPath().join(", ")}): train it, or name its file`);
  await checkPublished(found);
  const { tensors, metadata } = await readSafetensors(found);
  const read = (shapes: Shapes): Map<string, LayerParameters> => {
    const wrong = shapes.filter(([tensor, shape]) => String(tensors.get(tensor)?.shape) !== String(shape))
      .map(([tensor, shape]) => `${tensor}: expected [${shape.join(", ")}], got ${tensors.has(tensor) ? `[${tensors.get(tensor)!.shape.join(", ")}]` : "none"}`);
    if (wrong.length > 0) throw new Error(`${path.basename(found)} does not hold ${name}: ${wrong.slice(0, 3).join("; ")}. Train it again`);
    return layerParameters(new Map(shapes.map(([tensor]) => {
      const { shape, data } = tensors.get(tensor)!;
      return [tensor, tf.tensor(data, [...shape])];
    })));
  };
  return { read, metadata };
}
