// What a network is made of, as plain data: its layers, and what weights files call their tensors. A new network is one such object.

/** A square window that slides over an image: `padding` zeros on every side, `stride` places at a time. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** A convolution to `channels` channels, bias included; with `batchNorm`, that normalization's ε, it is folded in. */
export interface Convolution extends Window {
  readonly kind: "convolution";
  readonly channels: number;
  readonly batchNorm?: number;
}

/** What a pooling takes of each window: the largest value, the mean, or the root of the sum of squares. */
export const poolings = ["max", "average", "l2"] as const;
export type Pooling = (typeof poolings)[number];

/** `rounding`: whether a last window that hangs over the edge counts ("ceil", Caffe and torchvision) or not (Keras). */
export interface Pool extends Window {
  readonly kind: "pool";
  readonly pooling: Pooling;
  readonly rounding: "floor" | "ceil";
}

/** `add` sums layers of one shape, `concat` puts their channels side by side. */
export type Operation = Convolution | Pool | { readonly kind: "relu" | "add" | "concat" };

/** One layer: what its authors call it, and what it does with the layers `from` (default: the one before it, or the image). */
export interface Layer {
  readonly name: string;
  /** A second name, where two authors gave it one each. */
  readonly alias?: string;
  readonly inputs?: readonly string[];
  readonly operation: Operation;
}

/** The tensors of a convolution that files keep; the last four are a batch normalization's. */
export type Part = "kernel" | "bias" | "gamma" | "beta" | "mean" | "variance";

/** What the filters were trained on. "caffe": BGR, 0…255, minus the mean color; "torchvision": RGB of mean 0 and deviation 1. */
export type Normalization = "caffe" | "torchvision";

/** One way in which weights files name a network's tensors. */
export interface Layout {
  /** What a tensor is called: the `part` of the convolution `layer`. */
  readonly tensor: (layer: string, part: Part) => RegExp;
  /** PyTorch keeps kernels as [out, in, height, width]; all others are [height, width, in, out]. */
  readonly torch?: boolean;
  /** The input that weights under these names expect, unless the file says otherwise. */
  readonly normalization: Normalization;
  /** How networks with this layout round the size of a pooling's result; default: as the layers say. */
  readonly rounding?: Pool["rounding"];
}

/** A network as data. */
export interface Architecture {
  /** What it is called on the command line and in errors. */
  readonly name: string;
  /** Shallow to deep: a layer looks only at layers before it. */
  readonly layers: readonly Layer[];
  /** The ways of naming that are known, tried in order. */
  readonly layouts: readonly Layout[];
  /** Which tensors of a file belong to such a network: one of these that no layer uses means that it is another network. */
  readonly belongs: RegExp;
  /** The call that makes it with random filters, for the error of missing weights; default: `randomNetwork(architecture)`. */
  readonly random?: string;
}

/** A convolution with an odd window, padded so that stride 1 keeps the size. */
export function convolution(channels: number, size: number, more: Partial<Convolution> = {}): Convolution {
  return { kind: "convolution", channels, size, stride: 1, padding: (size - 1) / 2, ...more };
}

/** A pooling; default: of 2×2 places, side by side. */
export function pool(pooling: Pooling = "max", more: Partial<Window> = {}): Pool {
  return { kind: "pool", pooling, size: 2, stride: 2, padding: 0, rounding: "floor", ...more };
}

export const relu: Operation = { kind: "relu" };

/** The convolutions by name, in order, each with the number of channels that it takes. */
export function convolutionsOf(layers: readonly Layer[]): Map<string, Convolution & { readonly inputs: number }> {
  const channels = new Map<string, number>();
  const found = new Map<string, Convolution & { readonly inputs: number }>();
  layers.forEach((layer, at) => {
    const seen = inputsOf(layers, at).map((name) => (name === "pixels" ? 3 : channels.get(name)!));
    const { operation, name } = layer;
    if (operation.kind === "convolution") found.set(name, { ...operation, inputs: seen[0] });
    const sum = seen.reduce((total, count) => total + count, 0);
    channels.set(name, operation.kind === "convolution" ? operation.channels : operation.kind === "concat" ? sum : seen[0]);
  });
  return found;
}

/** The names of the layers that layer number `at` looks at; "pixels" is the image. */
export function inputsOf(layers: readonly Layer[], at: number): readonly string[] {
  return layers[at].inputs ?? [at === 0 ? "pixels" : layers[at - 1].name];
}

/** The same network with `width` times its channels: 1/4 has 16 times less arithmetic. */
export function withWidth(architecture: Architecture, width: number): Architecture {
  const narrow = (does: Operation): Operation =>
    (does.kind === "convolution" ? { ...does, channels: Math.max(1, Math.round(does.channels * width)) } : does);
  return { ...architecture, layers: architecture.layers.map((layer) => ({ ...layer, operation: narrow(layer.operation) })) };
}

/** Keras' names of any age for a layer's tensors, such as `conv1/conv1/kernel:0` and `conv1/conv1_W_1:0`. */
export function kerasTensor(layer: string, part: Part): RegExp {
  const names: Record<Part, string> = {
    kernel: "(?:W|kernel)", bias: "(?:b|bias)", gamma: "gamma", beta: "beta", mean: "moving_mean", variance: "moving_variance",
  };
  const last = layer.split("/").at(-1)!;
  return new RegExp(`(?:^|/)${layer}/(?:.*/)?(?:${last}_)?${names[part]}(?:_\\d+)?(?::0)?$`);
}

/** PyTorch's names for the tensors of its module `path`. */
export function torchTensor(path: string, part: Part): RegExp {
  const names: Record<Part, string> = {
    kernel: "weight", bias: "bias", gamma: "weight", beta: "bias", mean: "running_mean", variance: "running_var",
  };
  return new RegExp(`(?:^|\\.)${path.replaceAll(".", "\\.")}\\.${names[part]}$`);
}
