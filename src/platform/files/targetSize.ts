// How large a loaded image becomes: the size asked for, and the sizes that are refused.

/** How to size an image while loading it: one of `shorter`, `longer` and `size`, or none. */
export interface SizeOptions {
  /** Length of the shorter side in pixels. Only ever shrinks, unless `enlarge`. */
  shorter?: number;
  /** Length of the longer side in pixels. Only ever shrinks, unless `enlarge`. */
  longer?: number;
  /** Exactly `[height, width]`: scaled (up, too) until it covers that, then cropped around the middle. */
  size?: readonly [height: number, width: number];
  /** Lets `shorter` and `longer` make a small image larger. Default false: it keeps its own size. */
  enlarge?: boolean;
}

/** Largest number of pixels returned: 100 million, 1.2 GB as a tensor. */
const returnedLimit = 100e6;
/** Largest number of pixels decoded, row by row, on the way to a smaller image. */
const decodedLimit = 500e6;
/** Side below which there is nothing to look at. */
const smallest = 2;

/** `[height, width]` that an image of `[height, width]` is given. Throws, naming the image, where it cannot be. */
export function targetSize(name: string, height: number, width: number, options: SizeOptions): [number, number] {
  const { shorter, longer, size } = options;
  const asked = [shorter, longer, size].filter((value) => value !== undefined).flat();
  if (asked.length > (size ? 2 : 1) || (size && size.length !== 2)) {
    throw new RangeError(`${name}: expected one of shorter, longer and size: [height, width]; use only one of them.`);
  }
  for (const value of asked) {
    if (!Number.isInteger(value) || value < smallest) {
      throw new RangeError(`${name}: expected a side of a whole number of at least ${smallest} pixels, got ${value}.`);
    }
  }
  if (Math.min(height, width) < smallest) {
    throw new RangeError(`${name} is ${describe(height, width)}; expected at least ${smallest} pixels each way `
      + "(and a network needs 2^(k-1) for its block k: 16 for relu5_1). Use a larger picture.");
  }
  if (height * width > decodedLimit) {
    throw new RangeError(`${name} is ${describe(height, width)}, more than the ${decodedLimit / 1e6} million pixels `
      + "that can be decoded; shrink it in another program first.");
  }
  const [toHeight, toWidth] = size ?? shrunk(height, width, options);
  if (toHeight * toWidth > returnedLimit) {
    const whose = asked.length > 0 ? "would be" : "is";
    throw new RangeError(`${name} ${whose} ${describe(toHeight, toWidth)}, more than the ${returnedLimit / 1e6} `
      + "million pixels that are loaded; load it with a smaller size, e.g. { shorter: 512 }.");
  }
  return [toHeight, toWidth];
}

function shrunk(height: number, width: number, { shorter, longer, enlarge = false }: SizeOptions): [number, number] {
  const wanted = shorter !== undefined ? shorter / Math.min(height, width)
    : longer !== undefined ? longer / Math.max(height, width) : 1;
  const scale = enlarge ? wanted : Math.min(1, wanted);
  return [Math.max(smallest, Math.round(scale * height)), Math.max(smallest, Math.round(scale * width))];
}

/** "1024 × 768 pixels", width first as people say it. */
function describe(height: number, width: number): string {
  return `${width} × ${height} pixels (width × height)`;
}
