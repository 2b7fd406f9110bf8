// The measures of a style transfer as one row of a table: has it the painting's style, the photograph's content, and is it clean?
import type { Image } from "../image";
import { activations } from "../losses/activations";
import { gaussianWasserstein } from "../losses/gaussianWasserstein";
import { gram } from "../losses/gram";
import { relative } from "../losses/relative";
import type { Network } from "../networks/network";
import { content, style, type Term } from "../terms";
import { colorFringe } from "./colorFringe";
import { fineEnergy } from "./fineEnergy";
import { rimFringe } from "./rimFringe";
import { ssim } from "./ssim";
import { strokeCoherence } from "./strokeCoherence";
import { valueOf } from "./valueOf";

/** Distances are relative: 0 for a perfect match, 1 for an image whose activations are all zero. */
export interface PictureQuality {
  /** ‖G − A‖²/‖A‖² of the painting, the mean over the five style layers. */
  readonly gram: number;
  /** The Fréchet distance of Gaussians (Wasserstein-2, squared) to the painting's activations at the same layers. */
  readonly frechet: number;
  /** `gram` at layers that no usual recipe optimizes: what is matched there was not fitted. */
  readonly heldOut: number;
  /** ‖F − P‖²/‖P‖² of the photograph at relu4_2. */
  readonly content: number;
  /** (1 + content)(1 + frechet), the form of ArtFID (Wright & Ommer 2022), with these distances in place of LPIPS and FID. */
  readonly artistic: number;
  /** Structural similarity to the photograph. */
  readonly ssim: number;
  /** Energy of the luminance above 0.375 cycles per pixel, in units of the painting's. */
  readonly grain: number;
  /** `colorFringe`; and `fringeOfPainting` to compare it with. */
  readonly fringe: number;
  readonly fringeOfPainting: number;
  /** `rimFringe`: the fringe of the outer 8 pixels in units of the middle's. */
  readonly rim: number;
  /** `strokeCoherence`, and the painting's. */
  readonly coherence: number;
  readonly coherenceOfPainting: number;
}

/** Layers beside those of `styleLayers` and `contentLayers`, one of each block. */
const heldOutLayers = ["relu1_2", "relu2_2", "relu3_2", "relu4_3", "relu5_2"];

/**
 * Measures a transfer of `photo` in the style of `painting`, as `judge` sees it: a trained VGG, if possible not the network that
 * made the image. `image` and `photo` have one size.
 *
 * @throws RangeError for images of different sizes, or a judge without the layers
 */
export async function pictureQuality(
  judge: Network, image: Image, { photo, painting }: { photo: Image; painting: Image },
): Promise<PictureQuality> {
  const loss = (term: Term): Promise<number> => valueOf(judge, [term], image);
  const layers = heldOutLayers.filter((layer) => judge.layers.includes(layer));
  const frechet = await loss(style(painting, { loss: relative(gaussianWasserstein()) }));
  const contentDistance = await loss(content(photo, { loss: relative(activations()) }));
  return {
    gram: await loss(style(painting, { loss: relative(gram()) })),
    frechet,
    heldOut: await loss(style(painting, { loss: relative(gram()), layers })),
    content: contentDistance,
    artistic: (1 + contentDistance) * (1 + frechet),
    ssim: await ssim(image, photo),
    grain: (await fineEnergy(image)) / (await fineEnergy(painting)),
    fringe: await colorFringe(image),
    fringeOfPainting: await colorFringe(painting),
    rim: await rimFringe(image),
    coherence: await strokeCoherence(image),
    coherenceOfPainting: await strokeCoherence(painting),
  };
}
