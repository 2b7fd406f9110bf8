// Reads the convolutions of a network from a weights file, under any of the usual names, and checks them.
import { manifest } from "../../platform/files/manifest";
import { readWeights, weightsKind } from "../../platform/files/readWeights";
import { readSafetensors } from "../../platform/files/safetensors";
import { sizeOf, type FilterData, type TensorData, type Tensors } from "../../platform/files/tensors";
import { convolutionsOf, type Architecture } from "../architectures/architecture";
import type { Normalization, TensorPart, WeightsNaming } from "../architectures/weightsNaming";
import { foldBatchNorm } from "./foldBatchNorm";

/** What a weights file holds of a network. */
export interface NetworkWeights {
  /** By convolution, shallow to deep; a batch normalization is folded in. */
  readonly filters: Map<string, FilterData>;
  readonly file: string;
  readonly normalization: Normalization;
  /** The naming under which the first convolution was found. */
  readonly naming: WeightsNaming;
}

/**
 * Reads the convolutions of an architecture from `file` (Keras HDF5 or safetensors), under the names of its `namings`. The
 * normalization is a safetensors file's own note `normalization` where it has one; otherwise the naming's.
 *
 * @throws listing every tensor that is missing, has another shape, is not finite, or is no tensor of that network
 */
export async function readFilters(architecture: Architecture, file: string): Promise<NetworkWeights> {
  const { name, namings, tensorPattern } = architecture;
  const wanted = (tensor: string): boolean => tensorPattern.test(tensor);
  const { tensors, metadata } = await weightsKind(file) === "hdf5" ? { tensors: await readWeights(file, wanted), metadata: {} }
    : await readSafetensors(file, wanted);
  const filters = new Map<string, FilterData>();
  const wrong: string[] = [];
  const used = new Set<string>();
  let naming: WeightsNaming | undefined;
  for (const [layer, { channels, inputs, size, batchNorm }] of convolutionsOf(architecture.layers)) {
    const find = (part: TensorPart, shape: readonly number[]): TensorData | undefined => {
      const found = take(tensors, namings, layer, part, shape);
      if (found.name !== undefined) used.add(found.name); // one that is wrong is no stranger, too
      if ("problem" in found) return void wrong.push(`${layer} ${part} ${found.problem}`);
      naming ??= found.naming;
      return found.tensor;
    };
    const kernel = find("kernel", [size, size, inputs, channels]);
    const bias = find("bias", [channels])?.data;
    if (batchNorm === undefined) {
      if (kernel && bias) filters.set(layer, { kernel, bias });
      continue;
    }
    const [gamma, beta, mean, variance] = (["gamma", "beta", "mean", "variance"] as const)
      .map((part) => find(part, [channels])?.data);
    if (kernel && bias && gamma && beta && mean && variance)
      filters.set(layer, foldBatchNorm({ kernel, bias }, { gamma, beta, mean, variance, epsilon: batchNorm }));
  }
  // A VGG-19 holds everything a VGG-16 needs, under the same names, and gives other features.
  for (const extra of tensors.keys()) if (!used.has(extra)) wrong.push(`"${extra}" is no part of ${name}`);
  if (wrong.length > 0 || !naming) throw new Error(complaint(name, file, wrong, tensors.size > 0));
  return { filters, file, normalization: noted(file, metadata) ?? naming.normalization, naming };
}

function complaint(name: string, file: string, wrong: readonly string[], any: boolean): string {
  const more = wrong.length > 8 ? `; and ${wrong.length - 8} more` : "";
  const nothing = any ? "" : " The file holds no convolution under a known name.";
  const remedy = manifest.some((entry) => entry.name === name) ? `Fetch the right file with \`npm run weights -- ${name}\`.`
    : "Correct the architecture's layers and names, or take the file that they describe.";
  return `${file} does not hold the weights of ${name}: ${wrong.slice(0, 8).join("; ")}${more}.${nothing} ${remedy}`;
}

/** The tensor under the first naming that finds it, kernels as [height, width, in, out]; or what is wrong with it. */
function take(
  tensors: Tensors, namings: readonly WeightsNaming[], layer: string, part: TensorPart, shape: readonly number[],
): { name: string; tensor: TensorData; naming: WeightsNaming } | { name?: string; problem: string } {
  for (const naming of namings) {
    const pattern = naming.tensor(layer, part);
    const found = [...tensors].find(([name]) => pattern.test(name));
    if (!found) continue;
    const [name, tensor] = found;
    const transposed = naming.torch && shape.length === 4;
    const stored = transposed ? [shape[3], shape[2], shape[0], shape[1]] : shape;
    if (String(tensor.shape) !== String(stored)) {
      return { name, problem: `("${name}"): expected [${stored.join(", ")}], got [${tensor.shape.join(", ")}]` };
    }
    const bad = tensor.data.reduce((count, value) => (Number.isFinite(value) ? count : count + 1), 0);
    if (bad > 0) return { name, problem: `("${name}"): expected finite numbers, got ${bad} of ${tensor.data.length} that are NaN or infinite` };
    return { name, naming, tensor: transposed ? { shape, data: toKeras(tensor) } : tensor };
  }
  return { problem: `[${shape.join(", ")}] is missing` };
}

/** [out, in, kh, kw] → [kh, kw, in, out]. */
function toKeras({ shape: [outputs, inputs, height, width], data }: TensorData): Float32Array {
  const transposed = new Float32Array(sizeOf([outputs, inputs, height, width]));
  let index = 0;
  for (let tap = 0; tap < height * width; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) transposed[index++] = data[(o * inputs + i) * height * width + tap];
    }
  }
  return transposed;
}

function noted(file: string, metadata: Record<string, string>): Normalization | undefined {
  // Files written for earlier versions spell the note "normalisation"; overlooked, their images would arrive in the wrong units.
  const normalization = metadata.normalization ?? metadata.normalisation;
  if (normalization === undefined || normalization === "caffe" || normalization === "torchvision") return normalization;
  throw new Error(`${file}: its note says normalization "${normalization}"; expected "caffe" or "torchvision". Correct `
    + "the note, or images would reach the network in the wrong units.");
}
