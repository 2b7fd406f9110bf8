// Gatys et al. 2017, section 4: another style for each region.
import * as tf from "@tensorflow/tfjs";
import { crop, type Image } from "../image";
import { activations } from "../losses/activations";
import { guidedGram } from "../losses/guidedGram";
import { relative } from "../losses/relative";
import { fullMask } from "../masks/propagate";
import { content, style, styleLayers, type Term } from "../terms";
import type { Panel, PaperFigure } from "./figure";
import { gramDistances, isNearest } from "./gramDistances";
import { optimize } from "./optimize";
import { gatys2017 } from "./papers";
import { share } from "./share";
import { withWorkbench } from "./workbench";

const regions = ["above", "below"] as const;
/** Of each region, against a content weight of 1: all together have the weight of one style. */
const styleWeight = 30 / regions.length;

export const gatys2017Spatial: PaperFigure = {
  name: "gatys2017/spatial",
  paper: gatys2017,
  figure: "Spatial control: one style above, another below",
  claims: {
    regions: {
      claim: "Each region has the style of its own painting.",
      measures: "the share of regions whose nearest painting by Gram matrices, for a network that did not make them, is their own", atLeast: 1,
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes,woodcut", size: 192, steps: 150, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 60 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, judge, keep, run }) => {
    const [[photo], paintings] = [await images("photo"), await images("painting")];
    if (paintings.length !== 2) throw new RangeError(`this figure needs two paintings, "strokes,woodcut"; got ${paintings.length}`);
    const guides = halvesOf(photo.image).map(keep);
    const panels: Panel[] = [photo, ...paintings];
    const own: boolean[] = [];
    const measured: Record<string, number> = {};
    for (const order of [[0, 1], [1, 0]]) {
      const chosen = order.map((i) => paintings[i]);
      const terms: Term[] = [content(photo.image, { loss: relative(activations()) })];
      for (const [r, { image: painting }] of chosen.entries())
        terms.push(style(painting, {
          name: regions[r], loss: relative(guidedGram({ image: guides[r], target: keep(fullMask(painting)) })), weight: styleWeight,
        }));
      const label = `${chosen[0].label} above ${chosen[1].label}`;
      const { image } = await optimize(network, terms, photo.image, run(label));
      for (const [r, part] of partsOfHeight(keep(image)).map(keep).entries()) {
        const distances = await gramDistances(await judge(), part, paintings.map((painting) => painting.image));
        own.push(isNearest(distances, order[r]));
        paintings.forEach((painting, i) => (measured[`${label}: ${regions[r]} to ${painting.label}`] = distances[i]));
      }
      panels.push({ label, image });
    }
    return { rows: [panels], measured, values: { regions: share(own) } };
  }),
};

/** Masks of the upper and the lower half. */
function halvesOf({ shape: [height, width] }: Image): tf.Tensor2D[] {
  const middle = Math.floor(height / 2);
  const half = (above: number, below: number): tf.Tensor2D =>
    tf.tidy(() => tf.concat([tf.fill([middle, width], above), tf.fill([height - middle, width], below)], 0) as tf.Tensor2D);
  return [half(1, 0), half(0, 1)];
}

/** The upper and the lower half of an image. */
function partsOfHeight(image: Image): Image[] {
  const [height, width] = image.shape;
  const middle = Math.floor(height / 2);
  return [crop(image, { top: 0, left: 0, height: middle, width }), crop(image, { top: middle, left: 0, height: height - middle, width })];
}
