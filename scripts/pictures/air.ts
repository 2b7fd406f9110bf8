// Light and atmosphere of the valley: sun, haze and sky, and the level camera.
import { blend, type Canvas, type Color } from "./canvas";
import { clamp, fbm, noise, smoothstep } from "./noise";
import type { Land } from "./terrain";
import { dot, normalize, type Vector } from "./vector";

/** The view of a level camera at height `eye`, along z: linear light, and the depth of each pixel. */
export interface View {
  light: Canvas;
  depth: Float32Array;
  eye: number;
}

/** The row of the horizon, as a fraction of the picture's height. */
export const horizon = 0.575;

/** The zoom of the lens: the picture is 1 / zoom wide at distance 1. */
export const zoom = 1.22;

/** Towards the sun: low, from behind the left shoulder. */
export const sun: Vector = normalize([-0.84, 0.36, -0.4]);

const sunlight: Color = [6.2, 4.15, 2.35];
const skylight: Color = [0.5, 0.68, 1.0];

/** Sunlight and skylight on a matt surface; `open` is the fraction of the sky that is visible from it. */
export function shade(albedo: Color, normal: Vector, sunny: number, open: number): Color {
  const direct = sunny * Math.max(0, dot(normal, sun));
  return [0, 1, 2].map((c) => albedo[c] * (direct * sunlight[c] + open * skylight[c] + 0.1)) as Color;
}

/** 1 in the sun, 0 behind a mountain, with the soft edge of distant shadows. */
export function shadow(ground: Land, x: number, y: number, z: number): number {
  let clear = 1;
  for (let t = Math.max(12, z * 0.008); t < 1800; t *= 1.16) {
    const px = x + sun[0] * t;
    const pz = z + sun[2] * t;
    const gap = y + 3 + sun[1] * t - (pz < 420 ? ground.height(px, pz) : ground.mountains(px, pz));
    clear = Math.min(clear, (14 * gap) / t);
    if (clear <= 0) return 0;
  }
  return smoothstep(0, 1, clear);
}

/** Air between the camera and a point: blue with distance, paler toward the valley floor, where mist lies. */
export function haze(color: Color, [x, y, z]: Vector): Color {
  const far = Math.hypot(x, z);
  const air = 1 - Math.exp(-far / 7800);
  const mist = (1 - Math.exp(-Math.max(0, far - 180) / 1500)) * Math.exp(-Math.max(0, y) / 75) * 0.62;
  return blend(blend(color, [0.56, 0.74, 1.02], air), [1.05, 1.0, 0.94], mist);
}

/** The light of the sky from direction d. */
export function sky(d: Vector, seed: number): Color {
  const up = Math.max(0, d[1]);
  const clear = blend([1.25, 1.2, 1.12], [0.17, 0.36, 0.82], 1 - Math.exp(-up * 5.2));
  const x = d[0] / (up + 0.2);
  const z = 1 / (up + 0.2);
  const cloud = (dx: number, dz: number): number => {
    const px = (x + dx) * 0.75 + 1.7;
    const pz = (z + dz) * 0.95;
    return (
      fbm(px + 0.3 * noise(px * 1.3, pz * 1.3, seed + 3), pz, 7, seed + 4, 0.52) +
      0.35 * noise(px * 0.7, pz * 0.7, seed + 2)
    );
  };
  const density = cloud(0, 0);
  const thick = smoothstep(-0.05, 0.5, density);
  // Brighter where the cloud thins toward the sun, gray in its own shade.
  const bright = clamp(0.72 + 1.3 * (density - cloud(-0.13, -0.05)) - 0.35 * thick);
  return blend(clear, blend([0.5, 0.54, 0.66], [2.3, 1.95, 1.6], bright), 0.95 * thick * smoothstep(0, 0.1, up));
}
