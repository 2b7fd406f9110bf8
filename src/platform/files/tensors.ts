// Named arrays, the content of a weights file.

/** A flat float32 array and its shape, rows first (the last axis is contiguous). */
export interface TensorData {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The content of a weights file: name → array. */
export type Tensors = Map<string, TensorData>;

/** One convolution: kernel [height, width, in, out] and one bias per output channel. */
export interface FilterData {
  readonly kernel: TensorData;
  readonly bias: Float32Array;
}

/** Chooses which tensors to read; the others are skipped without being decoded. */
export type Wanted = (name: string) => boolean;

/** Number of values of an array of this shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
