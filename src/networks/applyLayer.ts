// What one layer does, in TensorFlow.js. Plain operations only: their gradients are right on every engine.
import * as tf from "@tensorflow/tfjs";
import type { Convolution, Operation, Pool } from "./architectures/architecture";
import { sizeAfter } from "./sizes";

/** One convolution: a kernel `[height, width, in, out]` and a bias `[out]`. */
export interface Filter {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

/** From RGB in 0…1 to what the filters were trained on: `(image − mean) · scale`, channel by channel. */
export interface Preprocessing {
  readonly mean: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
}

/**
 * Computed filters as plain numbers; takes the given ones. To an engine that builds filters into its graphs, what comes from
 * JavaScript is there to stay: so the first pass takes the same way as all later ones, to the last bit.
 */
export function materialize(filters: ReadonlyMap<string, Filter>): Map<string, Filter> {
  const plain = <T extends tf.Tensor>(x: T): T => {
    const numbers = tf.tensor(x.dataSync(), x.shape) as T;
    x.dispose();
    return numbers;
  };
  return new Map([...filters].map(([name, { kernel, bias }]) => [name, { kernel: plain(kernel), bias: plain(bias) }]));
}

/** One image or a batch of them in the units that the filters were trained on. */
export function preprocess<T extends tf.Tensor>(image: T, { mean, scale }: Preprocessing): T {
  return tf.tidy(() => tf.mul(tf.sub(image, tf.tensor1d([...mean])), tf.tensor1d([...scale])) as T);
}

/** The result of an operation on batches `[images, height, width, channels]`; a convolution needs its `filter`. */
export function applyLayer(does: Operation, inputs: readonly tf.Tensor4D[], filter?: Filter): tf.Tensor4D {
  const [x] = inputs;
  switch (does.kind) {
    case "convolution": return tf.tidy(() => tf.add(convolved(x, filter!.kernel, does), filter!.bias));
    case "relu": return tf.relu(x);
    case "pool": return tf.tidy(() => pooled(x, does));
    case "add": return tf.addN([...inputs]);
    case "concat": return tf.concat([...inputs], 3);
  }
}

/** Without the bias. TensorFlow itself takes paddings by name only, so another than "same" is put around `x`. */
export function convolved(x: tf.Tensor4D, kernel: tf.Tensor4D, { size, stride, padding }: Convolution): tf.Tensor4D {
  if (stride === 1 && 2 * padding === size - 1) return tf.conv2d(x, kernel, 1, "same");
  const margin: [number, number] = [padding, padding];
  return tf.conv2d(framed(x, [margin, margin]), kernel, stride, "valid");
}

function pooled(x: tf.Tensor4D, pool: Pool): tf.Tensor4D {
  const { pooling, size, stride } = pool;
  const whole = withMargin(x, pool);
  if (pooling === "max") return tf.maxPool(whole, size, stride, "valid");
  if (pooling === "average") return tf.avgPool(whole, size, stride, "valid");
  // The root of a sum of squares; the 1e-12 keeps its slope finite where all of them are 0.
  return tf.sqrt(tf.add(tf.mul(tf.avgPool(tf.square(whole), size, stride, "valid"), size ** 2), 1e-12)) as tf.Tensor4D;
}

/**
 * Zeros around `x`: the padding, and with ceil what a last window lacks. What is pooled is rectified in all our networks, so
 * that in a maximum a zero is as good as nothing.
 */
function withMargin(x: tf.Tensor4D, pool: Pool): tf.Tensor4D {
  const margins = [x.shape[1], x.shape[2]].map((side): [number, number] => {
    const covered = (sizeAfter(side, pool) - 1) * pool.stride + pool.size;
    return [pool.padding, Math.max(pool.padding, covered - side - pool.padding)];
  });
  return framed(x, margins);
}

function framed(x: tf.Tensor4D, [rows, columns]: [number, number][]): tf.Tensor4D {
  return [...rows, ...columns].every((margin) => margin === 0) ? x : tf.pad4d(x, [[0, 0], rows, columns, [0, 0]]);
}
