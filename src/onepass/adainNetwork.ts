// The two halves of arbitrary style transfer: an encoder, and a decoder that was trained for its features.
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../errors";
import { mustBeImage, type Image } from "../image";
import { decodedLayers, decoder, decoderInputs, type DecodedLayer } from "../networks/architectures/decoder";
import { topologies, type VggName } from "../networks/architectures/vgg";
import { forwardImage } from "../networks/forward";
import { vgg19Half, vgg19Mini, type Vgg } from "../networks/vgg";
import { printedAs } from "../printedAs";
import { networkShapes } from "../training/parameterSlots";
import { readParameters } from "./readParameters";
import { toMultiple } from "./toMultiple";

/** An encoder and its decoder. `dispose()` frees both. */
export interface AdainNetwork {
  readonly name: string;
  readonly encoder: Vgg;
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

const encoders = { "vgg19-mini": vgg19Mini, "vgg19-half": vgg19Half };

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
  const encoder = await encoders[encoderName as keyof typeof encoders]({ pooling: "average" });
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
