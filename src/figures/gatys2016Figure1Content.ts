// Gatys et al. 2016, Figure 1, content reconstructions: what each layer keeps of a photograph.
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../image";
import { loadNetwork } from "../networks/loadNetwork";
import { loadNamed } from "../platform/files/loadNamed";
import { psnr } from "../quality/psnr";
import { reconstruct } from "../recipes";
import type { FigureOptions, FigureRun, FigureSettings, Panel, PaperFigure } from "./figure";

/** The second layer of every block, rectified, as far as the network goes. */
const layers = ["relu1_2", "relu2_2", "relu3_2", "relu4_2", "relu5_2"];

export const gatys2016Figure1Content: PaperFigure = {
  name: "gatys2016/figure1-content",
  paper: "Gatys, Ecker & Bethge 2016, Image Style Transfer Using Convolutional Neural Networks",
  figure: "Figure 1, content reconstructions",
  claim: "Reconstructions from low layers are almost perfect; higher layers keep the content and lose the exact pixels.",
  measures: "the least drop of PSNR from one layer to the next, in dB",
  threshold: 0.5,
  settings: { network: "best", photo: "valley", size: 192, steps: 150, seed: 0 },
  quick: { network: "vgg19-mini", size: 64, steps: 40 },
  run,
};

async function run(
  { network: name, photo: file, size, steps, seed }: FigureSettings, { signal, each }: FigureOptions = {},
): Promise<FigureRun> {
  const network = await loadNetwork(name);
  const compared = layers.filter((layer) => network.layers.includes(layer));
  if (compared.length < 2) {
    network.dispose();
    throw new RangeError(`this figure compares the layers ${layers.join(", ")}, and ${network.name} has ${compared.length} of them: take a VGG`);
  }
  const panels: Panel[] = [];
  let start: Image | undefined;
  try {
    const photo = await loadNamed(file, { shorter: size });
    panels.push({ label: "photograph", image: photo });
    // Weak noise: an optimizer cannot take out of the pixels what no layer of the network sees of strong noise.
    start = noise(photo, { seed, strength: 0.1 });
    const measured: Record<string, number> = {};
    for (const layer of compared) {
      const { image, loss } = await reconstruct(network, photo, {
        layer, steps, start, signal, each: ({ index }) => each?.(`${layer}, step ${index} of ${steps}`),
      });
      const decibels = await psnr(image, photo);
      panels.push({ label: `${layer}: ${decibels.toFixed(1)} dB`, image });
      Object.assign(measured, { [`PSNR ${layer}`]: decibels, [`loss ${layer}`]: loss });
    }
    const psnrs = Object.entries(measured).filter(([key]) => key.startsWith("PSNR")).map(([, value]) => value);
    return { rows: [panels], measured, value: Math.min(...psnrs.slice(1).map((value, i) => psnrs[i] - value)) };
  } catch (error) {
    tf.dispose(panels.map(({ image }) => image));
    throw error;
  } finally {
    start?.dispose();
    network.dispose();
  }
}
