// What a layer computes, as plain data.

/** How an image continues beyond its edge: with zeros, mirrored about the edge pixels, or with the edge pixels repeated. */
export const paddingModes = ["zero", "reflection", "replication"] as const;
export type PaddingMode = (typeof paddingModes)[number];

/** A square window that slides over an image: `padding` pixels are added on every side, and windows are `stride` positions apart. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  /** Default `"zero"`. */
  readonly paddingMode?: PaddingMode;
}

/** A convolution to `channels` channels, with a bias; with `batchNorm`, that normalization's ε, it is folded in. */
export interface Convolution extends Window {
  readonly kind: "convolution";
  readonly channels: number;
  readonly batchNorm?: number;
}

/**
 * What a pooling computes of each window: the largest value, the mean, or the root of the sum of squares. Filters that were trained with
 * maxima then see smaller or larger activations than they know; `"scaledAverage"` is 2 times the mean and `"scaledL2"` 0.78 times that root, as
 * in crowsonkb/style-transfer-pytorch (Gatys et al. have no such factor), which come closer. Root mean square in units of that with
 * maxima, of VGG-19 at relu2_1 and relu5_1, six pictures at 192²: average 0.74 and 0.18, scaledAverage 1.47 and 2.93, l2 1.57 and 4.63,
 * scaledL2 1.23 and 1.71. Relative losses do not feel the factors at their own layer, but the biases of deeper layers do.
 */
export const poolings = ["max", "average", "l2", "scaledAverage", "scaledL2"] as const;
export type Pooling = (typeof poolings)[number];

/** `rounding`: whether a last window that overlaps the edge counts ("ceil", Caffe and torchvision's SqueezeNet) or not (Keras). */
export interface Pool extends Window {
  readonly kind: "pool";
  readonly pooling: Pooling;
  readonly rounding: "floor" | "ceil";
}

/** Enlarges by a whole `factor`. "bilinear" is PyTorch's with `align_corners=False`. */
export interface Upsample {
  readonly kind: "upsample";
  readonly factor: number;
  readonly interpolation: "nearest" | "bilinear";
}

/**
 * Normalizes each channel of each image over its positions (Ulyanov et al. 2016), then scales and shifts it. With `styles` it is
 * conditional (Dumoulin et al. 2017): one learned scale and shift for each style, chosen or blended in the forward pass.
 */
export interface InstanceNorm {
  readonly kind: "instanceNorm";
  readonly epsilon: number;
  readonly styles?: number;
}

/** `add` sums layers of one shape, `concat` concatenates their channels. */
export type Operation = Convolution | Pool | Upsample | InstanceNorm | { readonly kind: "relu" | "tanh" | "add" | "concat" };

/** A convolution with an odd window, padded so that stride 1 keeps the size. */
export function convolution(channels: number, size: number, options: Partial<Convolution> = {}): Convolution {
  return { kind: "convolution", channels, size, stride: 1, padding: (size - 1) / 2, ...options };
}

/** A pooling; default: of 2×2 windows without overlap. */
export function pool(pooling: Pooling = "max", options: Partial<Window> = {}): Pool {
  return { kind: "pool", pooling, size: 2, stride: 2, padding: 0, rounding: "floor", ...options };
}

export function upsample(factor: number = 2, interpolation: Upsample["interpolation"] = "nearest"): Upsample {
  return { kind: "upsample", factor, interpolation };
}

export function instanceNorm(options: Partial<Omit<InstanceNorm, "kind">> = {}): InstanceNorm {
  return { kind: "instanceNorm", epsilon: 1e-5, ...options };
}

/** Whether something is learned at such a layer. */
export function hasParameters({ kind }: Operation): boolean {
  return kind === "convolution" || kind === "instanceNorm";
}

export const relu: Operation = { kind: "relu" };
export const tanh: Operation = { kind: "tanh" };
