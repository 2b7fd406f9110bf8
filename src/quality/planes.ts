// Luminance and chroma of an image as plain arrays: what the measures of a picture read.
import { mustBeImage, type Image } from "../image";

/** One number for each pixel, row by row. */
export interface Plane {
  readonly values: Float64Array;
  readonly height: number;
  readonly width: number;
}

/** Y, Cb and Cr of BT.601 (JPEG's), of values in 0…1: Y in 0…1, Cb and Cr in −0.5…0.5. */
export interface Planes { readonly y: Plane; readonly cb: Plane; readonly cr: Plane }

/** The planes of an image; `what` names it in errors. */
export async function planesOf(image: Image, what = "the image"): Promise<Planes> {
  mustBeImage(image, what);
  const [height, width] = image.shape;
  const rgb = await image.data<"float32">();
  const plane = (red: number, green: number, blue: number): Plane => ({
    height, width,
    values: Float64Array.from({ length: height * width }, (_, i) => red * rgb[3 * i] + green * rgb[3 * i + 1] + blue * rgb[3 * i + 2]),
  });
  return {
    y: plane(0.299, 0.587, 0.114),
    cb: plane(-0.168736, -0.331264, 0.5),
    cr: plane(0.5, -0.418688, -0.081312),
  };
}

/** A plane of the same size, computed pixel by pixel. */
export function mapPlane({ height, width, values }: Plane, each: (value: number, index: number) => number): Plane {
  return { height, width, values: values.map(each) };
}

/** The plane without its mean. */
export function centered(plane: Plane): Plane {
  const mean = plane.values.reduce((sum, value) => sum + value, 0) / plane.values.length;
  return mapPlane(plane, (value) => value - mean);
}
