// Gatys et al. 2016, Figure 3: one photograph in the style of several paintings.
import { resize, type Image } from "../image";
import type { Network } from "../networks/network";
import { contentLayers, styleLayers } from "../terms";
import { contentAndStyle, paperRatio } from "./contentAndStyle";
import { contentCorrelation } from "./contentCorrelation";
import type { FigureRun, Panel, PaperFigure } from "./figure";
import { gramDistances } from "./gramDistances";
import { optimize } from "./optimize";
import { gatys2016 } from "./papers";
import { share } from "./share";
import { withWorkbench } from "./workbench";

export const gatys2016Figure3: PaperFigure = {
  name: "gatys2016/figure3",
  paper: gatys2016,
  figure: "Figure 3, one photograph in several styles",
  claims: {
    style: {
      claim: "Each image has the style of its own painting.",
      measures: "the share of images whose nearest painting by Gram matrices, for a network that did not make them, is its own", atLeast: 1,
    },
    content: {
      claim: "All of them have the photograph's content.",
      measures: "the share of images whose activations correlate with those of their photograph more than with any other's, for that network", atLeast: 1,
    },
  },
  settings: { network: "best", photo: "valley,table", painting: "strokes,mosaic,woodcut,watercolor", size: 192, steps: 150, seed: 0 },
  paperImages: { photo: "tubingen,", painting: "starry_night,shipwreck,the_scream,composition_vii" },
  quick: { network: "vgg19-mini", size: 128, steps: 80 },

  run: (settings, options = {}) => withWorkbench(settings, options, [...styleLayers, ...contentLayers], async ({ network, images, judge, keep, run }) => {
    const [photos, paintings] = [await images("photo"), await images("painting")];
    const results: Image[][] = [];
    for (const photo of photos) {
      const row: Image[] = [];
      for (const painting of paintings) {
        const terms = contentAndStyle(photo.image, painting.image, paperRatio);
        row.push(keep((await optimize(network, terms, photo.image, run(`${photo.label} × ${painting.label}`))).image));
      }
      results.push(row);
    }
    return {
      rows: results.map((row, p) => [photos[p], ...row.map((image, s) => ({ label: paintings[s].label, image }))]),
      ...await measureTransfers(await judge(), { photos, paintings, results }),
    };
  }),
};

/** The claims' numbers: whether `judge` finds in `results[p][s]` photo `p` and painting `s`. */
export async function measureTransfers(
  judge: Network,
  { photos, paintings, results }: { photos: readonly Panel[]; paintings: readonly Panel[]; results: readonly (readonly Image[])[] },
): Promise<Pick<FigureRun, "measured" | "values">> {
  const [ownStyle, ownContent]: boolean[][] = [[], []];
  const measured: Record<string, number> = {};
  for (const [p, row] of results.entries())
    for (const [s, image] of row.entries()) {
      const name = `${photos[p].label} × ${paintings[s].label}`;
      const [height, width] = image.shape;
      const styles = await gramDistances(judge, image, paintings.map((other) => other.image));
      const contents: number[] = [];
      for (const other of photos) {
        const sameSize = resize(other.image, { cover: [height, width] });
        contents.push(await contentCorrelation(judge, image, sameSize).finally(() => sameSize.dispose()));
      }
      ownStyle.push(styles.indexOf(Math.min(...styles)) === s);
      ownContent.push(contents.indexOf(Math.max(...contents)) === p);
      Object.assign(measured, { [`style distance ${name}`]: styles[s], [`content correlation ${name}`]: contents[p] });
    }
  return { measured, values: { style: share(ownStyle), content: share(ownContent) } };
}
