// The convolutions of a VGG found in a weights file under any of the usual names, checked, in one layout.
import { readSafetensors } from "./safetensors";
import { readWeights, weightsKind } from "./readWeights";
import { sizeOf, type TensorData, type Tensors } from "./tensors";

/** The VGGs whose weights are known. */
export type VggName = "vgg16" | "vgg19" | "vgg19-mini";

/** One convolution: kernel [3, 3, in, out] and one bias per output channel. */
export interface VggLayer {
  readonly kernel: TensorData;
  readonly bias: Float32Array;
}

/**
 * What the network expects at its input. "caffe": BGR, 0…255, minus (103.939, 116.779, 123.68), the original weights.
 * "torchvision": RGB, 0…1, minus (.485, .456, .406), divided by (.229, .224, .225); trained anew, other weights.
 */
export type Normalisation = "caffe" | "torchvision";

export interface VggWeights {
  /** `conv1_1` … `conv5_4` (vgg19) or `conv5_3` (vgg16), shallow to deep. */
  readonly layers: Map<string, VggLayer>;
  readonly file: string;
  readonly normalisation: Normalisation;
}

/** A VGG's shape, block by block: how many 3×3 convolutions, how many channels, and how many blocks end in a pooling. */
export interface Topology {
  readonly convolutions: readonly number[];
  readonly widths: readonly number[];
  readonly poolings: number;
}

/** Simonyan and Zisserman 2014, table 1, columns D and E; the mini is E to conv5_1, with a quarter of the channels. */
export const topologies: Record<VggName, Topology> = {
  vgg16: { convolutions: [2, 2, 3, 3, 3], widths: [64, 128, 256, 512, 512], poolings: 5 },
  vgg19: { convolutions: [2, 2, 4, 4, 4], widths: [64, 128, 256, 512, 512], poolings: 5 },
  "vgg19-mini": { convolutions: [2, 2, 4, 4, 1], widths: [16, 32, 64, 128, 128], poolings: 4 },
};

/** Where a file may keep one tensor, and whether it is [out, in, kh, kw], as PyTorch keeps it. */
interface Place {
  readonly pattern: RegExp;
  readonly torch: boolean;
}

/**
 * Reads the convolutions of `name` from `file` (Keras HDF5 or safetensors). Known names of conv1_1's kernel:
 * `block1_conv1/block1_conv1_W_1:0` and `block1_conv1/…/kernel:0` (Keras), `features.0.weight` (torchvision),
 * `conv1_1.weight` (conversions of the original). PyTorch's layout is turned into [3, 3, in, out]. The normalisation is
 * a safetensors file's own note `normalisation` where it has one; otherwise torchvision's names mean its weights.
 *
 * @throws listing every tensor that is missing or has another shape
 */
export async function readVgg(name: VggName, file: string): Promise<VggWeights> {
  const isHdf5 = await weightsKind(file) === "hdf5";
  const wanted = (tensor: string): boolean => /block\d_conv\d|features\.\d+\.|conv\d_\d/.test(tensor);
  const { tensors, metadata } = isHdf5 ? { tensors: await readWeights(file, wanted), metadata: {} }
    : await readSafetensors(file, wanted);
  const layers = new Map<string, VggLayer>();
  const wrong: string[] = [];
  const used = new Set<string>();
  const find = (where: Place[], shape: readonly number[], what: string): TensorData | undefined => {
    const found = take(tensors, where, shape);
    if (typeof found === "string") return void wrong.push(`${what} ${found}`);
    used.add(found.name);
    return found.tensor;
  };
  let inputs = 3;
  let index = 0;
  const { convolutions, widths } = topologies[name];
  convolutions.forEach((count, block) => {
    for (let i = 1; i <= count; i++) {
      const layer = `conv${block + 1}_${i}`;
      const outputs = widths[block];
      const place = (kind: "kernel" | "bias"): Place[] => places(block + 1, i, index, kind);
      const kernel = find(place("kernel"), [3, 3, inputs, outputs], `${layer} kernel`);
      const bias = find(place("bias"), [outputs], `${layer} bias`);
      if (kernel && bias) layers.set(layer, { kernel, bias: bias.data });
      inputs = outputs;
      index += 2;
    }
    index += 1;
  });
  // A VGG-19 holds everything a VGG-16 needs, under the same names, and gives other features.
  for (const extra of tensors.keys()) if (!used.has(extra)) wrong.push(`"${extra}" is no part of ${name}`);
  if (wrong.length > 0) {
    const more = wrong.length > 8 ? `; and ${wrong.length - 8} more` : "";
    const seen = tensors.size > 0 ? "" : " The file holds no convolution under a known name.";
    throw new Error(`${file} does not hold the weights of ${name}: ${wrong.slice(0, 8).join("; ")}${more}.${seen} `
      + `Fetch the right file with \`npm run weights -- ${name}\`.`);
  }
  const torchvision = [...tensors.keys()].some((tensor) => tensor.includes("features."));
  return { layers, file, normalisation: noted(file, metadata) ?? (torchvision ? "torchvision" : "caffe") };
}

function places(block: number, i: number, index: number, kind: "kernel" | "bias"): Place[] {
  const keras = kind === "kernel" ? "(?:W|kernel)" : "(?:b|bias)";
  const torch = kind === "kernel" ? "weight" : "bias";
  const layer = `block${block}_conv${i}`;
  return [
    { pattern: new RegExp(`(?:^|/)${layer}/(?:.*/)?(?:${layer}_)?${keras}(?:_\\d+)?(?::0)?$`), torch: false },
    { pattern: new RegExp(`(?:^|\\.)features\\.${index}\\.${torch}$`), torch: true },
    { pattern: new RegExp(`(?:^|\\.)conv${block}_${i}\\.${torch}$`), torch: true },
  ];
}

/** The tensor in the first place that has one, as [kh, kw, in, out]; or what is wrong with it. */
function take(
  tensors: Tensors, where: Place[], shape: readonly number[],
): { name: string; tensor: TensorData } | string {
  for (const { pattern, torch } of where) {
    const found = [...tensors].find(([name]) => pattern.test(name));
    if (!found) continue;
    const [name, tensor] = found;
    const turned = torch && shape.length === 4;
    const stored = turned ? [shape[3], shape[2], shape[0], shape[1]] : shape;
    if (String(tensor.shape) !== String(stored)) {
      return `("${name}"): expected [${stored.join(", ")}], got [${tensor.shape.join(", ")}]`;
    }
    if (!tensor.data.every(Number.isFinite)) return `("${name}"): expected finite numbers, got NaN or infinite ones`;
    return { name, tensor: turned ? { shape, data: toKeras(tensor) } : tensor };
  }
  return `[${shape.join(", ")}] is missing`;
}

/** [out, in, kh, kw] → [kh, kw, in, out]. */
function toKeras({ shape: [outputs, inputs, height, width], data }: TensorData): Float32Array {
  const turned = new Float32Array(sizeOf([outputs, inputs, height, width]));
  let at = 0;
  for (let tap = 0; tap < height * width; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) turned[at++] = data[(o * inputs + i) * height * width + tap];
    }
  }
  return turned;
}

function noted(file: string, { normalisation }: Record<string, string>): Normalisation | undefined {
  if (normalisation === undefined || normalisation === "caffe" || normalisation === "torchvision") return normalisation;
  throw new Error(`${file}: its note says normalisation "${normalisation}"; expected "caffe" or "torchvision". Correct `
    + "the note, or images would reach the network in the wrong units.");
}
