// Data that comes from JavaScript.
import * as tf from "@tensorflow/tfjs";
import { view, type TensorView } from "./tensorView";
import { leaf, scalar, sizeOf, type Data, type Type } from "./value";

/**
 * A view of TensorFlow.js' values. Large arrays of ones, which the gradient of a mean uploads to broadcast it, are marked as
 * broadcast copies of 1: products with them are then not computed.
 */
export function upload(values: tf.backend_util.BackendValues, shape: readonly number[], type: Type): TensorView {
  const data = tf.util.toTypedArray(values ?? new Float32Array(sizeOf(shape)), type as "float32") as Data;
  const x = view(leaf(type, [...shape], data));
  return data.length >= 4096 && data instanceof Float32Array && areOnes(data) ? { ...x, broadcastOf: view(scalar(1)) } : x;
}

/** Compares the bytes with themselves, shifted by one element: 100 times as fast as a loop in JavaScript. */
function areOnes(data: Float32Array): boolean {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return data[0] === 1 && bytes.subarray(4).equals(bytes.subarray(0, -4));
}

/** Strings in UTF-8, as TensorFlow.js stores them. */
export function encodeStrings(values: tf.backend_util.BackendValues): Uint8Array[] {
  return (values as unknown as (string | Uint8Array)[]).map((item) => (typeof item === "string" ? tf.util.encodeString(item) : item));
}
