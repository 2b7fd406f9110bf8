// Adversarial refinement: a finished transfer is improved with a critic, which learns meanwhile to tell it from the painting.
import { hostSignal } from "../hostSignal";
import { mustBeImage, type Image } from "../image";
import { minimize, type MinimizeOptions, type Step } from "../minimize/minimize";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import { fourier } from "../optimizers/fourier";
import { lbfgs } from "../optimizers/lbfgs";
import { reparameterize } from "../optimizers/reparameterize";
import { transferTerms, type TransferParts } from "../recipes/transferTerms";
import type { Term } from "../terms";
import type { CriticNumbers } from "./criticStep";
import { onlineCritic, type CriticOptions, type OnlineCritic } from "./onlineCritic";

export interface RefineOptions extends CriticOptions, TransferParts, Pick<MinimizeOptions, "optimizer" | "steps" | "signal"> {
  readonly photo: Image;
  readonly painting: Image;
  /** The layer whose patches the critic sees (default `"relu3_1"`); `"pixels"` is one, too. */
  readonly layer?: string;
  /** The weight of the critic's term, beside 1 of the content and 30 of the style (default 0.3). */
  readonly weight?: number;
  /** Steps on the image, after which the critic learns again (default 10). */
  readonly every?: number;
  /** The critic's updates each time it learns (default 10); before the first step three times as many. */
  readonly updates?: number;
}

/** A step of `minimize`, and what the critic measured when it last learned. */
export interface RefineStep extends Step {
  readonly critic: CriticNumbers;
}

/**
 * Improves a finished transfer of `photo` in the style of `painting` (Li & Wand 2016, "Precomputed Real-Time Texture Synthesis with Markovian
 * Generative Adversarial Networks", with the image in the place of their generator): the terms of the transfer stay, and a critic's is added.
 * By turns the critic learns to tell patches of the painting's activations from those of the image, and the image takes steps
 * that make its patches look like the painting's to the critic as it is then.
 *
 *     for await (const step of refine(vgg, image, { photo, painting })) await view.update(step);
 *
 * Yields as `minimize` does (default: 60 steps of L-BFGS on Fourier coefficients), each step with `critic`. Each time that the critic has learned,
 * the loss is another function: losses before and after do not compare, so the best image of `best` and `live` is one since the critic learned last.
 * Same seed, engine and thread count, same bytes. A run is not resumed. (What it gains is little, and a larger `styleWeight` gains more: README, *A critic*.)
 *
 * @throws RangeError for an unknown form or layer, and for images that are smaller than a patch there; as `minimize`
 */
export async function* refine(network: Network, image: Image, {
  photo, painting, layer = "relu3_1", weight = 0.3, steps = 60, every = 10, updates = 10, form, layers, rate, seed,
  optimizer = reparameterize(fourier(), lbfgs()), signal, ...parts
}: RefineOptions): AsyncGenerator<RefineStep, void, void> {
  mustBeImage(image, "the image to refine");
  for (const [name, count] of Object.entries({ every, updates }))
    if (!(Number.isInteger(count) && count >= 1)) throw new RangeError(`${name} must be a whole number, 1 or more; got ${count}`);
  const host = hostSignal();
  const stop = AbortSignal.any([signal, host].filter((one) => one !== undefined));
  const owned: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(one: T): T => (owned.push(one), one);
  try {
    const critic = own(onlineCritic(own(network.features(painting, [layer]))(layer), { form, layers, rate, seed }));
    const learn = (from: Image, count: number): Promise<CriticNumbers> => {
      const features = network.features(from, [layer]);
      return critic.learn(features(layer), count, stop).finally(() => features.dispose());
    };
    const goal = own(objective(network, [...transferTerms(photo, painting, parts), criticTerm(critic, layer, weight)]));
    let numbers = await learn(image, 3 * updates);
    for await (const step of minimize(goal, { start: image, optimizer, steps, signal })) {
      if (step.index > 0 && step.index % every === 0 && step.index < steps && !step.stopped) {
        numbers = await learn(step.image, updates);
        goal.change("critic", {}); // another function: the optimizer begins anew
      }
      yield { ...step, critic: numbers };
    }
  } finally {
    owned.reverse().forEach((one) => one.dispose());
  }
}

function criticTerm({ loss }: OnlineCritic, layer: string, weight: number): Term {
  return { name: "critic", kind: "critic", layers: [layer], loss, weight };
}
