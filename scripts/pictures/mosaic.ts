// Two fish in a whirling sea, in mosaic: square stones in rows that follow the contours.
import { blend, blurPlane, canvas, dab, halve, hex, ramp, relight, type Canvas, type Color } from "./canvas";
import { clamp, fbm, hash, noise, smoothstep } from "./noise";
import { nearestStones, placeStones } from "./tesserae";

const sea = ["#0a2a4d", "#0f4a78", "#1b76a0", "#35a3b5", "#86cfc6", "#e9eedd", "#5bb5bd", "#17608f"].map(hex);
const scales = ["#7d1a14", "#b8301a", "#dc5a1e", "#f08c2a", "#f8bb4a"].map(hex);
const belly = ["#f6e7c8", "#fdf6e4", "#f4cf8e"].map(hex);
const gold = ["#8a5a12", "#d9a521", "#ffe27a"].map(hex);

/** Lays the mosaic: `size` pixels square. */
export function mosaic(size: number, seed: number): Canvas {
  const side = 2 * size;
  const stones = placeStones((u, v) => design(u, v, seed), side, seed);
  const picture = canvas(side);
  const relief = new Float32Array(side * side);
  const owner = nearestStones(stones, side);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      const stone = stones.at[owner.first[i]];
      const gap = owner.gap[i] * (1 + 0.25 * noise(x * 0.09, y * 0.09, seed));
      const face = smoothstep(0.07, 0.17, gap);
      const grain = noise(x * 0.35, y * 0.35, seed + 5);
      const cloudy = fbm(x * 0.03, y * 0.03, 3, seed + 6);
      const grout = blend(hex("#57504a"), hex("#8d8375"), 0.5 + 0.5 * grain);
      const color = stone.color.map((c) => clamp(c * (1 + 0.04 * grain + 0.12 * cloudy + stone.shine))) as Color;
      dab(picture, x, y, blend(grout, color, face), 1);
      // Each stone is slightly tilted, and chipped at its edges.
      const tilt = stone.tilt[0] * (x - stone.x) + stone.tilt[1] * (y - stone.y);
      relief[i] = face * (2.2 + (tilt * 1024) / side) + 0.9 * smoothstep(0.1, 0.42, gap) + 0.1 * grain;
    }
  }
  return halve(relight(picture, blurPlane(relief, side, side, 1), { strength: 0.62, gloss: 0.4 }));
}

/** The design at a point: a color, and the number of the part that it belongs to. */
function design(u: number, v: number, seed: number): { part: number; color: Color } {
  const edge = Math.min(u, v, 1 - u, 1 - v);
  if (edge < 0.062) {
    const along = edge === u || edge === 1 - u ? v : u;
    const wave = Math.sin(along * 2 * Math.PI * 9) * 0.013;
    if (edge < 0.014 || edge > 0.05) return { part: 1, color: ramp(gold, 0.5 + 0.5 * noise(u * 40, v * 40, seed)) };
    return edge - 0.032 > wave ? { part: 2, color: hex("#7d1f1b") } : { part: 3, color: hex("#f0e3c4") };
  }
  return (
    fish(u, v, 0.43, 0.36, 0.37, -0.5, 1, seed) ?? fish(u, v, 0.57, 0.68, 0.31, 0.35, -1, seed) ?? waves(u, v, seed)
  );
}

function waves(u: number, v: number, seed: number): { part: number; color: Color } {
  const drift = 0.55 * noise(u * 2.6, v * 2.6, seed + 1);
  const swell = v * 4.2 + 0.5 * Math.sin(u * 7 + drift * 4) + drift * 1.6;
  const band = swell - Math.floor(swell);
  const glint = hash(Math.floor(u * 90), Math.floor(v * 90), seed) > 0.965;
  return { part: 10 + Math.floor(swell * 2), color: glint ? gold[1] : ramp(sea, band) };
}

/** A fish at (x, y) of length `long`, rotated by `angle`, facing left or right. Its body is bent like an S. */
function fish(
  u: number,
  v: number,
  x: number,
  y: number,
  long: number,
  angle: number,
  facing: number,
  seed: number,
): { part: number; color: Color } | undefined {
  const du = (u - x) * facing;
  const dv = v - y;
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const a = (c * du + s * dv) / long;
  const b = (c * dv - s * du) / long - 0.1 * Math.sin(a * 3.3);
  // a runs from −1 (nose) to 1 (tail), b across.
  const half =
    a < -1 || a > 0.72
      ? -1
      : 0.31 * Math.sqrt(Math.max(0, 1 - ((a + 0.18) / 0.85) ** 2)) + 0.055 * smoothstep(-0.9, 0.4, a);
  const streak = 0.5 + 0.5 * Math.sin(Math.atan2(b, a - 0.45) * 26);
  if (Math.hypot(a + 0.72, b + 0.07) < 0.055) return { part: 4, color: hex("#10131c") };
  if (Math.hypot(a + 0.72, b + 0.07) < 0.1) return { part: 5, color: gold[2] };
  if (Math.abs(b) < half) {
    if (Math.abs(a + 0.48 + 0.7 * b * b) < 0.03) return { part: 6, color: gold[1] };
    if (a < -0.48)
      return { part: 7, color: ramp(scales, clamp(0.75 - b * 1.1 + 0.2 * noise(u * 30, v * 30, seed))) };
    if (b > 0.42 * half) return { part: 8, color: ramp(belly, 0.5 + 0.5 * noise(u * 25, v * 25, seed)) };
    // Scales: arcs that overlap like tiles.
    const row = Math.floor(a * 9.5);
    const shift = 0.5 * (row & 1);
    const within = a * 9.5 - row;
    const arc = Math.hypot(within - 0.1, ((b * 9.5 + shift + 50) % 1) - 0.5);
    return {
      part: 9,
      color: arc > 0.52 ? gold[1] : ramp(scales, clamp(0.62 - 1.3 * b - 0.5 * arc + 0.15 * Math.sin(a * 5))),
    };
  }
  const tail = a > 0.6 && a < 1.04 - 0.3 * Math.exp(-((b / 0.1) ** 2)) && Math.abs(b) < 0.07 + 0.62 * (a - 0.6);
  const back = a > -0.5 && a < 0.45 && b < 0 && b > -0.36 - 0.16 * Math.sin((a + 0.5) * 3.3);
  const under = a > -0.25 && a < 0.35 && b > 0 && b < 0.5 - 0.5 * Math.abs(a - 0.15);
  if (tail || back || under) return { part: 40, color: streak > 0.6 ? gold[1] : ramp(scales, 0.45 + 0.55 * streak) };
  return undefined;
}
