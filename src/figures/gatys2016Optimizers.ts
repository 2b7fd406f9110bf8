// Gatys et al. 2016, section 2: which optimizer works best.
import { measureClipped, keepBest, type BestStep } from "../minimize/best";
import { minimize, type Step } from "../minimize/minimize";
import { objective, type Objective } from "../objective";
import { adam } from "../optimizers/adam";
import { gradientDescent } from "../optimizers/gradientDescent";
import { lbfgs } from "../optimizers/lbfgs";
import type { Optimizer } from "../optimizers/optimizer";
import { styleLayers } from "../terms";
import { contentAndStyle } from "./contentAndStyle";
import { descentPanels, descentPlots, endsOf, type Descent } from "./descents";
import type { Panel, PaperFigure } from "./figure";
import { gatys2016 } from "./papers";
import { withWorkbench, type Workbench } from "./workbench";

const ratio = 1 / 30;
const optimizers: Readonly<Record<string, () => Optimizer>> = { "gradient descent": gradientDescent, Adam: adam, "L-BFGS": lbfgs };

export const gatys2016Optimizers: PaperFigure = {
  name: "gatys2016/optimizers",
  paper: gatys2016,
  figure: "Section 2, three optimizers",
  claims: {
    evaluations: {
      claim: "L-BFGS works best.",
      measures: "the least loss of the other optimizers after as many evaluations, in units of that of L-BFGS", atLeast: 1,
    },
    seconds: {
      claim: "Also in time.", measures: "the same after as many seconds", atLeast: 1,
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes", size: 192, steps: 200, seed: 0 },
  quick: { network: "vgg19-mini", size: 128, steps: 100 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [[photo], [painting]] = [await images("photo"), await images("painting")];
    const goal = objective(network, contentAndStyle(photo.image, painting.image, ratio));
    try {
      await goal.measure(photo.image); // the first pass compiles: no optimizer shall pay for it
      const descents: Record<string, Descent> = {};
      const panels: Panel[] = [];
      for (const [name, make] of Object.entries(optimizers)) {
        const { best, descent } = await descend(goal, make(), photo.image, settings.steps, run(name));
        descents[name] = descent;
        const { image, loss } = await measureClipped(goal, best.image());
        panels.push({ label: `${name}: loss ${loss.toFixed(3)}`, image: keep(image) });
      }
      const plots = descentPlots(descents);
      return {
        rows: [panels, await descentPanels(plots, keep)], plots,
        measured: endsOf(descents),
        values: { evaluations: leadOf(descents, "L-BFGS", "evaluations"), seconds: leadOf(descents, "L-BFGS", "seconds") },
      };
    } finally {
      goal.dispose();
    }
  }),
};

/** Runs an optimizer until it has measured `budget` times. */
async function descend(
  goal: Objective, optimizer: Optimizer, start: Panel["image"], budget: number, { signal, each }: ReturnType<Workbench["run"]>,
): Promise<{ best: BestStep<Step>; descent: Descent }> {
  const descent = { evaluations: [] as number[], seconds: [] as number[], loss: [] as number[] };
  let [count, best]: [number, BestStep<Step>?] = [0];
  const counted: Objective = { ...goal, measure: (...all) => (count++, goal.measure(...all)) };
  for await (const step of minimize(counted, { start, optimizer, steps: budget, signal })) {
    if (count > budget && best) break;
    best = await keepBest(best, step);
    descent.evaluations.push(count);
    descent.seconds.push(step.seconds);
    descent.loss.push(best.loss);
    each(step);
    if (count >= budget) break;
  }
  return { best: best!, descent };
}

/** The least loss of the others where the shortest of all descents ends, in units of that of `name`. */
export function leadOf(descents: Readonly<Record<string, Descent>>, name: string, by: "evaluations" | "seconds"): number {
  const until = Math.min(...Object.values(descents).map((descent) => descent[by].at(-1)!));
  const lossOf = ({ loss, ...of }: Descent): number => loss[Math.max(0, of[by].filter((value) => value <= until).length - 1)];
  return Math.min(...Object.keys(descents).filter((other) => other !== name).map((other) => lossOf(descents[other]))) / lossOf(descents[name]);
}
