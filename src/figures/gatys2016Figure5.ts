// Gatys et al. 2016, Figure 5: the layer at which the content is compared.
import { psnr } from "../quality/psnr";
import { ssim } from "../quality/ssim";
import { styleLayers } from "../terms";
import { detailPsnr } from "./detailPsnr";
import type { Panel, PaperFigure } from "./figure";
import { optimize } from "./optimize";
import { gatys2016 } from "./papers";
import { contentAndStyle, paperRatio } from "./contentAndStyle";
import { withWorkbench } from "./workbench";

const layers = ["relu2_2", "relu4_2"];

export const gatys2016Figure5: PaperFigure = {
  name: "gatys2016/figure5",
  paper: gatys2016,
  figure: "Figure 5, content at conv2_2 and conv4_2",
  claims: {
    pixels: {
      claim: "Content matched at a low layer keeps much of the photograph's detailed pixel information.",
      measures: "by how many dB the PSNR to the photograph, colors aside (`detailPsnr`), is higher with relu2_2 than with relu4_2", atLeast: 1,
    },
    edges: {
      claim: "At a high layer the fine structures, edges and colors, are altered to agree with the style.",
      measures: "by how much the structural similarity to the photograph is higher with relu2_2 than with relu4_2", atLeast: 0.05,
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes", size: 192, steps: 150, seed: 0 },
  paperImages: { photo: "tubingen" },
  quick: { network: "vgg19-mini", size: 128, steps: 100 },

  run: (settings, options = {}) => withWorkbench(settings, options, [...layers, ...styleLayers], async ({ network, images, keep, run }) => {
    const [[photo], [painting]] = [await images("photo"), await images("painting")];
    const panels: Panel[] = [photo];
    const [decibels, similarities]: number[][] = [[], []];
    const measured: Record<string, number> = {};
    for (const layer of layers) {
      const terms = contentAndStyle(photo.image, painting.image, paperRatio, { contentAt: [layer] });
      const { image, unweighted } = await optimize(network, terms, photo.image, run(layer));
      decibels.push(await detailPsnr(keep(image), photo.image));
      similarities.push(await ssim(image, photo.image));
      panels.push({ label: `content at ${layer}: ${decibels.at(-1)!.toFixed(1)} dB`, image });
      Object.assign(measured, {
        [`PSNR ${layer}`]: await psnr(image, photo.image), [`PSNR of details ${layer}`]: decibels.at(-1), [`SSIM ${layer}`]: similarities.at(-1), [`style loss ${layer}`]: unweighted.style,
      });
    }
    return {
      rows: [[...panels, painting]], measured,
      values: { pixels: decibels[0] - decibels[1], edges: similarities[0] - similarities[1] },
    };
  }),
};
