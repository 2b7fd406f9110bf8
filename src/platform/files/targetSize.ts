// How large a loaded image becomes: the size asked for, and the sizes that are refused.
import { readSize, sizeFor, type Size } from "../../image";

/** The size of a loaded image; without one it keeps its own. */
export type SizeOptions = Partial<Size> & {
  /** Lets `shorter` and `longer` make a small image larger (default false: it keeps its own size). */
  readonly enlarge?: boolean;
};

/** Largest number of pixels returned: 100 million, 1.2 GB as a tensor. */
export const returnedLimit = 100e6;
/** Largest number of pixels decoded, row by row, on the way to a smaller image. */
const decodedLimit = 500e6;
/** Smallest side of an image. */
const smallest = 2;

/** `[height, width]` of an image of `[height, width]` once it is loaded. Throws, naming the image, where it cannot be. */
export function targetSize(name: string, height: number, width: number, options: SizeOptions): [number, number] {
  const asked = readSize(name, options);
  for (const side of asked?.sides ?? [])
    if (!Number.isInteger(side) || side < smallest)
      throw new RangeError(`${name}: expected a side of a whole number of at least ${smallest} pixels, got ${side}`);
  if (Math.min(height, width) < smallest)
    throw new RangeError(
      `${name} is ${describe(height, width)}; expected at least ${smallest} pixels each way (and a network needs 2^(k-1) for its ` +
        "block k: 16 for relu5_1): use a larger picture");
  if (height * width > decodedLimit)
    throw new RangeError(
      `${name} is ${describe(height, width)}, more than the ${decodedLimit / 1e6} million pixels that can be decoded: shrink it in ` +
        "another program first");
  const [toHeight, toWidth] = asked ? scaled(height, width, asked.name, options) : [height, width];
  if (toHeight * toWidth > returnedLimit)
    throw new RangeError(
      `${name} ${asked ? "would be" : "is"} ${describe(toHeight, toWidth)}, more than the ${returnedLimit / 1e6} million pixels that ` +
        "are loaded: load it with a smaller size, e.g. { shorter: 512 }");
  return [toHeight, toWidth];
}

function scaled(
  height: number, width: number, name: string, { enlarge = false, ...size }: SizeOptions,
): [number, number] {
  const [toHeight, toWidth] = sizeFor(height, width, size as Size);
  const larger = Math.max(toHeight, toWidth) > Math.max(height, width);
  if (larger && !enlarge && (name === "shorter" || name === "longer")) return [height, width];
  return [Math.max(smallest, toHeight), Math.max(smallest, toWidth)];
}

/** "1024 × 768 pixels", width first as people say it. */
function describe(height: number, width: number): string {
  return `${width} × ${height} pixels (width × height)`;
}
