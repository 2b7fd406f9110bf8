// How well a smaller network (the student) agrees with VGG-19 (the teacher): in features, Gram matrices, and distances between pictures.
import * as tf from "@tensorflow/tfjs";
import type { LayerParameters } from "../../src/networks/applyLayer";
import type { Pooling } from "../../src/networks/architectures/operation";
import { vgg } from "../../src/networks/architectures/vgg";
import type { Normalization } from "../../src/networks/architectures/weightsNaming";
import { forward } from "../../src/networks/forward";
import { preprocessings } from "../../src/networks/preprocess";
import { styleLayers } from "../../src/terms";
import { layerParameters } from "../../src/training/parameterSlots";
import { comparedLayers, mapOf } from "./parameters";

/** Activations by layer, `[images, height, width, channels]`. */
export type Activations = ReadonlyMap<string, tf.Tensor4D>;

/** The input that the students expect: values of mean 0 and deviation 1. */
export const miniNormalization: Normalization = "torchvision";

/** The activations of a batch at the compared layers. */
export function activationsOf(
  batch: tf.Tensor4D, parameters: ReadonlyMap<string, LayerParameters>, pooling: Pooling, normalization: Normalization,
): Activations {
  const { name, layers } = vgg("vgg19-mini", pooling);
  const pass = { name, layers, preprocessing: preprocessings[normalization], parametersOf: (layer: string) => parameters.get(layer) };
  return forward(pass, batch, comparedLayers);
}

/** Activations divided by each layer's root mean square, `scales`: the numbers of the learned maps are then of one magnitude. */
export function scaled(activations: Activations, scales: Float32Array): Activations {
  return new Map([...activations].map(([layer, x], i) => [layer, tf.div<tf.Tensor4D>(x, scales[i])]));
}

/** The root mean square of each layer's activations. */
export function scalesOf(activations: Activations): Float32Array {
  return tf.tidy(() => tf.stack([...activations.values()].map((x) => tf.sqrt(tf.mean(tf.square(x))))).dataSync() as Float32Array);
}

/** The student's activations S and the teacher's T at one layer; every product is over positions. */
interface LayerComparison {
  /** ‖T − S W‖² / ‖T‖². */
  readonly error: tf.Scalar;
  /** Sᵢᵀ Sᵢ of each picture, over its positions. */
  readonly grams: tf.Tensor3D;
  /** The same of S W: Wᵀ Sᵢᵀ Sᵢ W. */
  readonly mapped: tf.Tensor3D;
}

/**
 * Only products of S and T with each other: S W, which is as large as T, is never computed.
 * ‖T − S W‖² = ‖T‖² − 2 ⟨SᵀT, W⟩ + ⟨SᵀS W, W⟩.
 */
function compare(s: tf.Tensor4D, t: tf.Tensor4D, map: tf.Tensor2D): LayerComparison {
  const grams = gramsOf(s);
  const [images, height, width, channels] = s.shape;
  const positions = images * height * width;
  const crossed = tf.div(tf.matMul(tf.reshape(s, [positions, channels]), tf.reshape(t, [positions, t.shape[3]]), true), positions);
  const power = tf.mul(tf.mean(tf.square(t)), t.shape[3]);
  const together = tf.matMul(tf.mean(grams, 0) as tf.Tensor2D, map);
  const error = tf.add(power, tf.sum(tf.mul(tf.sub(together, tf.mul(crossed, 2)), map)));
  const maps = tf.tile(tf.expandDims(map, 0), [images, 1, 1]);
  return { error: tf.div(error, power) as tf.Scalar, grams, mapped: tf.matMul(tf.matMul(maps, grams, true), maps) as tf.Tensor3D };
}

/**
 * What is minimized, as a vector of three means that are to be added:
 * - features: ‖T − S W‖² / ‖T‖², T VGG-19's activations, S the student's, W the layer's map; over all layers
 * - grams: ‖Gram(S W) − Gram(T)‖² / ‖Gram(T)‖² for every picture; over the style layers
 * - distances: (log d_S − log d_T)² of the relative distances of the pictures' Gram matrices, those of the student without
 *   any map, d(i, j) = ‖Gᵢ − Gⱼ‖² / ‖Gⱼ‖²: what is minimized with the student must decrease for VGG-19, too
 *
 * With it come the errors of the single layers, for the log.
 */
export function disagreement(
  parameters: ReadonlyMap<string, tf.Tensor>, batch: tf.Tensor4D, teacher: Activations, pooling: Pooling,
): { parts: tf.Tensor1D; layers: tf.Tensor1D } {
  const student = activationsOf(batch, layerParameters(parameters), pooling, miniNormalization);
  const features: tf.Tensor[] = [];
  const gramErrors: tf.Tensor[] = [];
  const distances: tf.Tensor[] = [];
  for (const layer of comparedLayers) {
    const { error, grams, mapped } = compare(student.get(layer)!, teacher.get(layer)!, mapOf(parameters, layer));
    features.push(error);
    if (!styleLayers.includes(layer)) continue;
    const target = gramsOf(teacher.get(layer)!);
    gramErrors.push(tf.mean(tf.div(squares(tf.sub(mapped, target)), tf.add(squares(target), 1e-6))));
    distances.push(tf.mean(tf.square(tf.sub(logDistances(grams), logDistances(target)))));
  }
  const parts = tf.stack([features, gramErrors, distances].map((each) => tf.mean(tf.stack(each)))) as tf.Tensor1D;
  return { parts, layers: tf.stack([...features, ...gramErrors]) as tf.Tensor1D };
}

/** The Gram matrix of each picture, `[images, channels, channels]`, over its positions. */
function gramsOf(x: tf.Tensor4D): tf.Tensor3D {
  const [images, height, width, channels] = x.shape;
  const flat = tf.reshape(x, [images, height * width, channels]);
  return tf.div(tf.matMul(flat, flat, true, false), height * width);
}

function squares(x: tf.Tensor3D): tf.Tensor1D {
  return tf.sum(tf.square(x), [1, 2]) as tf.Tensor1D;
}

/** log (d + 0.01) for all ordered pairs; a picture's distance from itself is log 0.01 for both networks. */
function logDistances(grams: tf.Tensor3D): tf.Tensor2D {
  const [images] = grams.shape;
  const rows = tf.reshape(grams, [images, -1]);
  const products = tf.matMul(rows, rows, false, true);
  const norms = tf.sum(tf.square(rows), 1);
  const distances = tf.relu(tf.add(tf.sub(tf.expandDims(norms, 1), tf.mul(products, 2)), tf.expandDims(norms, 0)));
  return tf.log(tf.add(tf.div(distances, tf.add(tf.expandDims(norms, 0), 1e-12)), 0.01)) as tf.Tensor2D;
}
