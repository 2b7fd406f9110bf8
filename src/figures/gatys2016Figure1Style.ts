// Gatys et al. 2016, Figure 1, style reconstructions: what growing sets of layers keep of a painting.
import { pixelCorrelation } from "../quality/pixelCorrelation";
import { structureSize } from "../quality/structureSize";
import { texture } from "../recipes/fromNoise";
import { styleLayers } from "../terms";
import type { Panel, PaperFigure } from "./figure";
import { gatys2016 } from "./papers";
import { withWorkbench } from "./workbench";

export const gatys2016Figure1Style: PaperFigure = {
  name: "gatys2016/figure1-style",
  paper: gatys2016,
  figure: "Figure 1, style reconstructions",
  claims: {
    scale: {
      claim: "Larger sets of layers match the style at an increasing scale.",
      measures: "the autocorrelation length with all five layers, in units of that with the first alone", atLeast: 1.25,
    },
    growth: {
      claim: "Each further layer adds larger structures.",
      measures: "the least ratio of the autocorrelation length to that of the set before", atLeast: 1,
    },
    matched: {
      claim: "Every Gram matrix that was asked for is matched.", measures: "the largest relative loss of a set, which is 1 where all activations are zero", atMost: 0.05,
    },
    arrangement: {
      claim: "The global arrangement of the scene is discarded.",
      measures: "the largest correlation of pixels with the painting, in units of that with the painting moved elsewhere", atMost: 3,
    },
  },
  settings: { network: "best", painting: "strokes", size: 192, steps: 200, seed: 0 },
  quick: { network: "vgg19-mini", size: 64, steps: 60 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [painting] = await images("painting");
    const panels: Panel[] = [painting];
    const measured: Record<string, number> = { "length painting": await structureSize(painting.image) };
    const [lengths, losses, correlations]: number[][] = [[], [], []];
    for (const count of styleLayers.keys()) {
      const layers = styleLayers.slice(0, count + 1);
      const what = count === 0 ? layers[0] : `… ${layers[count]}`;
      const { image, loss } = await texture(network, painting.image, { layers, seed: settings.seed, ...run(what) });
      const { correlation, shifted } = await pixelCorrelation(keep(image), painting.image);
      lengths.push(await structureSize(image));
      losses.push(loss);
      correlations.push(Math.abs(correlation) / shifted);
      panels.push({ label: what, image });
      Object.assign(measured, { [`length ${layers[count]}`]: lengths[count], [`loss ${layers[count]}`]: loss, [`correlation ${layers[count]}`]: correlation });
    }
    return {
      rows: [panels], measured,
      values: {
        scale: lengths.at(-1)! / lengths[0],
        growth: Math.min(...lengths.slice(1).map((length, i) => length / lengths[i])),
        matched: Math.max(...losses),
        arrangement: Math.max(...correlations),
      },
    };
  }),
};
