// The two halves of arbitrary style transfer: an encoder, and a decoder that was trained for its features.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { mustBeImage, type Image } from "../image";
import { decodedLayers, decoder, decoderInputs, type DecodedLayer } from "../networks/architectures/decoder";
import { topologies, vgg, type VggName } from "../networks/architectures/vgg";
import { forwardImage } from "../networks/forward";
import { graphNetwork, type GraphNetwork } from "../networks/graphNetwork";
import { vgg19Half, vgg19Mini } from "../networks/vgg";
import { printedAs } from "../printedAs";
import { networkShapes } from "../training/parameterSlots";
import { readParameters } from "./readParameters";
import { toMultiple } from "./toMultiple";

/** An encoder and its decoder. `dispose()` frees both. */
export interface AdainNetwork {
  readonly name: string;
  readonly encoder: GraphNetwork;
  /** The layer whose activations are decoded. */
  readonly layer: DecodedLayer;
  /** How many pixels of an image, along each side, are one position of the layer: 4 or 8. */
  readonly stride: number;
  /** The activations of an image at the layer, `[height / stride, width / stride, channels]`, rounded up; the caller owns them. */
  encode(image: Image): tf.Tensor3D;
  /** The picture of activations at the layer, `stride` times as large; the caller owns it. */
  decode(features: tf.Tensor3D): Image;
  dispose(): void;
}

export type EncoderName = "vgg19-mini" | "vgg19-half";
const encoders = { "vgg19-mini": vgg19Mini, "vgg19-half": vgg19Half };

/**
 * A small VGG as an encoder: with average pooling, and every convolution pads by reflection, as in Huang & Belongie's code. The zeros
 * that these networks were trained with are a frame of another style, whose lines show in the pictures.
 */
export async function adainEncoder(name: EncoderName): Promise<GraphNetwork> {
  const { filters, preprocessing } = await encoders[name]({ pooling: "average" });
  const layers = vgg(name, "average").layers.map((layer) => (layer.operation.kind === "convolution"
    ? { ...layer, operation: { ...layer.operation, paddingMode: "reflection" as const } } : layer));
  return graphNetwork(layers, filters, { name, preprocessing });
}

/**
 * The encoder and decoder that `stylizeInOnePass` paints with: vgg19-mini, and the decoder that comes with the project
 * (`npm run train:adain`), or another trained by the same command, a `file`.
 *
 * @throws Error for a file that does not hold such a decoder
 */
export async function adainNetwork({ file }: { file?: string } = {}): Promise<AdainNetwork> {
  const { read, metadata } = await readParameters("adain-decoder", file);
  const { encoder: encoderName = "", layer = "" } = metadata;
  mustBeOneOf(layer, decodedLayers, "layer", "the decoder's file");
  mustBeOneOf(encoderName, Object.keys(encoders), "encoder", "the decoder's file");
  const layers = decoder(encoderName as VggName, layer as DecodedLayer);
  const parameters = read(networkShapes(layers, decoderInputs(encoderName as VggName, layer as DecodedLayer)));
  const encoder = await adainEncoder(encoderName as EncoderName);
  const stride = 2 ** (Number(layer[4]) - 1);
  const last = layers.at(-1)!.name;
  const network: AdainNetwork = {
    name: `adain over ${encoderName}`, encoder, layer: layer as DecodedLayer, stride,
    encode(image) {
      mustBeImage(image, "the image to encode");
      return tf.tidy(() => encoder.features(toMultiple(image, stride), [layer])(layer));
    },
    decode: (features) => tf.tidy(() => {
      const pass = { name: "the decoder", layers, parametersOf: (name: string) => parameters.get(name) };
      return tf.clipByValue(forwardImage(pass, features, [last]).get(last)!, 0, 1);
    }),
    dispose() {
      encoder.dispose();
      parameters.forEach((tensors) => tf.dispose({ ...tensors }));
    },
  };
  return printedAs(network, () => `${network.name}: ${layer}, ${topologies[encoderName as VggName].widths[Number(layer[4]) - 1]} channels`);
}
