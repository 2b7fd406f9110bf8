// Where training begins: VGG-19 with most of its channels removed, and the next layer fitted to what is left.
import * as tf from "@tensorflow/tfjs";
import { applyLayer } from "../../src/networks/applyLayer";
import { convolution } from "../../src/networks/architectures/operation";
import { topologies } from "../../src/networks/architectures/vgg";
import { preprocess, preprocessings } from "../../src/networks/preprocess";
import type { Vgg } from "../../src/networks/vgg";
import { packParameters } from "../../src/training/parameterSlots";
import { activationsOf, miniNormalization } from "./agreement";
import { chooseChannels, leastSquares } from "./channelSelection";
import { comparedLayers, slotsOf, type StudentName } from "./parameters";

/**
 * Layer by layer: the channels are kept that together explain all channels best (pivoted Cholesky of their Gram matrix); a
 * linear map W, by least squares on `batch`, predicts all channels from the student's actual activations; and the next layer's
 * filters are VGG-19's, applied to the prediction. As He, Zhang & Sun 2017 prune channels. Activations are divided by `scales`.
 */
export function prunedParameters(student: StudentName, teacher: Vgg, batch: tf.Tensor4D, scales: Float32Array): Float32Array {
  const targets = activationsOf(batch, teacher.filters, "average", "caffe");
  const { widths } = topologies[student];
  const learned = new Map<string, Float32Array>();
  let x = preprocess(batch, preprocessings[miniNormalization]);
  let prediction = inputPrediction();
  comparedLayers.forEach((layer, index) => {
    const conv = layer.replace("relu", "conv");
    const block = Number(layer[4]) - 1;
    if (index > 0 && layer[4] !== comparedLayers[index - 1][4]) x = pooled(x);
    const { kernel, bias } = teacher.filters.get(conv)!;
    const target = tf.tidy(() => tf.div<tf.Tensor4D>(targets.get(layer)!, scales[index]));
    const kept = chooseChannels(products(target, target), target.shape[3], widths[block]);
    const fewer = tf.tidy(() => {
      const chosen = tf.div(tf.gather(kernel, kept, 3), scales[index]) as tf.Tensor4D;
      const [height, width, inputs, outputs] = chosen.shape;
      // The prediction of VGG-19's input from the student's, folded into the filter.
      const flat = tf.reshape(tf.transpose(chosen, [2, 0, 1, 3]), [inputs, -1]);
      const joined = tf.reshape(tf.matMul(prediction.map, flat), [-1, height, width, outputs]);
      const offset = tf.squeeze<tf.Tensor1D>(tf.matMul(prediction.offset, tf.reshape(tf.sum(chosen, [0, 1]), [inputs, outputs])), [0]);
      return { kernel: tf.transpose(joined, [1, 2, 0, 3]) as tf.Tensor4D, bias: tf.add(tf.div(tf.gather(bias, kept), scales[index]), offset) as tf.Tensor1D };
    });
    const activations = tf.tidy(() => tf.relu(applyLayer(convolution(widths[block], 3), [x], fewer)));
    const map = leastSquares(products(activations, activations), products(activations, target), activations.shape[3], target.shape[3]);
    learned.set(`${conv}.kernel`, fewer.kernel.dataSync() as Float32Array);
    learned.set(`${conv}.bias`, fewer.bias.dataSync() as Float32Array);
    learned.set(`${conv}.map`, map);
    tf.dispose([x, target, { ...prediction }, fewer]);
    x = activations;
    const unscaled = tf.tidy(() => tf.mul(tf.tensor2d(map, [activations.shape[3], kernel.shape[3]]), scales[index]) as tf.Tensor2D);
    prediction = { map: unscaled, offset: tf.zeros([1, kernel.shape[3]]) };
  });
  tf.dispose([x, { ...prediction }, [...targets.values()]]);
  return packParameters(slotsOf(student), learned);
}

/** From the student's input to VGG-19's: x ↦ x · map + offset. */
function inputPrediction(): { map: tf.Tensor2D; offset: tf.Tensor2D } {
  const [from, to] = [preprocessings[miniNormalization], preprocessings.caffe];
  return {
    map: tf.tensor2d([0, 1, 2].map((row) => [0, 1, 2].map((c) => (row === c ? to.scale[c] / from.scale[c] : 0)))),
    offset: tf.tensor2d([from.mean.map((mean, c) => (mean - to.mean[c]) * to.scale[c])]),
  };
}

function pooled(x: tf.Tensor4D): tf.Tensor4D {
  const half = tf.avgPool(x, 2, 2, "valid");
  x.dispose();
  return half;
}

/** aᵀb over all images and positions, divided by their number; row by row. */
function products(a: tf.Tensor4D, b: tf.Tensor4D): Float64Array {
  const flat = (x: tf.Tensor4D): tf.Tensor2D => tf.reshape(x, [-1, x.shape[3]]);
  return Float64Array.from(tf.tidy(() => tf.div(tf.matMul(flat(a), flat(b), true), a.size / a.shape[3]).dataSync()));
}
