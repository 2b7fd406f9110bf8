// Gatys et al. 2015, Figure 3, the control: a texture from the same network with random weights.
import { loadNetwork } from "../networks/loadNetwork";
import { nearestPatchDistance } from "../quality/nearestPatchDistance";
import { patchDistance } from "../quality/patchDistance";
import { texture } from "../recipes/fromNoise";
import { textureLayers } from "./gatys2015Figure2";
import type { PaperFigure } from "./figure";
import { matchedLoss } from "./matchedScale";
import { gatys2015 } from "./papers";
import { withWorkbench } from "./workbench";

export const gatys2015RandomWeights: PaperFigure = {
  name: "gatys2015/random-weights",
  paper: gatys2015,
  figure: "Figure 3, control: random weights",
  claims: {
    training: {
      claim: "With random weights the same network gives no texture: its training counts.",
      measures: "the distance of patches to the nearest of the source, and the other way round, with random weights, in units of that with trained ones", atLeast: 1.5,
      found: "Patches of 7 pixels and their reductions are as near; shapes are not: trained weights give fish, random ones only their colors and tesserae.",
    },
    matched: {
      claim: "Though what the random network sees is matched.", measures: "its relative loss, which is 1 where all activations are zero", atMost: matchedLoss,
    },
  },
  settings: { network: "best", painting: "mosaic", size: 256, steps: 300, seed: 0 },
  quick: { network: "vgg19-mini", size: 96, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, textureLayers, async ({ network, images, keep, run }) => {
    const [source] = await images("painting");
    const random = await loadNetwork("random", { topology: network.name, width: 1, seed: settings.seed, pooling: "average" });
    try {
      const made = async (by: typeof network, what: string) => {
        const { image, loss } = await texture(by, source.image, { layers: textureLayers, seed: settings.seed, ...run(what) });
        return { image: keep(image), loss, nearest: await nearestPatchDistance(image, source.image), distance: await patchDistance(image, source.image) };
      };
      const [trained, untrained] = [await made(network, "trained weights"), await made(random, "random weights")];
      return {
        rows: [[source, { label: "trained weights", image: trained.image }, { label: "random weights", image: untrained.image }]],
        measured: {
          "nearest patches trained": trained.nearest, "nearest patches random": untrained.nearest,
          "patch distance trained": trained.distance, "patch distance random": untrained.distance,
          "loss trained": trained.loss, "loss random": untrained.loss,
        },
        values: { training: untrained.nearest / trained.nearest, matched: untrained.loss },
      };
    } finally {
      random.dispose();
    }
  }),
};
