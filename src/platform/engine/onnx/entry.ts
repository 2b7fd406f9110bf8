// What the backend keeps for a tensor's data.
import type * as tf from "@tensorflow/tfjs";
import type { TensorView } from "./tensorView";

/** The data of a tensor. Strings and complex numbers are only stored: TensorFlow.js' own kernels compute with them. */
export interface Entry {
  readonly dtype: tf.DataType;
  /** Reference count; 0 once it is disposed. */
  count: number;
  view?: TensorView;
  /** Records the call that returned it, and so gives it its view: a forward pass that runs again is recorded only where it must be. */
  record?: () => void;
  strings?: Uint8Array[];
  complex?: { real: tf.TensorInfo; imag: tf.TensorInfo };
}

/** The view of numbers that are recorded or known, recorded now if they were not yet. */
export function viewOf(entry: Entry): TensorView {
  if (!entry.view) entry.record?.();
  if (!entry.view) throw new Error(`a ${entry.dtype} tensor is not an array of numbers`);
  return entry.view;
}
