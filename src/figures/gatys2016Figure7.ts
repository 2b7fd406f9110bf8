// Gatys et al. 2016, Figure 7: a photograph in the style of another photograph.
import { gaussianWasserstein } from "../losses/gaussianWasserstein";
import { styleLayers } from "../terms";
import { contentAndStyle } from "./contentAndStyle";
import { distanceOf } from "./distanceOf";
import type { PaperFigure } from "./figure";
import { optimize } from "./optimize";
import { gatys2016 } from "./papers";
import { transferLeft } from "./transferLeft";
import { withWorkbench } from "./workbench";

/** Ten times as much content as for a painting: 1e-2 in the paper, where most of Figure 3 has 1e-3 and less. */
const ratio = 1 / 3;

export const gatys2016Figure7: PaperFigure = {
  name: "gatys2016/figure7",
  paper: gatys2016,
  figure: "Figure 7, photorealistic transfer",
  claims: {
    structure: {
      claim: "The arrangement of the content image is kept.",
      measures: "the distance of normalized activations to the photograph, in units of the other photograph's, at layers that were not optimized", atMost: 0.5,
    },
    colors: {
      claim: "Colors and lighting of the other photograph are transferred.",
      measures: "the squared Wasserstein distance of colors to the other photograph, in units of the content's", atMost: 0.5,
    },
  },
  settings: { network: "best", photo: "valley", painting: "table", size: 192, steps: 200, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [[photo], [other]] = [await images("photo"), await images("painting")];
    const { image } = await optimize(network, contentAndStyle(photo.image, other.image, ratio), photo.image, run("transfer"));
    const left = await transferLeft(network, keep(image), photo.image, other.image);
    const measured = {
      "style left": left.style, "color distance": distanceOf(gaussianWasserstein(), image, other.image),
      "color distance of the content": distanceOf(gaussianWasserstein(), photo.image, other.image),
    };
    return {
      rows: [[photo, other, { label: "result", image }]], measured,
      values: {
        structure: left.content,
        colors: measured["color distance"] / measured["color distance of the content"],
      },
    };
  }),
};
