// A trained batch normalization is one factor and one shift per channel: the convolution before it can include both.
import type { FilterData } from "../../platform/files/tensors";

/** What a batch normalization learned, one number per channel, and the ε under its root. */
export interface BatchNorm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/**
 * The convolution that gives what `filter` and then the normalization give. In float64, rounded once.
 *
 * W′ = W · γ/√(σ² + ε),  b′ = (b − μ) · γ/√(σ² + ε) + β
 */
export function foldBatchNorm({ kernel, bias }: FilterData, { gamma, beta, mean, variance, epsilon }: BatchNorm): FilterData {
  const scale = Array.from(gamma, (factor, i) => factor / Math.sqrt(variance[i] + epsilon));
  return {
    // the last axis of a kernel is the output channel
    kernel: { shape: kernel.shape, data: kernel.data.map((weight, i) => weight * scale[i % scale.length]) },
    bias: bias.map((shift, i) => (shift - mean[i]) * scale[i] + beta[i]),
  };
}
