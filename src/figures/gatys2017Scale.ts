// Gatys et al. 2017, section 6: the fine strokes of one painting on the coarse structure of another.
import * as tf from "@tensorflow/tfjs";
import { matchColor } from "../color/matchColor";
import { resize, type Image } from "../image";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import type { Network } from "../networks/network";
import { style, styleLayers } from "../terms";
import { contentAndStyle } from "./contentAndStyle";
import type { Panel, PaperFigure } from "./figure";
import { gramDistances, isNearest } from "./gramDistances";
import { optimize } from "./optimize";
import { gatys2017 } from "./papers";
import { share } from "./share";
import { withWorkbench } from "./workbench";

/** Where the fine style is matched, as in the authors' code. */
const fineLayers = ["relu1_1", "relu2_1"];
/** Images reduced so many times have coarse structure only: fine strokes are averaged away. */
const reduction = 4;
/** What a reduced image is large enough for. */
const coarseLayers = styleLayers.slice(0, 4);
const ratio = 1 / 30;

export const gatys2017Scale: PaperFigure = {
  name: "gatys2017/scale",
  paper: gatys2017,
  figure: "Scale control: fine style of one painting, coarse style of another",
  claims: {
    fine: {
      claim: "The mixed style has the fine structure of the one painting.",
      measures: "the share of mixed styles that are nearest to it by the Gram matrices of relu1_1 and relu2_1, for a network that did not make them", atLeast: 1,
    },
    coarse: {
      claim: "And the coarse structure of the other.",
      measures: "the share of mixed styles that are nearest to it by the Gram matrices of relu1_1 to relu4_1, all reduced to a quarter", atLeast: 1,
      found: "To the eye the strokes' fine structure lies on the woodcut's sun, boat and frame as the paper says; the other way round the swirls come out as angular blocks.",
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes,woodcut", size: 192, steps: 150, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 60 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, judge, keep, run }) => {
    const [[photo], paintings] = [await images("photo"), await images("painting")];
    if (paintings.length !== 2) throw new RangeError(`this figure needs two paintings, "strokes,woodcut"; got ${paintings.length}`);
    const rows: Panel[][] = [];
    const [fine, coarse]: boolean[][] = [[], []];
    const measured: Record<string, number> = {};
    const [height, width] = photo.image.shape;
    // In the photograph's colors, as the authors do: then only the structure of a painting tells it from another.
    const recolored = [];
    for (const { image } of paintings) recolored.push(keep(await matchColor(keep(resize(image, { cover: [height, width] })), photo.image, { matching: "pca" })));
    for (const [f, c] of [[0, 1], [1, 0]]) {
      const name = `fine ${paintings[f].label}, coarse ${paintings[c].label}`;
      const { image: mixed } = await optimize(
        network, [style(recolored[f], { loss: relative(gram()), layers: fineLayers })], recolored[c], run(name));
      const { image } = await optimize(network, contentAndStyle(photo.image, keep(mixed), ratio), photo.image, run(`${name}, transfer`));
      keep(image);
      const { fine: toFine, coarse: toCoarse } = await scaleDistances(await judge(), mixed, recolored);
      fine.push(isNearest(toFine, f));
      coarse.push(isNearest(toCoarse, c));
      paintings.forEach(({ label }, i) => Object.assign(measured, { [`${name}: fine to ${label}`]: toFine[i], [`${name}: coarse to ${label}`]: toCoarse[i] }));
      rows.push([
        { label: `coarse: ${paintings[c].label}`, image: recolored[c] }, { label: `fine: ${paintings[f].label}`, image: recolored[f] },
        { label: "mixed style", image: mixed }, { label: "transfer", image },
      ]);
    }
    return { rows, measured, values: { fine: share(fine), coarse: share(coarse) } };
  }),
};

/**
 * The relative Gram loss of `image` to each painting: `fine` at the first layers; `coarse` at all but the last style layer, of reduced images. Deep layers of
 * the full images do not tell the two apart: what they see is composed of fine structure, too.
 */
export async function scaleDistances(judge: Network, image: Image, paintings: readonly Image[]): Promise<{ fine: number[]; coarse: number[] }> {
  const [small, ...smallPaintings] = [image, ...paintings].map((one) => resize(one, { shorter: Math.round(Math.min(one.shape[0], one.shape[1]) / reduction) }));
  try {
    return { fine: await gramDistances(judge, image, paintings, fineLayers), coarse: await gramDistances(judge, small, smallPaintings, coarseLayers) };
  } finally {
    tf.dispose([small, smallPaintings]);
  }
}
