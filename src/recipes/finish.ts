// What every recipe ends with: a run to its end, and its best image as a file would hold it.
import { mustFit } from "../estimate/estimate";
import type { Image } from "../image";
import { best, measureClipped, type Result } from "../minimize/best";
import { coarseToFine } from "../minimize/coarseToFine";
import { minimize, type MinimizeOptions, type Step } from "../minimize/minimize";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import type { Term } from "../terms";

/** How a recipe runs. */
export type Run = Partial<MinimizeOptions> & {
  /** Called with every step, for example `each: (step) => view.update(step)`. */
  readonly each?: (step: Step) => void | Promise<void>;
};

/** The best image of a run, clipped to 0…1, and its loss: clipping may raise it. With `sizes`, from coarse to fine. */
export async function finish(
  network: Network, terms: readonly Term[], { each, sizes, ...options }: Run & { start: Image; sizes?: readonly number[] },
): Promise<Result> {
  const goal = objective(network, terms);
  try {
    await mustFit(goal, options.start, { optimizer: options.optimizer });
    const steps = sizes ? coarseToFine(network, terms, { ...options, sizes }) : minimize(goal, options);
    const { image: found, ...result } = await best(steps, each);
    const { image, loss } = await measureClipped(goal, found);
    return { ...result, image, loss };
  } finally {
    goal.dispose();
  }
}
