// A feed-forward network that was trained for a few paintings: one pass, no painting needed.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { crop, mustBeImage, type Image } from "../image";
import type { LayerParameters } from "../networks/applyLayer";
import type { Layer } from "../networks/architectures/architecture";
import { johnson, type JohnsonShape } from "../networks/architectures/johnson";
import { forwardImage } from "../networks/forward";
import type { Moments } from "../networks/normalizeInstances";
import { preprocessings, type Preprocessing } from "../networks/preprocess";
import { printedAs } from "../printedAs";
import { networkShapes } from "../training/parameterSlots";
import { readParameters } from "./readParameters";
import { toMultiple } from "./toMultiple";

/** A style by its name, or a blend of several: `{ strokes: 1, mosaic: 2 }`, each with its weight. */
export type StyleChoice = string | Readonly<Record<string, number>>;

/** Such a network, with its parameters in the open. `dispose()` frees them. */
export interface StyleNetwork {
  readonly name: string;
  /** The names of its styles, in the order of its parameters' rows. */
  readonly styles: readonly string[];
  readonly layers: readonly Layer[];
  readonly preprocessing: Preprocessing;
  readonly parameters: ReadonlyMap<string, LayerParameters>;
  /**
   * The image in a style (default: the first), of the image's size; the caller owns it.
   *
   * @param options `moments` of its instance normalizations, where the image is a part of a picture (`momentsOf`)
   * @throws RangeError for a style that it has not learned
   */
  stylize(image: Image, options?: { style?: StyleChoice; moments?: ReadonlyMap<string, Moments> }): Image;
  /** Means and variances that its normalizations compute of a picture, by layer; the caller owns them. */
  momentsOf(image: Image, options?: { style?: StyleChoice }): Map<string, Moments>;
  dispose(): void;
}

/** It halves the size twice and doubles it twice: inside, both sides are multiples of this. */
const stride = 4;

/**
 * A network that was trained for a few paintings (Johnson et al. 2016, conditional as in Dumoulin et al. 2017): the one that comes with the
 * project, for the sample paintings, or another from `npm run train:johnson`, a `file`.
 *
 * @param options `file`: its weights, a path or the name of a file in a folder of weights
 * @throws Error for a file that does not hold such a network
 */
export async function styleNetwork({ file }: { file?: string } = {}): Promise<StyleNetwork> {
  const { read, metadata } = await readParameters("johnson-styles", file);
  const shape = { styles: (metadata.styles ?? "").split(","), width: Number(metadata.width), blocks: Number(metadata.blocks) };
  return styleNetworkOf(read(networkShapes(layersOf(shape))), shape);
}

type Shape = Omit<JohnsonShape, "styles"> & Pick<StyleNetwork, "styles">;

function layersOf({ styles, ...shape }: Shape): readonly Layer[] {
  return johnson({ ...shape, styles: styles.length });
}

/** The network of these parameters, which it owns from then on. */
export function styleNetworkOf(parameters: ReadonlyMap<string, LayerParameters>, shape: Shape): StyleNetwork {
  const { styles } = shape;
  const layers = layersOf(shape);
  const preprocessing = preprocessings.torchvision;
  const name = "a style network";
  const pass = (style: StyleChoice = styles[0], moments?: ReadonlyMap<string, Moments>): Parameters<typeof forwardImage>[0] => ({
    name, layers, preprocessing, moments, parametersOf: (layer: string) => parameters.get(layer), style: weightsOf(style, styles),
  });
  const network: StyleNetwork = {
    name, styles, layers, preprocessing, parameters,
    stylize(image, { style, moments } = {}) {
      mustBeImage(image, "the image to stylize");
      const [height, width] = image.shape;
      return tf.tidy(() => {
        const painted = forwardImage(pass(style, moments), toMultiple(image, stride), ["tanh"]).get("tanh")!;
        return crop(tf.mul(tf.add(painted, 1), 0.5), { height, width, top: 0, left: 0 });
      });
    },
    momentsOf(image, { style } = {}) {
      const read = layers.flatMap(({ operation }, i) => (operation.kind === "instanceNorm" ? [[layers[i].name, layers[i - 1].name]] : []));
      const found = tf.tidy(() => {
        const activations = forwardImage(pass(style), toMultiple(image, stride), read.map(([, input]) => input));
        return read.map(([layer, input]) => ({ layer, moments: tf.moments(activations.get(input)!, [0, 1], true) }));
      });
      return new Map(found.map(({ layer, moments }) => [layer, moments]));
    },
    dispose: () => parameters.forEach((tensors) => tf.dispose({ ...tensors })),
  };
  return printedAs(network, () => `${name} for ${styles.join(", ")}`);
}

/** The weights of the styles, with a sum of 1. */
function weightsOf(style: StyleChoice, styles: readonly string[]): number[] {
  const chosen = typeof style === "string" ? { [style]: 1 } : style;
  Object.keys(chosen).forEach((name) => mustBeOneOf(name, styles, "style"));
  const sum = Object.values(chosen).reduce((total, weight) => total + weight, 0);
  if (!(sum > 0) || Object.values(chosen).some((weight) => !(weight >= 0)))
    throw new RangeError(`the weights of styles are 0 or more, and not all 0, got ${JSON.stringify(chosen)}`);
  return styles.map((name) => (chosen[name] ?? 0) / sum);
}
