// Gatys et al. 2016, Figure 1, content reconstructions: what each layer keeps of a photograph.
import { psnr } from "../quality/psnr";
import { reconstruct } from "../recipes/fromNoise";
import type { Panel, PaperFigure } from "./figure";
import { gatys2016 } from "./papers";
import { withWorkbench } from "./workbench";

/** The second layer of every block, rectified. */
const layers = ["relu1_2", "relu2_2", "relu3_2", "relu4_2", "relu5_2"];

export const gatys2016Figure1Content: PaperFigure = {
  name: "gatys2016/figure1-content",
  paper: gatys2016,
  figure: "Figure 1, content reconstructions",
  claims: {
    depth: {
      claim: "Higher layers keep the content and lose the exact pixels.",
      measures: "the least drop of PSNR from one layer to the next, in dB", atLeast: 0.5,
    },
    lowest: {
      claim: "Reconstructions from the lowest layer are almost perfect.", measures: "the PSNR of relu1_2, in dB", atLeast: 30,
    },
  },
  settings: { network: "best", photo: "valley", size: 192, steps: 150, seed: 0 },
  paperImages: { photo: "tubingen" },
  quick: { network: "vgg19-mini", size: 64, steps: 40 },

  run: (settings, options = {}) => withWorkbench(settings, options, [], async ({ network, images, keep, run }) => {
    const compared = layers.filter((layer) => network.layers.includes(layer));
    if (compared.length < 2)
      throw new RangeError(`this figure compares the layers ${layers.join(", ")}, and ${network.name} has ${compared.length} of them: take a VGG`);
    const [photo] = await images("photo");
    const panels: Panel[] = [photo];
    const measured: Record<string, number> = {};
    const decibels: number[] = [];
    for (const layer of compared) {
      const { image, loss } = await reconstruct(network, photo.image, { layer, seed: settings.seed, ...run(layer) });
      decibels.push(await psnr(keep(image), photo.image));
      panels.push({ label: `${layer}: ${decibels.at(-1)!.toFixed(1)} dB`, image });
      Object.assign(measured, { [`PSNR ${layer}`]: decibels.at(-1), [`loss ${layer}`]: loss });
    }
    return { rows: [panels], measured, values: { depth: Math.min(...drops(decibels)), lowest: decibels[0] } };
  }),
};

/** By how much each number is below the one before. */
function drops(numbers: readonly number[]): number[] {
  return numbers.slice(1).map((value, i) => numbers[i] - value);
}
