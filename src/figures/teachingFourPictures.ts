// The figure of texts that teach style transfer: content, style, result and the loss curve, for recipes as such texts have them.
import { resize } from "../image";
import { activations } from "../losses/activations";
import { channelMeans } from "../losses/channelMeans";
import { gradientStatistics } from "../losses/gradientStatistics";
import { gram } from "../losses/gram";
import { pixels } from "../losses/pixels";
import { relative } from "../losses/relative";
import { weightedPixels } from "../losses/weightedPixels";
import type { Image } from "../image";
import { plotImage } from "../platform/drawing/plotImage";
import { lines } from "../plots/lines";
import { content, style, styleLayers, type Term } from "../terms";
import { withRatio } from "../weighting/termWeights";
import type { Claim, Panel, PaperFigure } from "./figure";
import { optimize } from "./optimize";
import { teachingTexts } from "./papers";
import { transferLeft, worseOf } from "./transferLeft";
import { withWorkbench } from "./workbench";

/** α/β, in relative units, the same for all recipes: where the Gram matrices of Gatys et al., the control, keep the content at 128 pixels. */
const ratio = 1 / 3;
const atPixels = { layers: ["pixels"] };

interface Recipe {
  readonly label: string;
  /** The painting has the photograph's size. */
  terms(photo: Image, painting: Image): Term[];
}

const likeness = (photo: Image): Term => content(photo, { loss: relative(activations()) });

const recipes: Readonly<Record<"pixels" | "edges" | "means" | "gram", Recipe>> = {
  pixels: {
    label: "weighted pixels",
    terms: (photo, painting) => [
      content(photo, { loss: relative(pixels()), ...atPixels }), style(painting, { loss: relative(weightedPixels()), ...atPixels }),
    ],
  },
  edges: {
    label: "gradient statistics of pixels",
    terms: (photo, painting) => [
      content(photo, { loss: relative(pixels()), ...atPixels }), style(painting, { loss: relative(gradientStatistics()), ...atPixels }),
    ],
  },
  means: {
    label: "means of activations", terms: (photo, painting) => [likeness(photo), style(painting, { loss: relative(channelMeans()) })],
  },
  gram: {
    label: "Gram matrices", terms: (photo, painting) => [likeness(photo), style(painting, { loss: relative(gram()) })],
  },
};

/** The same claim for each recipe: as such texts have it, this is style transfer. */
const claimOf = (of: string, found?: string): Claim => ({
  claim: `Minimizing ${of} transfers the style.`,
  measures: "what is left of the distance to the painting's style or to the photograph's content, whichever is more, at layers that were not optimized",
  atMost: 0.5, ...(found && { found }),
});

export const teachingFourPictures: PaperFigure = {
  name: "teaching/four-pictures",
  paper: teachingTexts,
  figure: "Content, style, result and loss curve",
  claims: {
    pixels: claimOf("differences of pixels, weighted by the painting's edges,", "Pixels say where the painting's edges are, not what they are like."),
    edges: claimOf("the statistics of image gradients", "Twelve numbers of all gradients leave strokes, shapes and colors free."),
    means: claimOf("the mean activations' difference"), gram: claimOf("the Gram matrices' difference, as Gatys et al. have it,"),
  },
  settings: { network: "best", photo: "valley", painting: "strokes", size: 192, steps: 150, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 60 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [[photo], [painting]] = [await images("photo"), await images("painting")];
    const [height, width] = photo.image.shape;
    const covering = keep(resize(painting.image, { cover: [height, width] }));
    const rows: Panel[][] = [];
    const [measured, values]: Record<string, number>[] = [{}, {}];
    for (const [name, { label, terms }] of Object.entries(recipes)) {
      const { each, ...rest } = run(label);
      const losses: number[] = [];
      const { image } = await optimize(network, withRatio(terms(photo.image, covering), ratio), photo.image, {
        ...rest, each: (step) => (losses.push(step.loss), each(step)),
      });
      const left = await transferLeft(network, keep(image), photo.image, painting.image);
      values[name] = worseOf(left);
      Object.assign(measured, { [`style left, ${label}`]: left.style, [`content left, ${label}`]: left.content });
      const curve = keep(await plotImage(lines({ loss: losses }, { title: "Loss", x: "step", log: true, height: 224 }), { width: 288 }));
      rows.push([photo, { label: painting.label, image: covering }, { label, image }, { label: "loss", image: curve }]);
    }
    return { rows, measured, values };
  }),
};
