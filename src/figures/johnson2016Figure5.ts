// Johnson et al. 2016, Figure 5: the loss of one pass beside the loss of a search, by its evaluations.
import { mustBeOneOf } from "../errors";
import { noise, type Image } from "../image";
import { activations } from "../losses/activations";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import { objective } from "../objective";
import { styleNetwork, type StyleNetwork } from "../onepass/styleNetwork";
import { styleTrainingTerms } from "../onepass/styleTraining";
import { lbfgs } from "../optimizers/lbfgs";
import { loadNamed } from "../platform/files/loadNamed";
import { content, smoothness, style } from "../terms";
import { descentPanels, descentPlots, type Descent } from "./descents";
import type { Panel, PaperFigure } from "./figure";
import { descend } from "./gatys2016Speed";
import { johnson2016 } from "./papers";
import { withWorkbench, type Workbench } from "./workbench";

/** The shorter side of the paintings that the network was trained for. */
const paintingSize = 256;
const { contentLayer, styleLayers, ...weights } = styleTrainingTerms;

export const johnson2016Figure5: PaperFigure = {
  name: "johnson2016/figure5",
  paper: johnson2016,
  figure: "Figure 5, one pass beside a search",
  claims: {
    steps: {
      claim: "One pass has a loss that a search has after 50 to 100 iterations.",
      measures: "evaluations of L-BFGS from white noise until its loss is that of one pass: the least of all photographs; all evaluations where it does not get there", atLeast: 50,
      found: "9 and 15 evaluations: the network had 35 minutes of training on two cores, for four paintings, and its losses still fell. To the eye it has fewer color fringes than the search.",
    },
    larger: {
      claim: "Also of pictures larger than those it was trained on.", measures: "the same at twice the size", atLeast: 50,
      found: "9 and 10 evaluations, about as many as at the size itself.",
    },
  },
  settings: { network: "vgg19-mini", photo: "valley,table", painting: "strokes", size: 256, steps: 200, seed: 0 },
  quick: { size: 96, steps: 100 },

  run: (settings, options = {}) => withWorkbench(settings, options, [contentLayer, ...styleLayers], async (bench) => {
    const { network, images, keep } = bench;
    if (network.name !== "vgg19-mini")
      throw new RangeError(`the network that paints in one pass was trained with the losses of vgg19-mini, not with those of ${network.name}`);
    const few = await styleNetwork();
    try {
      const name = settings.painting!;
      mustBeOneOf(name, few.styles, "painting of the network");
      const painting = keep(await loadNamed(name, { shorter: paintingSize }));
      const measured: Record<string, number> = {};
      const rows: Panel[][] = [];
      const descents: Record<string, Descent> = {};
      const found = { steps: [] as number[], larger: [] as number[] };
      for (const { label, image } of await images("photo"))
        for (const claim of ["steps", "larger"] as const) {
          const what = claim === "steps" ? label : `${label}, twice the size`;
          const photo = claim === "steps" ? image : keep(await loadNamed(label, { shorter: 2 * settings.size }));
          const pass = await onePass(few, photo, name);
          keep(pass.image);
          const { loss, search, searched, ofPhoto } = await searchBeside(bench, photo, painting, pass.image, what);
          const evaluations = evaluationsTo(loss, search);
          found[claim].push(evaluations);
          Object.assign(measured, {
            [`loss, ${what}`]: loss, [`loss of the photograph, ${what}`]: ofPhoto, [`loss of the search at its end, ${what}`]: search.loss.at(-1)!,
            [`evaluations to the loss of one pass, ${what}`]: evaluations, [`seconds of one pass, ${what}`]: pass.seconds,
            [`seconds of the search until then, ${what}`]: search.seconds[search.evaluations.indexOf(evaluations)],
          });
          rows.push([
            { label: what, image: photo }, { label: `one pass: loss ${loss.toFixed(3)}`, image: pass.image },
            { label: `a search, ${settings.steps} evaluations: ${search.loss.at(-1)!.toFixed(3)}`, image: keep(searched) },
          ]);
          const ends = [0, -1].map((at) => search.evaluations.at(at)!);
          descents[`a search, ${what}`] = search;
          descents[`one pass, ${what}`] = { evaluations: ends, seconds: [pass.seconds, search.seconds.at(-1)!], loss: [loss, loss] };
        }
      const plots = descentPlots(descents);
      return {
        rows: [...rows, await descentPanels(plots, keep)], plots, measured,
        values: { steps: Math.min(...found.steps), larger: Math.min(...found.larger) },
      };
    } finally {
      few.dispose();
    }
  }),
};

/** The second pass: the first one of a size compiles. */
async function onePass(network: StyleNetwork, photo: Image, style: string): Promise<{ image: Image; seconds: number }> {
  const first = network.stylize(photo, { style });
  await first.data();
  first.dispose();
  const began = performance.now();
  const image = network.stylize(photo, { style });
  await image.data();
  return { image, seconds: (performance.now() - began) / 1000 };
}

/** What the network was trained for, as an objective: its losses of `painted` and of the photograph, and a search for the least. */
export async function searchBeside(
  { network, settings, run }: Pick<Workbench, "network" | "settings" | "run">, photo: Image, painting: Image, painted: Image, what: string,
): Promise<{ loss: number; ofPhoto: number; search: Descent; searched: Image }> {
  const terms = [
    content(photo, { layers: [contentLayer], loss: relative(activations()), weight: weights.content }),
    style(painting, { layers: styleLayers, loss: relative(gram()), weight: weights.style }), smoothness({ weight: weights.smoothness }),
  ];
  const goal = objective(network, terms);
  const start = noise([photo.shape[0], photo.shape[1]], { seed: settings.seed });
  try {
    const [{ value: loss }, { value: ofPhoto }] = [await goal.measure(painted), await goal.measure(photo)];
    const { best, descent } = await descend(network, terms, goal, start, { optimizer: lbfgs }, { budget: settings.steps }, run(what));
    return { loss, ofPhoto, search: descent, searched: best.image() };
  } finally {
    goal.dispose();
    start.dispose();
  }
}

/** The evaluations after which a search has this loss; all of them where it never has. */
export function evaluationsTo(loss: number, { evaluations, loss: losses }: Descent): number {
  const at = losses.findIndex((value) => value <= loss);
  return evaluations.at(at)!; // −1 is the last
}
