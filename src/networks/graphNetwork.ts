// A network from its layers as data and their parameters.
import * as tf from "@tensorflow/tfjs";
import { mustBeImage } from "../image";
import { printedAs } from "../printedAs";
import type { Filter, LayerParameters } from "./applyLayer";
import type { Layer } from "./architectures/architecture";
import { featuresOf } from "./featuresOf";
import { forward, forwardImage, layerNames, type ForwardPass } from "./forward";
import type { Network } from "./network";
import type { StyleWeights } from "./normalizeInstances";
import type { Preprocessing } from "./preprocess";

/** A file of weights, by the last part of its path and the checksum of its bytes. */
export interface WeightsFile {
  readonly file: string;
  readonly sha256: string;
}

/** A network with its parameters in the open, so that others can be built from them. */
export interface GraphNetwork extends Network {
  readonly preprocessing: Preprocessing;
  /** The file that its parameters were read from; undefined where they are random, or its maker's own. */
  readonly weights?: WeightsFile;
  /** What was learned, by layer; the network owns it. */
  readonly parameters: ReadonlyMap<string, LayerParameters>;
  /** The kernels and biases among the parameters, by the name of their convolution. */
  readonly filters: ReadonlyMap<string, Filter>;
  /** The activations of a batch `[images, height, width, 3]` by layer, `[images, height, width, channels]`; the caller owns them. */
  forward(batch: tf.Tensor4D, layers: readonly string[]): Map<string, tf.Tensor4D>;
}

/**
 * A network of these layers from its parameters. It owns them from then on: `dispose()` frees them.
 *
 * @param about `name` for errors and plots; `preprocessing`, what happens to an image first; `style`, where instance
 *   normalizations are conditional; `weights`, where they were read from a file
 */
export function graphNetwork(
  layers: readonly Layer[], parameters: ReadonlyMap<string, LayerParameters>,
  { name, preprocessing, style, weights }: {
    readonly name: string; readonly preprocessing: Preprocessing; readonly style?: StyleWeights; readonly weights?: WeightsFile;
  },
): GraphNetwork {
  const pass: ForwardPass = { name, layers, preprocessing, style, parametersOf: (layer) => alive(parameters.get(layer), name) };
  const filters = new Map([...parameters].filter((entry): entry is [string, Filter] => "kernel" in entry[1]));
  const network: GraphNetwork = {
    name, preprocessing, parameters, filters, ...(weights && { weights }),
    layers: layerNames(layers),
    features(image, wanted) {
      mustBeImage(image, `the image for ${name}`);
      return featuresOf(forwardImage(pass, image, wanted), name);
    },
    forward: (batch, wanted) => forward(pass, batch, wanted),
    dispose: () => parameters.forEach((tensors) => tf.dispose({ ...tensors })),
  };
  return printedAs(network, () => `${name}, ${filters.size} convolutions`);
}

function alive<P extends LayerParameters>(parameters: P | undefined, name: string): P | undefined {
  if (parameters && Object.values<tf.Tensor>({ ...parameters }).some(({ isDisposed }) => isDisposed))
    throw new Error(`${name} was disposed, and its parameters with it: load it again, in a notebook by running the cell that loads it`);
  return parameters;
}
