// How large the structures are up to which an image has a painting's style.
import type { Image } from "../image";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import type { Layer } from "../networks/architectures/architecture";
import { vgg } from "../networks/architectures/vgg";
import type { Vgg } from "../networks/vgg";
import { valueOf } from "../quality/valueOf";
import { style, styleLayers } from "../terms";

/** The relative Gram loss up to which a layer counts as matched: that of the layers that were asked for. */
export const matchedLoss = 0.05;

/**
 * The side in pixels of the largest structures that `image` shares with `painting`: the receptive field of the deepest rectified layer up
 * to which all have a relative Gram loss of at most 0.05, with the next one's share by interpolation; 0 where the first has more. Only
 * layers that no recipe fits are read (`styleLayers` are left out), so this is no echo of what was asked for.
 *
 * The autocorrelation length (`structureSize`), which stood here before, cannot tell it: an image of thin strokes has the length of a
 * stroke, however large the shapes are that the strokes draw, and a texture has that length as soon as the strokes are matched. For the
 * strokes at 128², it was 3.1 pixels, and 3.3, 3.3, 3.3 and 3.3 in the textures of two to five layers.
 */
export async function matchedScale(network: Vgg, image: Image, painting: Image): Promise<number> {
  const fields = receptiveFields(vgg(network.topology).layers);
  let before: { field: number; loss: number } | undefined;
  for (const [layer, field] of fields) {
    if (!layer.startsWith("relu") || styleLayers.includes(layer)) continue;
    const loss = await valueOf(network, [style(painting, { layers: [layer], loss: relative(gram()) })], image);
    if (!(loss <= matchedLoss))
      return before ? before.field + ((field - before.field) * (matchedLoss - before.loss)) / (loss - before.loss) : 0;
    before = { field, loss };
  }
  return before!.field;
}

/** By layer, how many pixels one of its positions sees along a side, in a network without branches. */
export function receptiveFields(layers: readonly Layer[]): Map<string, number> {
  let [field, stride] = [1, 1];
  return new Map(layers.map(({ name, operation }) => {
    if (operation.kind === "convolution" || operation.kind === "pool") {
      field += (operation.size - 1) * stride;
      stride *= operation.stride;
    }
    return [name, field];
  }));
}
