// Hypercolumns: the activations of several layers at one place of the image, as one long vector.
import * as tf from "@tensorflow/tfjs";
import { sampleIndices } from "../math/sampleIndices";
import type { Option } from "../spec";
import { flattenPositions } from "./flattenPositions";
import type { FeaturesByLayer, LayerLoss, Loss } from "./loss";

export interface HypercolumnOptions {
  /** The layers that are joined; "pixels" may be one. */
  readonly layers: readonly string[];
  /** How many positions of each image are seen: of the layer that has the most, drawn at random; default 1024. */
  readonly samples?: number;
  /** Of the positions; images of one size are seen at the same ones. */
  readonly seed?: number;
}

/**
 * `loss`, which must not depend on positions, of hypercolumns instead of one layer's activations (Kolkin, Salavon & Shakhnarovich
 * 2019, STROTSS): at each of `samples` positions of the finest layer the activations of all `layers`, the coarser ones
 * interpolated bilinearly between the four nearest, joined to one vector.
 *
 * The positions are drawn once, and are the same in every step; the paper draws new ones, which would mislead line searches. An image
 * of no more than `samples` positions is seen whole.
 *
 *     style(painting, { loss: hypercolumns(relaxedEmd(), { layers: ["relu1_1", "relu2_1", "relu3_1"] }) })
 */
export function hypercolumns<Target extends tf.TensorContainer>(
  loss: LayerLoss<Target>, { layers, samples = 1024, seed = 0 }: HypercolumnOptions,
): Loss<Target> {
  if (!layersOption.accepts(layers)) throw new RangeError(`the layers of hypercolumns are ${layersOption.expects}`);
  if (!(Number.isInteger(samples) && samples >= 1))
    throw new RangeError(`samples, the number of positions of an image, is a whole number of at least 1; got ${samples}`);
  const columns = (features: FeaturesByLayer): tf.Tensor3D => columnsOf(layers.map(features), samples, seed);
  return {
    name: `${loss.name} of hypercolumns`,
    layers,
    prepare: (target) => tf.tidy(() => loss.prepare(columns(target))),
    distance: (features, target) => tf.tidy(() => loss.distance(columns(features), target)),
    ...(loss.blend && { blend: loss.blend }),
    ...(loss.ofZeros && { ofZeros: (features: FeaturesByLayer, target: Target) => tf.tidy(() => loss.ofZeros!(columns(features), target)) }),
  };
}

/** Hypercolumns `[1, samples, channels of all layers]`. */
function columnsOf(activations: readonly tf.Tensor3D[], samples: number, seed: number): tf.Tensor3D {
  const positionsOf = ({ shape: [height, width] }: tf.Tensor3D): number => height * width;
  const finest = activations.reduce((most, each) => (positionsOf(each) > positionsOf(most) ? each : most));
  const [height, width] = finest.shape;
  const index = tf.cast(sampleIndices(height * width, samples, seed), "float32");
  const row = tf.floor(tf.div(tf.add(index, 0.5), width)); // 0.5: a quotient that is whole must not be rounded below itself
  const column = tf.sub(index, tf.mul(row, width));
  return tf.expandDims(tf.concat(activations.map((each) => interpolated(each, neighbors(row, height, each.shape[0]),
    neighbors(column, width, each.shape[1]))), 1), 0);
}

/** The two nearest of `count` lines of a coarser layer, for lines of a layer of `fine`, and the weight of the second. */
interface Neighbors { readonly before: tf.Tensor; readonly after: tf.Tensor; readonly weight: tf.Tensor }

function neighbors(line: tf.Tensor, fine: number, count: number): Neighbors {
  const place = tf.clipByValue(tf.sub(tf.mul(tf.add(line, 0.5), count / fine), 0.5), 0, count - 1);
  const before = tf.floor(place);
  return { before, after: tf.minimum(tf.add(before, 1), count - 1), weight: tf.expandDims(tf.sub(place, before), 1) };
}

function interpolated(activations: tf.Tensor3D, rows: Neighbors, columns: Neighbors): tf.Tensor2D {
  const width = activations.shape[1];
  const flat = flattenPositions(activations);
  const at = (row: tf.Tensor, column: tf.Tensor): tf.Tensor => tf.gather(flat, tf.cast(tf.add(tf.mul(row, width), column), "int32"));
  const between = (a: tf.Tensor, b: tf.Tensor, weight: tf.Tensor): tf.Tensor => tf.add(a, tf.mul(weight, tf.sub(b, a)));
  const along = (row: tf.Tensor): tf.Tensor => between(at(row, columns.before), at(row, columns.after), columns.weight);
  return between(along(rows.before), along(rows.after), rows.weight) as tf.Tensor2D;
}

/** The option `layers` of a loss of several layers. */
export const layersOption: Option<readonly string[]> = {
  expects: "a list of layers, each by its name and once",
  accepts: (value) => Array.isArray(value) && value.length > 0 && new Set(value).size === value.length
    && value.every((layer) => typeof layer === "string"),
};
