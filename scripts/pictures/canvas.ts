// A picture in memory, three floats per pixel, and the operations that the generators share.
import sharp from "sharp";
import { clamp, noise } from "./noise";

/** A color: red, green, blue. Painted colors are sRGB in 0…1; rendered ones are linear light, without an upper limit. */
export type Color = [number, number, number];

/** A rectangle of colors, row by row. */
export interface Canvas {
  width: number;
  height: number;
  data: Float32Array;
}

/** An empty (black) canvas. */
export function canvas(width: number, height: number = width): Canvas {
  return { width, height, data: new Float32Array(3 * width * height) };
}

/** "#rrggbb" as a color. */
export function hex(code: string): Color {
  const n = parseInt(code.slice(1), 16);
  return [(n >> 16) / 255, ((n >> 8) & 255) / 255, (n & 255) / 255];
}

/** The color that is `t` of the way from a to b. */
export function blend(a: Color, b: Color, t: number): Color {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** A color on the ramp through `stops`, spread evenly over 0…1. */
export function ramp(stops: Color[], t: number): Color {
  const at = clamp(t, 0, 0.9999) * (stops.length - 1);
  const i = Math.floor(at);
  return blend(stops[i], stops[i + 1], at - i);
}

/** Sets every pixel from a function of its center; u and v run from 0 to 1 across the canvas. */
export function fill(target: Canvas, color: (u: number, v: number, x: number, y: number) => Color): Canvas {
  for (let y = 0, i = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++, i += 3) {
      target.data.set(color((x + 0.5) / target.width, (y + 0.5) / target.height, x, y), i);
    }
  }
  return target;
}

/** The color at (u, v) in 0…1, bilinear between pixels; beyond the edge, the color of the edge. */
export function sample({ width, height, data }: Canvas, u: number, v: number): Color {
  const x = clamp(u * width - 0.5, 0, width - 1.001);
  const y = clamp(v * height - 0.5, 0, height - 1.001);
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const dx = x - ix;
  const dy = y - iy;
  const i = 3 * (iy * width + ix);
  const j = i + 3 * width;
  const at = (c: number): number =>
    (data[i + c] * (1 - dx) + data[i + 3 + c] * dx) * (1 - dy) + (data[j + c] * (1 - dx) + data[j + 3 + c] * dx) * dy;
  return [at(0), at(1), at(2)];
}

/** Blends a color over one pixel; alpha 1 covers it. Outside the canvas it does nothing. */
export function dab(target: Canvas, x: number, y: number, color: Color, alpha: number): void {
  if (x < 0 || y < 0 || x >= target.width || y >= target.height) return;
  const i = 3 * (y * target.width + x);
  for (let c = 0; c < 3; c++) target.data[i + c] += (color[c] - target.data[i + c]) * alpha;
}

/** Half the size, each pixel the mean of four: the simplest antialiasing. */
export function halve(source: Canvas): Canvas {
  const { width, data } = source;
  const stride = 3 * width;
  return fill(canvas(width >> 1, source.height >> 1), (_u, _v, x, y) => {
    const i = 3 * (2 * y * width + 2 * x);
    const mean = (c: number): number =>
      (data[i + c] + data[i + 3 + c] + data[i + stride + c] + data[i + stride + 3 + c]) / 4;
    return [mean(0), mean(1), mean(2)];
  });
}

/** A blurred copy of a plane of numbers: three box blurs, close to a Gaussian of that standard deviation. */
export function blurPlane(
  plane: Float32Array,
  width: number,
  height: number,
  sigma: number,
  channels = 1,
): Float32Array {
  const radius = Math.round(sigma);
  if (radius < 1) return plane.slice();
  let from = plane.slice();
  let to = new Float32Array(plane.length);
  const pass = (lines: number, lineStep: number, count: number, step: number): void => {
    for (let line = 0; line < lines; line++) {
      for (let c = 0; c < channels; c++) {
        const start = line * lineStep + c;
        const last = count - 1;
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += from[start + clamp(k, 0, last) * step];
        for (let k = 0; k < count; k++) {
          to[start + k * step] = sum / (2 * radius + 1);
          sum += from[start + Math.min(last, k + radius + 1) * step] - from[start + Math.max(0, k - radius) * step];
        }
      }
    }
    [from, to] = [to, from];
  };
  for (let i = 0; i < 3; i++) {
    pass(height, width * channels, width, channels);
    pass(width, channels, height, width * channels);
  }
  return from;
}

/** A blurred copy of a canvas. */
export function blur(source: Canvas, sigma: number): Canvas {
  return { ...source, data: blurPlane(source.data, source.width, source.height, sigma, 3) };
}

/** Lights paint from the upper left: `relief` is its thickness; slopes that face the light get brighter, others darker. */
export function relight(target: Canvas, relief: Float32Array, { strength = 1, gloss = 0.2 } = {}): Canvas {
  const { width, height, data } = target;
  const at = (x: number, y: number): number => relief[clamp(y, 0, height - 1) * width + clamp(x, 0, width - 1)];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const dx = (at(x + 1, y) - at(x - 1, y)) * strength;
      const dy = (at(x, y + 1) - at(x, y - 1)) * strength;
      const length = Math.sqrt(dx * dx + dy * dy + 1);
      // Light from (−0.5, −0.6, 0.62); a flat surface keeps its color.
      const lit = (0.5 * dx + 0.6 * dy + 0.62) / length;
      const shade = 1 + 0.75 * (lit - 0.62);
      const glint = gloss * Math.max(0, lit) ** 24;
      for (let c = 0; c < 3; c++) data[i + c] = clamp(data[i + c] * shade + glint * (1 - data[i + c]));
    }
  }
  return target;
}

/** Tone mapping: linear light through the ACES curve (Narkowicz's fit) and gamma 2.2, with vignette and film grain. */
export function develop(light: Canvas, { exposure = 1, vignette = 0.25, grain = 0.012, seed = 0 } = {}): Canvas {
  const film = (x: number): number => {
    const curve = (l: number): number => (l * (2.51 * l + 0.03)) / (l * (2.43 * l + 0.59) + 0.14);
    return clamp(curve(Math.max(0, x))) ** (1 / 2.2);
  };
  return fill(canvas(light.width, light.height), (u, v, x, y) => {
    const i = 3 * (y * light.width + x);
    const r2 = 2 * ((u - 0.5) ** 2 + (v - 0.5) ** 2);
    const stop = 0.6 * exposure * (1 - vignette * r2) ** 2;
    const speck = grain * (noise(x * 0.73, y * 0.73, seed) + noise(x * 0.41 + 9, y * 0.41, seed + 1));
    const channel = (c: number): number => clamp(film(light.data[i + c] * stop) + speck);
    return [channel(0), channel(1), channel(2)];
  });
}

/** The canvas as JPEG bytes, full color resolution; the quality steps down from 92 until the file fits the limit. */
export async function encode(
  { width, height, data }: Canvas,
  limit: number = 0.6 * width * height + 2000,
): Promise<Buffer> {
  const bytes = Buffer.alloc(data.length);
  for (let i = 0; i < data.length; i++) bytes[i] = Math.round(255 * clamp(data[i]));
  const image = sharp(bytes, { raw: { width, height, channels: 3 } });
  for (let quality = 92; ; quality -= 2) {
    const file = await image.clone().jpeg({ quality, chromaSubsampling: "4:4:4", mozjpeg: true }).toBuffer();
    if (file.length <= limit || quality <= 74) return file;
  }
}
