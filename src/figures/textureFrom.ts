// A texture of a figure, with any terms: the search of the recipe `texture`.
import { noise, type Image } from "../image";
import type { Network } from "../networks/network";
import { fourier } from "../optimizers/fourier";
import { lbfgs } from "../optimizers/lbfgs";
import { reparameterize } from "../optimizers/reparameterize";
import type { Term } from "../terms";
import { optimize } from "./optimize";
import type { Workbench } from "./workbench";

/** From faint noise of the size of `like`, on Fourier coefficients. The image is the caller's. */
export async function textureFrom(
  network: Network, terms: readonly Term[], like: Image, seed: number, run: ReturnType<Workbench["run"]>,
): Promise<Image> {
  const start = noise(like, { seed, strength: 0.03 });
  const { image } = await optimize(network, terms, start, { ...run, optimizer: reparameterize(fourier(), lbfgs()) }).finally(() => start.dispose());
  return image;
}
