// Images from noise: what a layer keeps of an image, and textures.
import { noise, type Image } from "../image";
import { activations } from "../losses/activations";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import { defaultSteps } from "../minimize/minimize";
import type { Network } from "../networks/network";
import { fourier } from "../optimizers/fourier";
import { lbfgs } from "../optimizers/lbfgs";
import { reparameterize } from "../optimizers/reparameterize";
import { content, contentLayers, style, styleLayers, type Term } from "../terms";
import { finish, type Run } from "./finish";
import type { About, RecipeResult } from "./runSettings";

/**
 * What one layer keeps of an image: an image with the same activations there (Gatys et al. 2016, section 2.1, figure 1). `start` and
 * `optimizer` are those of `texture`.
 */
export async function reconstruct(
  network: Network, target: Image,
  { layer = contentLayers[0], seed = 0, ...run }: Run & { layer?: string; seed?: number } = {},
): Promise<RecipeResult> {
  const about = { by: "reconstruct", options: {}, images: { target } } as const;
  return fromNoise(network, [content(target, { layers: [layer], loss: relative(activations()) })], target, seed, run, about);
}

/**
 * What some layers keep of a style: an image with the same statistics there (Gatys et al. 2015; figure 1's style row).
 *
 * `start` is noise so weak that nobody sees it, of the target's size, or of `size`; and from there the `optimizer` is L-BFGS on Fourier
 * coefficients. So the result is as smooth as its target: pooling does not see the finest noise, and the gradient of what it sees is itself
 * fine noise. From a `start` of your own it is L-BFGS on pixels, which keeps the large shapes of it: Fourier coefficients change those first.
 * On vgg19-mini at 64², 200 steps, pictures of a valley, the starry night and strokes end with 1.0, 0.9 and 0.8 times their neighboring pixels'
 * differences. From noise of strength 1 and on pixels it was 6.1, 5.0 and 2.7 times, at 11, 18 and 3 times the loss.
 */
export async function texture(
  network: Network, target: Image,
  { layers = styleLayers, size, seed = 0, ...run }:
  Run & { layers?: Term["layers"]; size?: readonly [number, number]; seed?: number } = {},
): Promise<RecipeResult> {
  const about = { by: "texture", options: {}, images: { target } } as const;
  return fromNoise(network, [style(target, { layers, loss: relative(gram()) })], size ?? target, seed, run, about);
}

/** Strength of the noise in which `texture` and `reconstruct` begin: as much of it as an optimizer may leave behind. */
const faint = 0.03;

/** Minimizes `terms` as `texture` does, whatever they are: from noise of the size of `like`. */
export async function fromNoise(
  network: Network, terms: readonly Term[], like: Image | readonly [number, number], seed: number, run: Run,
  about: About = { by: "texture", options: {}, images: {} },
): Promise<RecipeResult> {
  const start = run.start ?? noise(like, { seed, strength: faint });
  try {
    const optimizer = run.optimizer ?? (run.start ? lbfgs() : reparameterize(fourier(), lbfgs()));
    const steps = run.steps ?? defaultSteps;
    return await finish(network, terms, { ...run, start, optimizer, steps }, { ...about, images: { ...about.images, start } });
  } finally {
    if (!run.start) start.dispose();
  }
}
