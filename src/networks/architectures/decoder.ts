// The decoder of AdaIN (Huang & Belongie 2017): a VGG to one of its layers, backwards. From features it makes a picture.
import { topologies, type VggName } from "./vgg";
import type { Layer } from "./architecture";
import { convolution, relu, upsample } from "./operation";

/** The layers that a decoder can begin at. */
export const decodedLayers = ["relu3_1", "relu4_1"] as const;
export type DecodedLayer = (typeof decodedLayers)[number];

/**
 * A mirrored VGG, as in Huang & Belongie's code: poolings are upsamplings, convolutions pad by reflection, nothing is normalized, the last
 * convolution has no activation. Upsampling is bilinear where theirs is nearest, which left a grid of 4 pixels in the pictures. `widths` are the channels of its blocks, 1 to 4; default: 1.5 times the encoder's
 * in the first and second, since a small VGG is narrow where a picture needs detail, else the encoder's.
 */
export function decoder(
  encoder: VggName, layer: DecodedLayer, widths: readonly number[] = decoderWidths(encoder),
): readonly Layer[] {
  const { convolutions } = topologies[encoder];
  const deepest = Number(layer[4]);
  const layers: Layer[] = [];
  const add = (block: number, number: number, channels: number): void => {
    layers.push({ name: `decode${block}_${number}`, operation: convolution(channels, 3, { paddingMode: "reflection" }) });
  };
  for (let block = deepest; block >= 1; block--) {
    // The last of a block's convolutions has the channels of the next one.
    const count = block === deepest ? 1 : convolutions[block - 1];
    for (let number = count; number >= 1; number--) {
      const last = number === 1;
      add(block, number, !last ? widths[block - 1] : block === 1 ? 3 : widths[block - 2]);
      if (!last || block > 1) layers.push({ name: `derelu${block}_${number}`, operation: relu });
    }
    if (block > 1) layers.push({ name: `enlarge${block}`, operation: upsample(2, "bilinear") });
  }
  return layers;
}

/** The channels that go into a decoder: those of the encoder's layer. */
export function decoderInputs(encoder: VggName, layer: DecodedLayer): number {
  return topologies[encoder].widths[Number(layer[4]) - 1];
}

function decoderWidths(encoder: VggName): readonly number[] {
  const [first, second, third, fourth] = topologies[encoder].widths;
  return [1.5 * first, 1.5 * second, third, fourth];
}
