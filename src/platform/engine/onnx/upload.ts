// Numbers that come from JavaScript.
import * as tf from "@tensorflow/tfjs";
import { laid, type Laid } from "./tensorView";
import { leaf, scalar, sizeOf, type Data, type Type } from "./value";

/** Numbers as TensorFlow.js gives them. Large arrays of ones, with which it spreads the slope of a mean, are known as copies of one. */
export function given(values: tf.backend_util.BackendValues, shape: readonly number[], type: Type): Laid {
  const data = tf.util.toTypedArray(values ?? new Float32Array(sizeOf(shape)), type as "float32") as Data;
  const x = laid(leaf(type, [...shape], data));
  return data.length >= 4096 && data instanceof Float32Array && areOnes(data) ? { ...x, spread: laid(scalar(1)) } : x;
}

/** By comparing the array with itself, one place on: a hundredth of the time of a loop. */
function areOnes(data: Float32Array): boolean {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return data[0] === 1 && bytes.subarray(4).equals(bytes.subarray(0, -4));
}

/** Texts as bytes. */
export function texts(values: tf.backend_util.BackendValues): Uint8Array[] {
  return (values as unknown as (string | Uint8Array)[]).map((item) => (typeof item === "string" ? tf.util.encodeString(item) : item));
}
