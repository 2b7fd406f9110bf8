// A transfer of Gatys et al. 2016, Figure 3, as fast as the library can make it: how long other ways take to the loss of L-BFGS on pixels.
import { resize, type Image } from "../image";
import { keepBest, measureClipped, type BestStep } from "../minimize/best";
import { coarseToFine } from "../minimize/coarseToFine";
import type { Network } from "../networks/network";
import { objective, type Objective } from "../objective";
import { fourier } from "../optimizers/fourier";
import { lbfgs } from "../optimizers/lbfgs";
import type { Optimizer } from "../optimizers/optimizer";
import { reparameterize } from "../optimizers/reparameterize";
import { styleLayers, type Term } from "../terms";
import { contentAndStyle, paperRatio } from "./contentAndStyle";
import { descentPanels, descentPlots, endsOf, type Descent } from "./descents";
import type { Panel, PaperFigure } from "./figure";
import { gatys2016 } from "./papers";
import { withWorkbench, type Workbench } from "./workbench";

/** How a transfer is minimized. */
export interface Way {
  optimizer(): Optimizer;
  /** Whether it begins at half of the size. */
  readonly coarse?: boolean;
}

const plain = "L-BFGS on pixels";
const ways: Readonly<Record<string, Way>> = {
  [plain]: { optimizer: lbfgs },
  "coarse to fine": { optimizer: lbfgs, coarse: true },
  "Fourier coefficients": { optimizer: () => reparameterize(fourier(), lbfgs()) },
  "Fourier, coarse to fine": { optimizer: () => reparameterize(fourier(), lbfgs()), coarse: true },
  "Fourier, 50 pairs": { optimizer: () => reparameterize(fourier(), lbfgs({ memory: 50 })) },
};
/** At half of the size: `coarseToFine`'s own. */
const coarseSteps = 50;

export const gatys2016Speed: PaperFigure = {
  name: "gatys2016/speed",
  paper: gatys2016,
  figure: "Figure 3, the speed of the whole",
  claims: {
    seconds: {
      claim: "The loss of L-BFGS on pixels can be had in less than half of its time (this project's aim: the paper says nothing of time).",
      measures: "the seconds of the fastest other way until its loss at full size is that of L-BFGS on pixels after all evaluations, in units of its seconds; 1 where none is faster",
      atMost: 0.5,
      found: "With VGG-19 no other way has that loss after as many evaluations: they end 0.6 to 1.2 % above it. With vgg19-mini at 128² Fourier coefficients take 0.74 of the time. On the paper's images, with VGG-19 at 512×384, coarse to fine takes 0.69 of it.",
    },
  },
  settings: { network: "best", photo: "valley", painting: "strokes", size: 512, steps: 500, seed: 0 },
  paperImages: { photo: "tubingen", painting: "starry_night" },
  quick: { network: "vgg19-mini", size: 128 },

  run: (settings, options = {}) => withWorkbench(settings, options, styleLayers, async ({ network, images, keep, run }) => {
    const [[photo], [painting]] = [await images("photo"), await images("painting")];
    const terms = contentAndStyle(photo.image, painting.image, paperRatio);
    const goal = objective(network, terms);
    try {
      const descents: Record<string, Descent> = {};
      const panels: Panel[] = [];
      for (const [name, way] of Object.entries(ways)) {
        const { best, descent } = await descend(network, terms, goal, photo.image, way, { budget: settings.steps, until: descents[plain]?.loss.at(-1) }, run(name));
        descents[name] = descent;
        const { image, loss } = await measureClipped(goal, best.image());
        panels.push({ label: `${name}: loss ${loss.toFixed(3)}`, image: keep(image) });
      }
      const plots = descentPlots(endOf(descents));
      const times = timesOf(descents);
      return {
        rows: [panels, await descentPanels(plots, keep)], plots,
        measured: { ...endsOf(descents), ...named("share of the time", times), ...named("to a loss 1 % higher", timesOf(descents, 1.01)) },
        values: { seconds: Math.min(1, ...Object.values(times)) },
      };
    } finally {
      goal.dispose();
    }
  }),
};

/**
 * Runs one way from `start`, until its loss at full size is at most `until`, or it has measured `budget` times; an image of a quarter of the pixels
 * counts as a quarter. Its seconds are those of its own steps: what is measured for the curve is not in them.
 */
export async function descend(
  network: Network, terms: readonly Term[], goal: Objective, start: Image, { optimizer, coarse = false }: Way,
  { budget, until = -Infinity }: { budget: number; until?: number }, { signal, each }: ReturnType<Workbench["run"]>,
): Promise<{ best: BestStep<{ loss: number; image: Image }>; descent: Descent }> {
  const [height, width] = start.shape;
  const full = Math.min(height, width);
  const sizes = coarse ? [Math.round(full / 2), full] : [full];
  const descent = { evaluations: [] as number[], seconds: [] as number[], loss: [] as number[] };
  let [evaluations, seconds, best]: [number, number, BestStep<{ loss: number; image: Image }>?] = [0, 0];
  const counted = counting(optimizer(), (values) => { evaluations += values / start.size; });
  const run = (longest: number) => coarseToFine(network, terms, {
    start, sizes, optimizer: counted, signal, steps: sizes.map((size) => Math.min(longest, size < full ? coarseSteps : budget)),
  });
  for await (const _ of run(1)); // compiles for each size: no way shall pay for it
  evaluations = 0;
  const steps = run(Infinity);
  try {
    for (;;) {
      const began = performance.now();
      const { value: step, done } = await steps.next();
      seconds += (performance.now() - began) / 1000;
      if (done) break;
      if (step.index === 0) evaluations += step.image.size / start.size;
      if (evaluations > budget && best) break;
      const enlarged = step.image.size < start.size ? resize(step.image, { exactly: [height, width] }) : undefined;
      const loss = enlarged ? (await goal.measure(enlarged)).value : step.loss;
      best = await keepBest(best, { loss, image: enlarged ?? step.image });
      enlarged?.dispose();
      descent.evaluations.push(evaluations);
      descent.seconds.push(seconds);
      descent.loss.push(best.loss);
      each({ ...step, loss });
      if (evaluations >= budget || best.loss <= until) break;
    }
  } finally {
    await steps.return();
  }
  return { best: best!, descent };
}

/** An optimizer that tells of each point that it measures beside the one where it stands, which is known. */
function counting(optimizer: Optimizer, tell: (values: number) => void): Optimizer {
  return { ...optimizer, step: (f, x, state) => optimizer.step((point) => { if (point !== x) tell(point.length); return f(point); }, x, state) };
}

/**
 * The seconds of each way until its loss is at most `factor` times the last loss of the plain one, in units of the plain one's until there; only of
 * ways that get there, and of none where the plain one has not left its start.
 */
export function timesOf({ [plain]: base, ...others }: Readonly<Record<string, Descent>>, factor = 1): Record<string, number> {
  const target = factor * base.loss.at(-1)!;
  if (!(target < base.loss[0])) return {};
  const secondsTo = ({ loss, seconds }: Descent): number | undefined => seconds[loss.findIndex((value) => value <= target)];
  const times = Object.entries(others).map(([name, descent]): [string, number] => [name, (secondsTo(descent) ?? NaN) / secondsTo(base)!]);
  return Object.fromEntries(times.filter(([, time]) => !Number.isNaN(time)));
}

/** The last part of each curve, where they differ: from a loss of 1.2 times the plain one's last. */
function endOf(descents: Readonly<Record<string, Descent>>): Record<string, Descent> {
  const limit = 1.2 * descents[plain].loss.at(-1)!;
  return Object.fromEntries(Object.entries(descents).map(([name, { evaluations, seconds, loss }]) => {
    const from = Math.min(loss.length - 1, loss.filter((value) => value > limit).length); // losses fall
    return [name, { evaluations: evaluations.slice(from), seconds: seconds.slice(from), loss: loss.slice(from) }];
  }));
}

function named(what: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${what}, ${name}`, value]));
}
