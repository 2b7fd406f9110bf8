// Gatys et al. 2015, Figure 3: how many numbers a texture takes.
import * as tf from "@tensorflow/tfjs";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import { topologies, type Topology } from "../networks/architectures/vgg";
import { patchDistance } from "../quality/patchDistance";
import { fromNoise } from "../recipes/fromNoise";
import { style, type Term } from "../terms";
import type { Panel, PaperFigure } from "./figure";
import { textureLayers } from "./gatys2015Figure2";
import { matchedLoss } from "./matchedScale";
import { gatys2015 } from "./papers";
import { gramParameters, principalDirections, principalGram } from "./principalGram";
import { withWorkbench } from "./workbench";

/** The components that are kept of each layer, for 512 channels in the widest: about 10,000 and 1,000 numbers in all. */
const componentsOf512 = [64, 20];

export const gatys2015Figure3: PaperFigure = {
  name: "gatys2015/figure3",
  paper: gatys2015,
  figure: "Figure 3, number of parameters",
  claims: {
    parameters: {
      claim: "VGG-19 has 852,128 parameters in all layers to pool4, and 176,640 in the five of Figure 2.",
      measures: "by how many its architecture differs from both", atMost: 0,
    },
    enough: {
      claim: "The five layers do as well as all.", measures: "the patch distance to the source with five layers, in units of that with all", atMost: 1.25,
    },
    fewer: {
      claim: "Fewer parameters, less like the texture.",
      measures: "the least ratio of the patch distance to that with the next larger number, of the five layers and of their components", atLeast: 1,
    },
    matched: {
      claim: "Every statistic that was asked for is matched.", measures: "the largest relative loss, which is 1 where all activations are zero", atMost: matchedLoss,
    },
  },
  settings: { network: "best", painting: "mosaic", size: 256, steps: 300, seed: 0 },
  quick: { network: "vgg19-mini", size: 96, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, textureLayers, async ({ network, images, keep, run }) => {
    const [source] = await images("painting");
    const all = activationLayers(network.layers);
    const features = network.features(source.image, all);
    const channels = (layer: string): number => features(layer).shape[2];
    try {
      const widest = Math.max(...textureLayers.map(channels));
      const gramAt = (layers: readonly string[]): { terms: Term[]; parameters: number } => ({
        terms: [style(source.image, { layers, loss: relative(gram()) })],
        parameters: layers.reduce((sum, layer) => sum + gramParameters(channels(layer)), 0),
      });
      const models = [gramAt(all), gramAt(textureLayers)];
      const counts = componentsOf512.map((count) => Math.max(1, Math.round((count * widest) / 512)));
      const strongest = new Map<string, tf.Tensor2D>();
      for (const layer of textureLayers) strongest.set(layer, keep(await principalDirections(features(layer), counts[0])));
      for (const count of counts) {
        const directions = textureLayers.map((layer) => {
          const all = strongest.get(layer)!;
          return keep(tf.slice(all, [0, 0], [-1, Math.min(count, all.shape[1])]) as tf.Tensor2D);
        });
        models.push({
          terms: textureLayers.map((layer, i) => style(source.image, {
            name: `style ${layer}`, layers: [layer], loss: relative(principalGram(directions[i])), weight: 1 / textureLayers.length,
          })),
          parameters: directions.reduce((sum, { shape }) => sum + gramParameters(shape[1]), 0),
        });
      }
      const panels: Panel[] = [];
      const [distances, losses]: number[][] = [[], []];
      const measured: Record<string, number> = {};
      for (const { terms, parameters } of models) {
        const label = `${parameters.toLocaleString("en")} parameters`;
        const { image, loss } = await fromNoise(network, terms, source.image, settings.seed, run(label));
        panels.push({ label, image: keep(image) });
        distances.push(await patchDistance(image, source.image));
        losses.push(loss);
        Object.assign(measured, { [`patch distance ${label}`]: distances.at(-1), [`loss ${label}`]: loss });
      }
      return { rows: [[...panels.reverse(), source]], measured, values: { ...valuesOf(distances), matched: Math.max(...losses) } };
    } finally {
      tf.dispose(all.map(features));
    }
  }),
};

/** The claims' numbers, from the patch distances of all layers, five, and fewer and fewer components of these. */
export function valuesOf([all, ...fewer]: readonly number[], topology: Topology = topologies.vgg19): Record<string, number> {
  const { all: inAll, five } = parametersOf(topology);
  return {
    parameters: Math.abs(inAll - 852_128) + Math.abs(five - 176_640),
    enough: fewer[0] / all,
    fewer: Math.min(...fewer.slice(1).map((distance, i) => distance / fewer[i])),
  };
}

/** The numbers in the Gram matrices of a VGG, of its shape alone: no weights are needed. In all layers to pool4, and in `textureLayers`. */
export function parametersOf({ convolutions, widths }: Topology): { all: number; five: number } {
  const blocks = widths.slice(0, 4).map((width, i) => ({ parameters: gramParameters(width), layers: convolutions[i] + 1 }));
  return {
    all: blocks.reduce((sum, { parameters, layers }) => sum + layers * parameters, 0),
    five: blocks.reduce((sum, { parameters }) => sum + parameters, blocks[0].parameters),
  };
}

/** The rectified and pooled layers up to pool4. */
function activationLayers(layers: readonly string[]): string[] {
  return layers.slice(0, layers.indexOf("pool4") + 1).filter((layer) => !layer.startsWith("conv"));
}
