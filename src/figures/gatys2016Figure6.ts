// Gatys et al. 2016, Figure 6: where the optimization begins.
import { noise, resize, type Image } from "../image";
import { psnr } from "../quality/psnr";
import { styleLayers } from "../terms";
import type { FigureRun, Panel, PaperFigure } from "./figure";
import { optimize } from "./optimize";
import { gatys2016 } from "./papers";
import { contentAndStyle, paperRatio } from "./contentAndStyle";
import { withWorkbench } from "./workbench";

const noises = 4;

export const gatys2016Figure6: PaperFigure = {
  name: "gatys2016/figure6",
  paper: gatys2016,
  figure: "Figure 6, starts: the content, the style, four times noise",
  claims: {
    outcome: {
      claim: "The start has no strong effect on the outcome of the synthesis.",
      measures: "the largest loss at the end, in units of the least", atMost: 1.5,
    },
    variety: {
      claim: "Noise gives an arbitrary number of new images.", measures: "the largest PSNR between two results from noise, in dB", atMost: 30,
    },
    bias: {
      claim: "A start from an image is biased toward its spatial structure.",
      measures: "by how many dB the result from the content is nearer the photograph than any from noise", atLeast: 0,
    },
    styleBias: {
      claim: "So is the start from the style.",
      measures: "by how many dB the result from the style is nearer the painting than any from noise", atLeast: 0,
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes", size: 192, steps: 300, seed: 0 },
  paperImages: { photo: "tubingen" },
  quick: { network: "vgg19-mini", size: 96, steps: 200 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [[photo], [painting]] = [await images("photo"), await images("painting")];
    const [height, width] = photo.image.shape;
    const covering = keep(resize(painting.image, { cover: [height, width] }));
    const starts: Panel[] = [
      { label: "content", image: photo.image }, { label: "style", image: covering },
      ...Array.from({ length: noises }, (_, i) => ({
        label: `noise ${i + 1}`, image: keep(noise(photo.image, { seed: settings.seed + i, strength: 0.1 })),
      })),
    ];
    const results: Panel[] = [];
    const losses: number[] = [];
    for (const { label, image: start } of starts) {
      const { image, loss } = await optimize(network, contentAndStyle(photo.image, painting.image, paperRatio), start, run(`from ${label}`));
      losses.push(loss);
      results.push({ label: `${label}: loss ${loss.toFixed(3)}`, image: keep(image) });
    }
    return {
      rows: [results.slice(0, 2), results.slice(2)],
      ...await measureStarts({ photo: photo.image, painting: covering, results: results.map(({ image }, i) => ({ image, loss: losses[i] })) }),
    };
  }),
};

/** The claims' numbers, from the results and their losses: of the start from the photo, from the painting, and from noise. */
export async function measureStarts(
  { photo, painting, results }: { photo: Image; painting: Image; results: readonly { readonly image: Image; readonly loss: number }[] },
): Promise<Pick<FigureRun, "measured" | "values">> {
  const losses = results.map(({ loss }) => loss);
  const [fromContent, fromStyle, ...fromNoise] = results.map(({ image }) => image);
  const pairs = fromNoise.flatMap((a, i) => fromNoise.slice(i + 1).map((b) => [a, b] as const));
  const between = await Promise.all(pairs.map(([a, b]) => psnr(a, b)));
  const toPhoto = await Promise.all([fromContent, ...fromNoise].map((image) => psnr(image, photo)));
  const toPainting = await Promise.all([fromStyle, ...fromNoise].map((image) => psnr(image, painting)));
  const lead = ([first, ...others]: readonly number[]): number => first - Math.max(...others);
  return {
    measured: Object.fromEntries(losses.map((loss, i) => [`loss from ${["content", "style"][i] ?? `noise ${i - 1}`}`, loss])),
    values: {
      outcome: Math.max(...losses) / Math.min(...losses), variety: Math.max(...between), bias: lead(toPhoto), styleBias: lead(toPainting),
    },
  };
}
