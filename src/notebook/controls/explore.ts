// A transfer to play with: the live picture, its curves, and a panel of knobs.
import { mustFit } from "../../estimate/estimate";
import type { Image } from "../../image";
import { gram } from "../../losses/gram";
import { relative } from "../../losses/relative";
import { best, measureClipped, type Result } from "../../minimize/best";
import { minimize, type MinimizeOptions, type Step } from "../../minimize/minimize";
import type { Network } from "../../networks/network";
import { objective } from "../../objective";
import { adam } from "../../optimizers/adam";
import { transferTerms, type TransferParts } from "../../recipes/transferTerms";
import type { RunPicture } from "../../plots/scrub";
import { live } from "../live";
import { knobs, type KnobsOptions } from "./knobs";
import type { Turn } from "./turns";

export interface ExploreOptions extends Partial<MinimizeOptions>, Pick<TransferParts, "styleLoss" | "styleWeight" | "smoothnessWeight">, Pick<KnobsOptions, "turns" | "folder"> {
  /** Called with every step, after what was turned. */
  readonly each?: (step: Step) => void | Promise<void>;
}

/** The best image since the last turn, with values in 0…1, what was turned, and pictures on the way, for `scrub`. */
export interface Explored extends Result {
  readonly turns: readonly Turn[];
  readonly pictures: readonly RunPicture[];
}

/**
 * Paints, and listens: `await explore(network, photo, painting)` shows the picture, its curves and a panel (`knobs`) until 1000 `steps` are
 * done or stop is pressed. Of several paintings, `{ strokes, mosaic }`, the first is taken first. The terms are those of `transfer`, but
 * for `styleLoss`, the Gram loss, which takes less time a step, and a `smoothnessWeight` of 1; `optimizer` is `adam()`, whose rate has a knob. Played again with `turns: explored.turns`, on the same engine, it
 * gives the same bytes.
 */
export async function explore(
  network: Network, photo: Image, painting: Image | Readonly<Record<string, Image>>,
  { styleLoss = relative(gram()), styleWeight, smoothnessWeight = 1, turns, folder, each, optimizer = adam(), ...run }: ExploreOptions = {},
): Promise<Explored> {
  const paintings = "dataId" in painting ? undefined : painting as Readonly<Record<string, Image>>;
  const [target] = paintings ? Object.values(paintings) : [painting as Image];
  const goal = objective(network, transferTerms(photo, target, { styleLoss, styleWeight, smoothnessWeight }));
  const [view, panel] = [live(), knobs(goal, { optimizer, paintings, turns, folder })];
  try {
    await mustFit(goal, photo, { optimizer });
    const steps = minimize(goal, { start: photo, steps: 1000, ...run, optimizer: panel.optimizer });
    const { image: found, ...result } = await best(steps, async (step) => {
      await view.update(step);
      await panel.update(step);
      await each?.(step);
    });
    const { image, loss } = await measureClipped(goal, found);
    return { ...result, image, loss, turns: panel.turns, pictures: view.pictures };
  } finally {
    panel.close();
    goal.dispose();
  }
}
