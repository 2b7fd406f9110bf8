// How well the mini sees what VGG-19 sees: its features, its Gram matrices, and which pictures look alike to it.
import * as tf from "@tensorflow/tfjs";
import { applyLayer, type Filter } from "../../src/networks/applyLayer";
import type { Pooling } from "../../src/networks/architectures/operation";
import { vgg } from "../../src/networks/architectures/vgg";
import { preprocessings, preprocess } from "../../src/networks/preprocess";
import { styleLayers } from "../../src/terms";
import { comparedLayers, filtersOf, mapOf } from "./parameters";

export type Batch = tf.Tensor4D;
/** Responses by layer, `[images, height, width, channels]`. */
export type Responses = ReadonlyMap<string, tf.Tensor4D>;

/** The compared layers' responses to a batch. */
export function responses(
  batch: Batch, filters: ReadonlyMap<string, Filter>, pooling: Pooling, units: keyof typeof preprocessings,
): Responses {
  const seen = new Map<string, tf.Tensor4D>();
  let x = preprocess(batch, preprocessings[units]);
  for (const { name, operation } of vgg("vgg19-mini", pooling).layers) {
    x = applyLayer(operation, [x], filters.get(name));
    if (comparedLayers.includes(name)) seen.set(name, x);
  }
  return seen;
}

/** Responses in units of each layer's root mean square, `scales`: learned maps then have numbers of one size. */
export function scaled(seen: Responses, scales: Float32Array): Responses {
  return new Map([...seen].map(([layer, x], at) => [layer, tf.div<tf.Tensor4D>(x, scales[at])]));
}

/** The root mean square of each layer's responses. */
export function scalesOf(seen: Responses): Float32Array {
  return tf.tidy(() => tf.stack([...seen.values()].map((x) => tf.sqrt(tf.mean(tf.square(x))))).dataSync() as Float32Array);
}

/** The units of the mini: its filters see values of mean 0 and deviation 1. */
export const miniUnits = "torchvision";

/** What the mini's and VGG-19's responses at one layer are to each other; every product is over positions. */
interface Meeting {
  /** ‖T − S W‖² / ‖T‖². */
  readonly error: tf.Scalar;
  /** Sᵢᵀ Sᵢ of each picture, over its positions. */
  readonly own: tf.Tensor3D;
  /** The same of S W: Wᵀ Sᵢᵀ Sᵢ W. */
  readonly mapped: tf.Tensor3D;
}

/**
 * Only products of S and T with each other: S W, which is as large as T, is never made.
 * ‖T − S W‖² = ‖T‖² − 2 ⟨SᵀT, W⟩ + ⟨SᵀS W, W⟩.
 */
function meet(s: tf.Tensor4D, t: tf.Tensor4D, map: tf.Tensor2D): Meeting {
  const own = gramsOf(s);
  const [images, height, width, channels] = s.shape;
  const places = images * height * width;
  const crossed = tf.div(tf.matMul(tf.reshape(s, [places, channels]), tf.reshape(t, [places, t.shape[3]]), true), places);
  const power = tf.mul(tf.mean(tf.square(t)), t.shape[3]);
  const together = tf.matMul(tf.mean(own, 0) as tf.Tensor2D, map);
  const error = tf.add(power, tf.sum(tf.mul(tf.sub(together, tf.mul(crossed, 2)), map)));
  const maps = tf.tile(tf.expandDims(map, 0), [images, 1, 1]);
  return { error: tf.div(error, power) as tf.Scalar, own, mapped: tf.matMul(tf.matMul(maps, own, true), maps) as tf.Tensor3D };
}

/**
 * What is minimized, as a vector of three means that are to be added:
 * - features: ‖T − S W‖² / ‖T‖², T VGG-19's responses, S the mini's, W the layer's map; over all layers
 * - grams: ‖Gram(S W) − Gram(T)‖² / ‖Gram(T)‖² for every picture; over the style layers
 * - distances: (log d_S − log d_T)² of the relative distances of the pictures' Gram matrices, those of the mini without
 *   any map, d(i, j) = ‖Gᵢ − Gⱼ‖² / ‖Gⱼ‖²: what is minimized with the mini must go down for VGG-19, too
 *
 * With it come the errors of the single layers, for the log.
 */
export function disagreement(
  tensors: readonly tf.Tensor[], batch: Batch, teacher: Responses, pooling: Pooling,
): { parts: tf.Tensor1D; layers: tf.Tensor1D } {
  const student = responses(batch, filtersOf(tensors), pooling, miniUnits);
  const features: tf.Tensor[] = [];
  const grams: tf.Tensor[] = [];
  const distances: tf.Tensor[] = [];
  for (const layer of comparedLayers) {
    const { error, own, mapped } = meet(student.get(layer)!, teacher.get(layer)!, mapOf(tensors, layer));
    features.push(error);
    if (!styleLayers.includes(layer)) continue;
    const wanted = gramsOf(teacher.get(layer)!);
    grams.push(tf.mean(tf.div(squares(tf.sub(mapped, wanted)), tf.add(squares(wanted), 1e-6))));
    distances.push(tf.mean(tf.square(tf.sub(logDistances(own), logDistances(wanted)))));
  }
  const parts = tf.stack([features, grams, distances].map((each) => tf.mean(tf.stack(each)))) as tf.Tensor1D;
  return { parts, layers: tf.stack([...features, ...grams]) as tf.Tensor1D };
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
  const apart = tf.relu(tf.add(tf.sub(tf.expandDims(norms, 1), tf.mul(products, 2)), tf.expandDims(norms, 0)));
  return tf.log(tf.add(tf.div(apart, tf.add(tf.expandDims(norms, 0), 1e-12)), 0.01)) as tf.Tensor2D;
}
