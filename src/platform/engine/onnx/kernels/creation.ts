// Constant arrays and casts.
import * as tf from "@tensorflow/tfjs";
import { broadcastTo, view, type TensorView } from "../tensorView";
import { leaf, scalar, type Data, type Type } from "../value";
import { castTo, type Kernels } from "./kernel";

/** `number` everywhere. 0 and 1 are part of the graph's structure; other numbers are inputs, since they may change between runs. */
function filled(shape: readonly number[], number: number, type: Type): TensorView {
  const value = number === 0 || number === 1 ? scalar(number, type) : leaf(type, [], tf.util.toTypedArray([number], type as "float32") as Data);
  return broadcastTo(view(value), shape);
}

export const creations: Kernels = {
  Fill: (_, { shape, value, dtype }) => filled(shape, Number(value), dtype ?? tf.util.inferDtype(value)),
  ZerosLike: ({ x }) => filled(x.shape, 0, x.value.type),
  OnesLike: ({ x }) => filled(x.shape, 1, x.value.type),
  Cast: ({ x }, { dtype }) => castTo(x, dtype),
};
