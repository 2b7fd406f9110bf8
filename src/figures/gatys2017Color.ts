// Gatys et al. 2017, section 5: style without its colors.
import { luminance, matchColor, withColor } from "../color/matchColor";
import type { Image } from "../image";
import { gaussianWasserstein } from "../losses/gaussianWasserstein";
import { styleLayers } from "../terms";
import { contentAndStyle } from "./contentAndStyle";
import { distanceOf } from "./distanceOf";
import type { PaperFigure } from "./figure";
import { optimize } from "./optimize";
import { gatys2017 } from "./papers";
import { transferLeft } from "./transferLeft";
import { withWorkbench } from "./workbench";

const ratio = 1 / 30;

export const gatys2017Color: PaperFigure = {
  name: "gatys2017/color",
  paper: gatys2017,
  figure: "Color control: color matching, and transfer in luminance only",
  claims: {
    chroma: {
      claim: "A transfer in luminance only keeps the colors of the photograph.",
      measures: "the largest difference of U or V to the photograph's, at pixels that were not clipped to 0…1", atMost: 1e-4,
    },
    luminance: {
      claim: "And it has the style in its luminance.",
      measures: "what is left of the distance to the style of the painting's luminance, at layers that were not optimized", atMost: 0.5,
    },
    matching: {
      claim: "With the painting in the photograph's colors, the result has these colors, too.",
      measures: "the squared Wasserstein distance of its colors to the photograph's, in units of that of a transfer as usual", atMost: 0.5,
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes", size: 192, steps: 150, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 60 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [[photo], [painting]] = [await images("photo"), await images("painting")];
    const [gray, grayPainting] = [keep(luminance(photo.image)), keep(luminance(painting.image, { like: photo.image }))];
    const recolored = keep(await matchColor(painting.image, photo.image));
    const transferred = async (what: string, content: Image, style: Image): Promise<Image> =>
      keep((await optimize(network, contentAndStyle(content, style, ratio), content, run(what))).image);
    const usual = await transferred("as usual", photo.image, painting.image);
    const matched = await transferred("colors matched", photo.image, recolored);
    const inGray = await transferred("luminance only", gray, grayPainting);
    const colored = keep(withColor(inGray, photo.image));
    const { difference, clipped } = await chromaDifference(colored, photo.image);
    const left = await transferLeft(network, keep(luminance(colored)), gray, grayPainting);
    const colors = (image: Image): number => distanceOf(gaussianWasserstein(), image, photo.image);
    return {
      rows: [
        [photo, painting, { label: "as usual", image: usual }],
        [{ label: "painting, recolored", image: recolored }, { label: "colors matched", image: matched }, { label: "luminance only", image: colored }],
      ],
      measured: {
        "share of clipped pixels": clipped, "style left, luminance only": left.style, "content left, luminance only": left.content,
        "color distance, as usual": colors(usual), "color distance, colors matched": colors(matched), "color distance, luminance only": colors(colored),
      },
      values: { chroma: difference, luminance: left.style, matching: colors(matched) / colors(usual) },
    };
  }),
};

/** U and V of the authors' code, of a color (r, g, b). */
const chroma = [[-0.147, -0.288, 0.436], [0.615, -0.515, -0.1]];

/** The largest difference of U or V, at pixels of `image` in which no channel is 0 or 1, and the share of the other pixels; NaN where all are clipped. */
export async function chromaDifference(image: Image, photo: Image): Promise<{ difference: number; clipped: number }> {
  const [values, reference] = [await image.data<"float32">(), await photo.data<"float32">()];
  let [difference, unclipped] = [0, 0];
  for (let i = 0; i < values.length; i += 3) {
    const change = [0, 1, 2].map((c) => values[i + c] - reference[i + c]);
    if ([0, 1, 2].some((c) => !(values[i + c] > 0 && values[i + c] < 1))) continue;
    unclipped++;
    for (const row of chroma) difference = Math.max(difference, Math.abs(row.reduce((sum, weight, c) => sum + weight * change[c], 0)));
  }
  return { difference: unclipped > 0 ? difference : NaN, clipped: 1 - unclipped / (values.length / 3) };
}
