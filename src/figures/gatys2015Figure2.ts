// Gatys et al. 2015, Figure 2: textures from growing sets of layers.
import type { Image } from "../image";
import { patchDistance } from "../quality/patchDistance";
import { texture } from "../recipes/fromNoise";
import type { FigureRun, Panel, PaperFigure } from "./figure";
import { matchedLoss } from "./matchedScale";
import { gatys2015 } from "./papers";
import { withWorkbench } from "./workbench";

/** The paper's, one set for each row: each layer with all before it. */
export const textureLayers: readonly string[] = ["relu1_1", "pool1", "pool2", "pool3", "pool4"];

export const gatys2015Figure2: PaperFigure = {
  name: "gatys2015/figure2",
  paper: gatys2015,
  figure: "Figure 2, textures by layers",
  claims: {
    structure: {
      claim: "Constrained at the lowest layer alone, a texture has little structure.",
      measures: "its patch distance to the source, in units of that with all five layers, the least of all sources", atLeast: 1.5,
    },
    natural: {
      claim: "With more layers the images are increasingly natural.",
      measures: "the share of sets whose patch distance is below that of the set before", atLeast: 1,
      found: "One of eight steps does not. To the eye each set is nearer to its source than the one before.",
    },
    matched: {
      claim: "Every Gram matrix that was asked for is matched.", measures: "the largest relative loss of a set, which is 1 where all activations are zero", atMost: matchedLoss,
    },
  },
  settings: { network: "best", painting: "mosaic,strokes", size: 256, steps: 300, seed: 0 },
  quick: { network: "vgg19-mini", size: 96, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, textureLayers, async ({ network, images, keep, run }) => {
    const sources = await images("painting");
    const rows: Panel[][] = [];
    const losses: number[] = [];
    for (const count of textureLayers.keys()) {
      const row: Panel[] = [];
      for (const source of sources) {
        const layers = textureLayers.slice(0, count + 1);
        const made = await texture(network, source.image, { layers, seed: settings.seed, ...run(`${source.label}, … ${layers[count]}`) });
        losses.push(made.loss);
        row.push({ label: `loss ${made.loss.toExponential(1)}`, image: keep(made.image) });
      }
      rows.push(row);
    }
    const textures = sources.map((_, s) => rows.map((row) => row[s].image));
    return {
      rows: [...rows, [...sources]], rowLabels: [...textureLayers.map((layer, i) => (i === 0 ? layer : `… ${layer}`)), "source"],
      ...await measureTextures(sources, textures, losses),
    };
  }),
};

/** What the claims say of the textures of each source, in the order of `textureLayers`. */
export async function measureTextures(
  sources: readonly Panel[], textures: readonly (readonly Image[])[], losses: readonly number[],
): Promise<Pick<FigureRun, "measured" | "values">> {
  const measured: Record<string, number> = {};
  const gains: number[] = [];
  const falls: boolean[] = [];
  for (const [s, { label, image: source }] of sources.entries()) {
    const distances = await Promise.all(textures[s].map((one) => patchDistance(one, source)));
    distances.forEach((distance, i) => { measured[`patch distance ${label}, … ${textureLayers[i]}`] = distance; });
    gains.push(distances[0] / distances.at(-1)!);
    falls.push(...distances.slice(1).map((distance, i) => distance < distances[i]));
  }
  return {
    measured,
    values: { structure: Math.min(...gains), natural: falls.filter(Boolean).length / falls.length, matched: Math.max(...losses) },
  };
}
