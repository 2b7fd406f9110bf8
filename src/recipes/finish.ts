// What every recipe ends with: a run to its end, and its best image as a file would hold it.
import { mustFit } from "../estimate/estimate";
import type { Image } from "../image";
import { best, measureClipped } from "../minimize/best";
import { coarseToFine } from "../minimize/coarseToFine";
import { minimize, type MinimizeOptions, type Step } from "../minimize/minimize";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import type { Optimizer } from "../optimizers/optimizer";
import type { Term } from "../terms";
import { runSettings, type About, type RecipeResult } from "./runSettings";

/** How a recipe runs. */
export type Run = Partial<MinimizeOptions> & {
  /** Called with every step, for example `each: (step) => view.update(step)`. */
  readonly each?: (step: Step) => void | Promise<void>;
};

/** The best image of a run, clipped to 0…1, its loss (clipping may raise it), and its settings. With `sizes`, from coarse to fine. */
export async function finish(
  network: Network, terms: readonly Term[],
  { each, sizes, ...options }: Run & { start: Image; optimizer: Optimizer; steps: number; sizes?: readonly number[] }, about: About,
): Promise<RecipeResult> {
  const goal = objective(network, terms);
  try {
    await mustFit(goal, options.start, { optimizer: options.optimizer });
    const steps = sizes ? coarseToFine(network, terms, { ...options, sizes }) : minimize(goal, options);
    const { image: found, ...result } = await best(steps, each);
    const { image, loss } = await measureClipped(goal, found);
    const { optimizer, steps: taken } = options;
    const settings = await runSettings(about, { network, terms, optimizer, steps: taken }, { ...result, image, loss });
    return { ...result, image, loss, settings };
  } finally {
    goal.dispose();
  }
}
