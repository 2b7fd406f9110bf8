// Gatys et al. 2016, Figure 1, style reconstructions: what growing sets of layers keep of a painting.
import type { Image } from "../image";
import type { Vgg } from "../networks/vgg";
import { pixelCorrelation } from "../quality/pixelCorrelation";
import { structureSize } from "../quality/structureSize";
import { texture } from "../recipes/fromNoise";
import { styleLayers } from "../terms";
import type { FigureRun, PaperFigure } from "./figure";
import { matchedLoss, matchedScale } from "./matchedScale";
import { mustBeVgg } from "./mustBeVgg";
import { gatys2016 } from "./papers";
import { withWorkbench } from "./workbench";

export const gatys2016Figure1Style: PaperFigure = {
  name: "gatys2016/figure1-style",
  paper: gatys2016,
  figure: "Figure 1, style reconstructions",
  claims: {
    scale: {
      claim: "Larger sets of layers match the style at an increasing scale.",
      measures: "the size of the structures that all five layers match (`matchedScale`), in units of that of the first alone", atLeast: 1.25,
    },
    growth: {
      claim: "Each further layer adds larger structures.",
      measures: "the least ratio of that size to that of the set before", atLeast: 1,
    },
    matched: {
      claim: "Every Gram matrix that was asked for is matched.", measures: "the largest relative loss of a set, which is 1 where all activations are zero", atMost: matchedLoss,
    },
    arrangement: {
      claim: "The global arrangement of the scene is discarded.",
      measures: "the largest correlation of pixels with the painting, in units of that with the painting moved elsewhere", atMost: 3,
      found: "With all five layers sun and field are where the painting has them. At relu5_1, 12×12 positions, zero padding tells statistics where the border is (notebook 04).",
    },
  },
  settings: { network: "best", painting: "strokes", size: 192, steps: 200, seed: 0 },
  paperImages: { painting: "starry_night" },
  quick: { network: "vgg19-mini", size: 192, steps: 100 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [painting] = await images("painting");
    const made: { image: Image; loss: number }[] = [];
    for (const count of styleLayers.keys()) {
      const { image, loss } = await texture(network, painting.image, { layers: styleLayers.slice(0, count + 1), seed: settings.seed, ...run(label(count)) });
      made.push({ image: keep(image), loss });
    }
    return {
      rows: [[painting, ...made.map(({ image }, count) => ({ label: label(count), image }))]],
      ...await measureSets(mustBeVgg(network), painting.image, made),
    };
  }),
};

const label = (count: number): string => (count === 0 ? styleLayers[0] : `… ${styleLayers[count]}`);

/** The claims' numbers, from the texture of each set and its loss. */
export async function measureSets(
  network: Vgg, painting: Image, textures: readonly { readonly image: Image; readonly loss: number }[],
): Promise<Pick<FigureRun, "measured" | "values">> {
  const measured: Record<string, number> = { "autocorrelation length painting": await structureSize(painting) };
  const [scales, correlations]: number[][] = [[], []];
  for (const [count, { image, loss }] of textures.entries()) {
    const { correlation, shifted } = await pixelCorrelation(image, painting);
    scales.push(await matchedScale(network, image, painting));
    correlations.push(Math.abs(correlation) / shifted);
    Object.assign(measured, {
      [`matched scale ${label(count)}`]: scales[count], [`autocorrelation length ${label(count)}`]: await structureSize(image),
      [`loss ${label(count)}`]: loss, [`correlation ${label(count)}`]: correlation, [`shifted ${label(count)}`]: shifted,
    });
  }
  return {
    measured,
    values: {
      scale: scales.at(-1)! / scales[0],
      growth: Math.min(...scales.slice(1).map((scale, i) => scale / scales[i])),
      matched: Math.max(...textures.map(({ loss }) => loss)),
      arrangement: Math.max(...correlations),
    },
  };
}
