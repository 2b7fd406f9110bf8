// Arrays from nothing, and changes of type.
import * as tf from "@tensorflow/tfjs";
import { expand, laid, type Laid } from "../tensorView";
import { cast, leaf, scalar, type Data, type Type } from "../value";
import { elementwise, type Kernels } from "./kernel";

/** `number` everywhere. Zeros and ones belong to the graph's structure; other numbers may change from run to run. */
function filled(shape: readonly number[], number: number, type: Type): Laid {
  const small = number === 0 || number === 1 ? scalar(number, type) : leaf(type, [], tf.util.toTypedArray([number], type as "float32") as Data);
  return expand(laid(small), shape);
}

export const creations: Kernels = {
  Fill: (_, { shape, value, dtype }) => filled(shape, Number(value), dtype ?? tf.util.inferDtype(value)),
  ZerosLike: ({ x }) => filled(x.shape, 0, x.value.type),
  OnesLike: ({ x }) => filled(x.shape, 1, x.value.type),
  Cast: ({ x }, { dtype }) => elementwise([x], ([value]) => cast(value, dtype)),
};
