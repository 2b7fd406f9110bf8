// Gatys et al. 2016, Figure 4: the ratio of content and style, from much style to much content.
import { styleLayers } from "../terms";
import type { Panel, PaperFigure } from "./figure";
import { gatys2016 } from "./papers";
import { share } from "./share";
import { contentAndStyle } from "./contentAndStyle";
import { optimize } from "./optimize";
import { withWorkbench } from "./workbench";

/** α/β: four ratios, each ten times the one before, as in the paper. */
const ratios = [0.001, 0.01, 0.1, 1];
/** Sets of style layers, one for each row, as in the arXiv version (Figure 3). */
const sets = [1, 3, 5].map((count) => styleLayers.slice(0, count));

export const gatys2016Figure4: PaperFigure = {
  name: "gatys2016/figure4",
  paper: gatys2016,
  figure: "Figure 4, content against style, by style layers",
  claims: {
    content: {
      claim: "A larger α/β keeps more of the content, whatever the style layers.",
      measures: "the share of neighbors in a row whose content loss falls with the ratio", atLeast: 1,
    },
    style: {
      claim: "And it matches the style less.", measures: "the share of neighbors in a row whose style loss rises with the ratio", atLeast: 1,
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes", size: 192, steps: 100, seed: 0 },
  paperImages: { photo: "tubingen", painting: "composition_vii" },
  quick: { network: "vgg19-mini", size: 48, steps: 25 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [[photo], [painting]] = [await images("photo"), await images("painting")];
    const measured: Record<string, number> = {};
    const rows: Panel[][] = [];
    const [falls, rises]: boolean[][] = [[], []];
    for (const layers of sets) {
      const row: Panel[] = [];
      const losses: { content: number; style: number }[] = [];
      for (const ratio of ratios) {
        const name = `${layers.at(-1)}, α/β ${ratio}`;
        const made = await optimize(network, contentAndStyle(photo.image, painting.image, ratio, { styleAt: layers }), photo.image, run(name));
        losses.push({ content: made.unweighted.content, style: made.unweighted.style });
        row.push({ label: `${made.unweighted.content.toFixed(3)} · ${made.unweighted.style.toFixed(4)}`, image: keep(made.image) });
        Object.assign(measured, { [`content ${name}`]: made.unweighted.content, [`style ${name}`]: made.unweighted.style });
      }
      for (const [i, { content, style }] of losses.slice(1).entries()) {
        falls.push(content < losses[i].content);
        rises.push(style > losses[i].style);
      }
      rows.push(row);
    }
    return {
      rows, rowLabels: sets.map((layers) => (layers.length === 1 ? layers[0] : `… ${layers.at(-1)}`)), columnLabels: ratios.map((ratio) => `α/β ${ratio}`),
      measured, values: { content: share(falls), style: share(rises) },
    };
  }),
};
