// Ustyuzhaninov et al. 2016: textures from one layer of random filters; and He et al. 2016, from a deep network with random weights.
import { loadNetwork } from "../networks/loadNetwork";
import type { Network } from "../networks/network";
import { nearestPatchDistance } from "../quality/nearestPatchDistance";
import { patchDistance } from "../quality/patchDistance";
import { texture } from "../recipes/fromNoise";
import { textureLayers } from "./gatys2015Figure2";
import type { Panel, PaperFigure } from "./figure";
import { ustyuzhaninov2016 } from "./papers";
import { shallowRandom } from "./shallowRandom";
import { withWorkbench } from "./workbench";

/** The paper's filters, for images of 256 pixels; a smaller image has those up to a quarter of its side. */
const filterSizes = [3, 5, 7, 11, 15, 23, 37, 55];
const sizesFor = (side: number): number[] => filterSizes.filter((size) => size <= Math.max(5, side / 4));
/** Of each size, as many as the trained network's first layer has, and as many again: 128 beside VGG-19. */
const mapsPerChannel = 2;

export const ustyuzhaninov2016Textures: PaperFigure = {
  name: "ustyuzhaninov2016/textures",
  paper: ustyuzhaninov2016,
  figure: "Textures from random filters",
  claims: {
    shallow: {
      claim: "One layer of random filters of many sizes gives textures that rival those of a trained network.",
      measures: "the distance of patches to the nearest of the source, and the other way round, in units of that of the trained network", atMost: 1.25,
    },
    linear: {
      claim: "Without the rectification it does not.",
      measures: "the same distance with linear filters, in units of that with rectified ones", atLeast: 1.25,
    },
    scales: {
      claim: "Nor with as many filters of one size.", measures: "the same distance with one size, in units of that with many", atLeast: 1.1,
    },
    deep: {
      claim: "A deep network with random weights gives comparable textures (He et al. 2016).",
      measures: "the distance of patches to the nearest of the source, and the other way round, in units of that of the trained network", atMost: 1.25,
    },
  },
  settings: { network: "best", painting: "mosaic", size: 192, steps: 300, seed: 0 },
  quick: { network: "vgg19-mini", size: 64, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, textureLayers, async ({ network, images, keep, run }) => {
    const [source] = await images("painting");
    const { seed } = settings;
    const sizes = sizesFor(settings.size);
    const maps = mapsPerChannel * network.filters.get("conv1_1")!.bias.size;
    const middle = sizes[Math.floor(sizes.length / 2)];
    const panels: Panel[] = [source];
    const distances: Record<string, number> = {};
    const measured: Record<string, number> = {};
    const make = async (what: string, label: string, by: Network, layers: readonly string[]): Promise<void> => {
      try {
        const { image, loss } = await texture(by, source.image, { layers, seed, ...run(label) });
        panels.push({ label, image: keep(image) });
        distances[what] = await nearestPatchDistance(image, source.image);
        Object.assign(measured, { [`nearest patches ${label}`]: distances[what], [`patch distance ${label}`]: await patchDistance(image, source.image), [`loss ${label}`]: loss });
      } finally {
        if (by !== network) by.dispose();
      }
    };
    await make("trained", network.name, network, textureLayers);
    await make("many", "random, many sizes", shallowRandom({ sizes, maps, seed }), ["maps"]);
    await make("linear", "the same, linear", shallowRandom({ sizes, maps, seed, linear: true }), ["maps"]);
    await make("one", `random, ${middle} pixels`, shallowRandom({ sizes: [middle], maps: maps * sizes.length, seed }), ["maps"]);
    await make("deep", "random, deep", await loadNetwork("random", { topology: network.name, width: 1, seed, pooling: "average" }), textureLayers);
    return { rows: [panels], measured, values: valuesOfRandom(distances) };
  }),
};

/**
 * The claims' numbers, from the `nearestPatchDistance` of each network's texture. Not from its `patchDistance`, which hardly knows more of an image than its
 * power spectrum, and that is what linear filters match: it found their texture better than any other.
 */
export function valuesOfRandom({ trained, many, linear, one, deep }: Readonly<Record<string, number>>): Record<string, number> {
  return { shallow: many / trained, linear: linear / many, scales: one / many, deep: deep / trained };
}
