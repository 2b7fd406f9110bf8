// Where a run begins, by name: the photo, the painting, noise, or a mix.
import { blendImages } from "./blendImages";
import { crop, noise, resize, type Image } from "./image";
import { numberWhere, type NoOptions, type Option, type Spec } from "./spec";

/** What a start is made from; the start has the size of `like`. */
export interface StartInputs {
  readonly photo: Image | undefined;
  readonly painting: Image | undefined;
  readonly like: Image;
  readonly seed: number;
}

const sources = {
  photo: ({ photo }: StartInputs): Image => photo!.clone(),
  painting: ({ painting, like }: StartInputs): Image => cover(painting!, like),
  noise: ({ like, seed }: StartInputs): Image => noise(like, { seed }),
};
export type StartSource = keyof typeof sources;

export interface StartSpec<Options extends object = any> extends Spec<(inputs: StartInputs) => Image, Options> {
  /** What it is made from. */
  sources(options: Options): readonly StartSource[];
}

const imageStart = (name: "photo" | "painting", summary: string): StartSpec<NoOptions> =>
  ({ name, make: () => sources[name], sources: () => [name], options: {}, summary, source: "Gatys et al. 2016" });

/** The strength of noise as a start: a search leaves in the image what no layer sees of it. In a mix it is 1. */
const weak = 0.1;

const noiseSpec: StartSpec<{ strength?: number }> = {
  name: "noise", make: ({ strength = weak }) => ({ like, seed }) => noise(like, { seed, strength }), sources: () => ["noise"],
  options: { strength: numberWhere(weak, "a number from 0 to 1", (strength) => strength >= 0 && strength <= 1) },
  shorthand: "strength",
  summary: "uniform noise, weak", source: "Gatys et al. 2016",
};

type Mix = Partial<Record<StartSource, number>>;
const mixed = (weights: Mix): StartSource[] => (Object.keys(sources) as StartSource[]).filter((source) => (weights[source] ?? 0) > 0);
const weight: Option<number> = numberWhere(0, "a weight, a number of at least 0", (value) => value >= 0);

const mixSpec: StartSpec<Mix> = {
  name: "mix", options: { photo: weight, painting: weight, noise: weight }, sources: mixed,
  make(weights) {
    if (mixed(weights).length === 0)
      throw new RangeError("a mix needs at least one weight above 0: { mix: { photo: 1, noise: 1 } }");
    return (inputs) => {
      const parts = mixed(weights).map((source) => ({ image: sources[source](inputs), weight: weights[source]! }));
      try {
        return blendImages(parts);
      } finally {
        parts.forEach(({ image }) => image.dispose());
      }
    };
  },
  summary: "the weighted mean of photo, painting and noise", source: "initialization experiments in Gatys et al. 2016",
};

/** The painting is cropped to the photo's shape and resized; `{ mix: { photo: 5, painting: 1, noise: 4 } }` is partly each. */
export const starts: readonly StartSpec[] = [
  imageStart("photo", "the content image"), imageStart("painting", "the style image, cropped and resized"), noiseSpec, mixSpec,
];

/** The middle of `image`, in the shape and size of another. */
function cover(image: Image, { shape: [height, width] }: Image): Image {
  const [rows, columns] = image.shape;
  const scale = Math.min(rows / height, columns / width);
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  const part = crop(image, { height: side(height), width: side(width) });
  const sized = resize(part, { exactly: [height, width] });
  part.dispose();
  return sized;
}
