// The words of a sweep: losses, optimizers, networks and starts, each in one table. A new one is a line here.
import { blendImages } from "../blendImages";
import { crop, noise, resize, type Image } from "../image";
import { activations, contentAs } from "../losses/activations";
import { channelMeans } from "../losses/channelMeans";
import { covariance } from "../losses/covariance";
import { gaussianWasserstein } from "../losses/gaussianWasserstein";
import { gradientStatistics } from "../losses/gradientStatistics";
import { gram, gramAs } from "../losses/gram";
import { histogram } from "../losses/histogram";
import type { LayerLoss } from "../losses/loss";
import { meanStd } from "../losses/meanStd";
import { mmd } from "../losses/mmd";
import { patches } from "../losses/patches";
import { pixels } from "../losses/pixels";
import { relative } from "../losses/relative";
import { relaxedEmd } from "../losses/relaxedEmd";
import { shiftedGram } from "../losses/shiftedGram";
import { slicedWasserstein } from "../losses/slicedWasserstein";
import { weightedPixels } from "../losses/weightedPixels";
import type { Architecture } from "../networks/architectures/architecture";
import { architectures } from "../networks/architectures/architectures";
import { topologies, vgg, type VggName } from "../networks/architectures/vgg";
import type { Network } from "../networks/network";
import { randomResnet50, resnet50 } from "../networks/resnet50";
import { randomSqueezenet, squeezenet } from "../networks/squeezenet";
import { randomVgg, vgg16, vgg19, vgg19Mini } from "../networks/vgg";
import { adam } from "../optimizers/adam";
import { gradientDescent } from "../optimizers/gradientDescent";
import { lbfgs } from "../optimizers/lbfgs";
import type { Optimizer } from "../optimizers/optimizer";
import { optionsOf, nameOf, type Maker, type Spec, type Registry } from "./spec";

/** A function with named options. */
function taking<Thing>(make: (options?: any) => Thing, ...takes: string[]): Maker<Thing> {
  return { make, takes };
}

/** A function with one main argument, which may be all that is given: `{ mmd: "gaussian" }`. */
function mainly<Thing>(main: string, make: (main: any, options: any) => Thing, ...takes: string[]): Maker<Thing> {
  return {
    takes: [main, ...takes],
    make: (given) => (typeof given === "object" && given !== null ? make(given[main], given) : make(given, {})),
  };
}

// `guidedGram` has pictures for options: it is given as a loss of one's own.
const plainLosses: Registry<LayerLoss> = {
  activations: taking(() => activations()), contentAs: mainly("convention", contentAs),
  gram: taking(() => gram()), gramAs: mainly("convention", gramAs, "image"),
  channelMeans: taking(() => channelMeans()), meanStd: taking(() => meanStd()), covariance: taking(() => covariance()),
  gaussianWasserstein: taking(() => gaussianWasserstein()),
  slicedWasserstein: taking(slicedWasserstein, "directions", "seed"),
  histogram: taking(() => histogram()),
  mmd: mainly("kernel", mmd, "offset", "width", "frequencies", "seed"),
  shiftedGram: taking(shiftedGram, "shifts"), patches: taking(patches, "size"),
  relaxedEmd: taking(relaxedEmd, "samples", "seed"),
  pixels: taking(() => pixels()), weightedPixels: taking(weightedPixels, "filter"),
  gradientStatistics: taking(() => gradientStatistics()),
};

/** Every loss by its name, and `relative` to its target: `"gram"`, `"relative gram"`. */
export const losses: Registry<LayerLoss> = Object.fromEntries(Object.entries(plainLosses).flatMap(([name, { make, takes }]) => [
  [name, { make, takes }], [`relative ${name}`, { make: (options) => relative(make(options)), takes }],
]));

export const optimizers: Registry<Optimizer> = {
  lbfgs: taking(lbfgs, "memory", "firstStep", "c1", "c2", "evaluations", "rounding"),
  adam: taking(adam, "rate", "beta1", "beta2", "epsilon", "clip"),
  gradientDescent: taking(gradientDescent, "rate", "momentum", "clip"),
};

export const networks: Registry<Promise<Network>> = {
  "vgg19-mini": taking(vgg19Mini, "pooling"),
  vgg19: taking(vgg19, "pooling", "file"), vgg16: taking(vgg16, "pooling", "file"),
  squeezenet: taking(squeezenet, "file"), resnet50: taking(resnet50, "file"),
  random: taking(randomVgg, "seed", "width", "topology", "pooling"),
  "random-squeezenet": taking(randomSqueezenet, "seed", "width"),
  "random-resnet50": taking(randomResnet50, "seed", "width"),
};

/** What a network is made of, known before it is loaded. */
export function architectureOf(word: string, options: { topology?: VggName } = {}): Architecture {
  const { topology = "vgg19" } = options;
  if (word === "random") return vgg(topology in topologies ? topology : "vgg19");
  return architectures[word.replace("random-", "") as keyof typeof architectures];
}

/** What a start may be made of; `like` has the size that it must have. */
interface Inputs {
  readonly photo: Image | undefined;
  readonly painting: Image | undefined;
  readonly like: Image;
  readonly seed: number;
}

const sources = {
  photo: ({ photo }: Inputs): Image => photo!.clone(),
  painting: ({ painting, like }: Inputs): Image => covering(painting!, like),
  noise: ({ like, seed }: Inputs): Image => noise(like, { seed }),
};
type Source = keyof typeof sources;

/**
 * Where a run begins. The painting is cropped to the photo's shape and resized; `{ mix: { photo: 5, painting: 1, noise: 4 } }` is
 * partly each.
 */
export const starts: Registry<(inputs: Inputs) => Image> = {
  photo: taking(() => sources.photo), painting: taking(() => sources.painting),
  noise: taking((options = {}) => ({ like, seed }) => noise(like, { seed, ...options }), "strength"),
  mix: taking((weights: Partial<Record<Source, number>> = {}) => (inputs) => {
    const shares = Object.entries(weights).map(([source, weight]) => ({ image: sources[source as Source](inputs), weight }));
    try {
      return blendImages(shares);
    } finally {
      shares.forEach(({ image }) => image.dispose());
    }
  }, ...Object.keys(sources)),
};

/** What a start is made of: photo, painting, noise. */
export function sourcesOf(start: Spec): Source[] {
  return (nameOf(start) === "mix" ? Object.keys(optionsOf(start) ?? {}) : [nameOf(start)]) as Source[];
}

function covering(image: Image, { shape: [height, width] }: Image): Image {
  const [rows, columns] = image.shape;
  const scale = Math.min(rows / height, columns / width);
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  const part = crop(image, { height: side(height), width: side(width) });
  const sized = resize(part, { exactly: [height, width] });
  part.dispose();
  return sized;
}
