// The computation of one layer in TensorFlow.js. Plain operations only: their gradients are right on every engine.
import * as tf from "@tensorflow/tfjs";
import type { Convolution, Operation, Pool } from "./architectures/operation";
import { enlarge } from "./enlarge";
import { normalizeInstances, type Affine, type Moments, type StyleWeights } from "./normalizeInstances";
import { outputSize } from "./outputSize";
import { pad, type Margins } from "./pad";

/** The parameters of a convolution: a kernel `[height, width, in, out]` and a bias `[out]`. */
export interface Filter {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

/** What is learned at one layer: a convolution has a filter, an instance normalization a scale and a shift. */
export type LayerParameters = Filter | Affine;

/** The output of an operation on batches `[images, height, width, channels]`; `parameters` where the operation has some. */
export function applyLayer(
  operation: Operation, inputs: readonly tf.Tensor4D[], parameters?: LayerParameters, style?: StyleWeights, moments?: Moments,
): tf.Tensor4D {
  const [x] = inputs;
  switch (operation.kind) {
    case "convolution": {
      const { kernel, bias } = parameters as Filter;
      return tf.tidy(() => tf.add(convolve(x, kernel, operation), bias));
    }
    case "instanceNorm": return normalizeInstances(x, parameters as Affine, operation, style, moments);
    case "relu": return tf.relu(x);
    case "tanh": return tf.tanh(x);
    case "pool": return tf.tidy(() => applyPool(x, operation));
    case "upsample": return enlarge(x, operation);
    case "add": return tf.addN([...inputs]);
    case "concat": return tf.concat([...inputs], 3);
  }
}

/** Without the bias. TensorFlow takes paddings by name only, so all but "same" are added to `x` first. */
export function convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, { size, stride, padding, paddingMode = "zero" }: Convolution): tf.Tensor4D {
  if (stride === 1 && 2 * padding === size - 1 && paddingMode === "zero") return tf.conv2d(x, kernel, 1, "same");
  const margins: Margins = [padding, padding];
  return tf.conv2d(pad(x, margins, margins, paddingMode), kernel, stride, "valid");
}

function applyPool(x: tf.Tensor4D, operation: Pool): tf.Tensor4D {
  const { pooling, size, stride } = operation;
  if (pooling === "scaledAverage") return tf.mul(applyPool(x, { ...operation, pooling: "average" }), 2);
  if (pooling === "scaledL2") return tf.mul(applyPool(x, { ...operation, pooling: "l2" }), 0.78);
  const padded = padForPool(x, operation);
  if (pooling === "max") return tf.maxPool(padded, size, stride, "valid");
  if (pooling === "average") return tf.avgPool(padded, size, stride, "valid");
  // The root of a sum of squares; the 1e-12 keeps its derivative finite where all of them are 0.
  return tf.sqrt(tf.add(tf.mul(tf.avgPool(tf.square(padded), size, stride, "valid"), size ** 2), 1e-12)) as tf.Tensor4D;
}

/**
 * The padding, and with ceil the zeros that a last window needs to be full. The inputs of poolings are rectified in all our
 * networks, so that zeros do not change a maximum.
 */
function padForPool(x: tf.Tensor4D, operation: Pool): tf.Tensor4D {
  const { size, stride, padding, paddingMode = "zero" } = operation;
  if (paddingMode !== "zero" && padding > 0)
    return padForPool(pad(x, [padding, padding], [padding, padding], paddingMode), { ...operation, padding: 0 });
  const [rows, columns] = [x.shape[1], x.shape[2]].map((side): Margins => {
    const covered = (outputSize(side, operation) - 1) * stride + size;
    return [padding, Math.max(padding, covered - side - padding)];
  });
  return pad(x, rows, columns);
}
