// How a picture is scaled: smoothly, as photographs and paintings want it, or pixel by pixel where pixels are what one looks at.

/** A picture whose longer side is shorter is a small array, such as a mask or a feature map: its pixels can be counted. */
const fewPixels = 64;

/** sharp's kernel to scale a picture's longer side `from` so many pixels `to` so many. */
export function enlargement(from: number, to: number): "nearest" | "lanczos3" {
  return from < fewPixels && from < to ? "nearest" : "lanczos3";
}
