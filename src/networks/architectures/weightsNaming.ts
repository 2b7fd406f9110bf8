// What weights files call the tensors of a network, as plain data.
import type { Pool } from "./operation";

/** The tensors of a convolution in a weights file; the last four are a batch normalization's. */
export type TensorPart = (typeof tensorParts)[number];
export const tensorParts = ["kernel", "bias", "gamma", "beta", "mean", "variance"] as const;

/** The input that filters were trained on. "caffe": BGR, 0…255, minus the mean color; "torchvision": RGB of mean 0 and deviation 1. */
export type Normalization = "caffe" | "torchvision";

/** One way in which weights files name a network's tensors. */
export interface WeightsNaming {
  /** What a tensor is called: the `part` of the convolution `layer`. */
  readonly tensor: (layer: string, part: TensorPart) => RegExp;
  /** PyTorch stores kernels as [out, in, height, width]; all others as [height, width, in, out]. */
  readonly torch?: boolean;
  /** The input that weights under these names expect, unless the file says otherwise. */
  readonly normalization: Normalization;
  /** How networks whose weights have these names round the size of a pooling's output; default: as the layers say. */
  readonly rounding?: Pool["rounding"];
}

/** Keras' names of any age for a layer's tensors, such as `conv1/conv1/kernel:0` and `conv1/conv1_W_1:0`. */
export function kerasTensor(layer: string, part: TensorPart): RegExp {
  const names: Record<TensorPart, string> = {
    kernel: "(?:W|kernel)", bias: "(?:b|bias)", gamma: "gamma", beta: "beta", mean: "moving_mean", variance: "moving_variance",
  };
  const last = layer.split("/").at(-1)!;
  return new RegExp(`(?:^|/)${layer}/(?:.*/)?(?:${last}_)?${names[part]}(?:_\\d+)?(?::0)?$`);
}

/** PyTorch's names for the tensors of its module `path`. */
export function torchTensor(path: string, part: TensorPart): RegExp {
  const names: Record<TensorPart, string> = {
    kernel: "weight", bias: "bias", gamma: "weight", beta: "bias", mean: "running_mean", variance: "running_var",
  };
  return new RegExp(`(?:^|\\.)${path.replaceAll(".", "\\.")}\\.${names[part]}$`);
}
