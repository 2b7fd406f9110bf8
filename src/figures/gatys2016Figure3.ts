// Gatys et al. 2016, Figure 3: one photograph in the style of several paintings.
import * as tf from "@tensorflow/tfjs";
import { resize, type Image } from "../image";
import { activations } from "../losses/activations";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import type { Network } from "../networks/network";
import { valueOf } from "../quality/valueOf";
import { content, contentLayers, style, styleLayers, type Term } from "../terms";
import type { Panel, PaperFigure } from "./figure";
import { judgeOf } from "./judgeOf";
import { optimize } from "./optimize";
import { gatys2016 } from "./papers";
import { contentAndStyle } from "./contentAndStyle";
import { withWorkbench } from "./workbench";

const ratio = 1 / 30;

export const gatys2016Figure3: PaperFigure = {
  name: "gatys2016/figure3",
  paper: gatys2016,
  figure: "Figure 3, one photograph in several styles",
  claims: {
    style: {
      claim: "Each image has the style of its own painting.",
      measures: "the share of images whose nearest painting by Gram matrices, for a network that did not make them, is its own", atLeast: 1,
    },
    content: {
      claim: "All of them have the photograph's content.",
      measures: "the share of images that are nearer to their photograph than to any other by activations, for that network", atLeast: 1,
    },
  },
  settings: { network: "best", photo: "valley,table", painting: "strokes,mosaic,woodcut,watercolor", size: 192, steps: 150, seed: 0 },
  quick: { network: "vgg19-mini", size: 64, steps: 40 },

  run: (settings, options = {}) => withWorkbench(settings, options, [...styleLayers, ...contentLayers], async ({ network, images, keep, run }) => {
    const [photos, paintings] = [await images("photo"), await images("painting")];
    const judge = await judgeOf(network, settings.seed);
    try {
      const rows: Panel[][] = [];
      const [ownStyle, ownContent]: boolean[][] = [[], []];
      const measured: Record<string, number> = {};
      for (const [p, photo] of photos.entries()) {
        const row: Panel[] = [photo];
        for (const [s, painting] of paintings.entries()) {
          const name = `${photo.label} × ${painting.label}`;
          const { image } = await optimize(network, contentAndStyle(photo.image, painting.image, ratio), photo.image, run(name));
          keep(image);
          const styles = await distances(judge, image, paintings.map((other) => style(other.image, { loss: relative(gram()) })));
          const [height, width] = image.shape;
          const sameSize = photos.map((other) => resize(other.image, { cover: [height, width] }));
          const contents = await distances(judge, image, sameSize.map((other) => content(other, { loss: relative(activations()) })));
          tf.dispose(sameSize);
          ownStyle.push(nearest(styles) === s);
          ownContent.push(nearest(contents) === p);
          Object.assign(measured, { [`style distance ${name}`]: styles[s], [`content distance ${name}`]: contents[p] });
          row.push({ label: painting.label, image });
        }
        rows.push(row);
      }
      return { rows, measured, values: { style: share(ownStyle), content: share(ownContent) } };
    } finally {
      judge.dispose();
    }
  }),
};

/** The loss of `image` under each term alone. */
function distances(judge: Network, image: Image, terms: readonly Term[]): Promise<number[]> {
  return Promise.all(terms.map((term) => valueOf(judge, [term], image)));
}

const nearest = (values: readonly number[]): number => values.indexOf(Math.min(...values));
const share = (all: readonly boolean[]): number => all.filter(Boolean).length / all.length;
