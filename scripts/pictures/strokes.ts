// Night over the fields, in oil: a sky of whirls, painted with thousands of brush strokes.
import { paintRound, primed, type Motif } from "./brush";
import { blend, halve, hex, ramp, relight, type Canvas, type Color } from "./canvas";
import { clamp, fbm, noise, random, smoothstep } from "./noise";

// Lights in the sky: position, size, brightness. The first is the moon.
const lights = [
  [0.79, 0.16, 0.062, 1],
  [0.1, 0.09, 0.02, 0.95],
  [0.47, 0.07, 0.017, 0.85],
  [0.06, 0.42, 0.017, 0.8],
  [0.62, 0.4, 0.014, 0.75],
  [0.95, 0.4, 0.016, 0.8],
  [0.29, 0.5, 0.012, 0.7],
];
// Whirls: position, radius, and number of arms, negative for the other sense of rotation.
const whirls = [
  [0.33, 0.28, 0.17, 2],
  [0.57, 0.22, 0.09, -1],
  [0.83, 0.42, 0.13, -2],
  [0.08, 0.24, 0.1, -1],
];
// Trees along the hills: position and size.
const trees = [
  [0.07, 0.665, 0.042],
  [0.13, 0.675, 0.03],
  [0.19, 0.672, 0.035],
  [0.88, 0.655, 0.05],
  [0.95, 0.665, 0.042],
  [0.45, 0.64, 0.02],
  [0.49, 0.642, 0.016],
  [0.74, 0.652, 0.026],
];
const farms = [
  [0.3, 0.655, 0.026],
  [0.365, 0.66, 0.02],
  [0.63, 0.65, 0.022],
];

const night = ["#0b1c4a", "#123181", "#1d55ab", "#3f86c6", "#7fc0d2", "#dfe6c0", "#7bb9c9", "#2c6db8", "#17418f"].map(
  hex,
);
const glow = ["#fff6c4", "#ffe065", "#f8b52c", "#e39a2c", "#c9c07a", "#5b9cc0"].map(hex);
const rows = ["#3d2a78", "#6d4fb0", "#a988d2", "#2d6a3c", "#8aa63e", "#e8bf45", "#c98a24", "#58752f", "#4a3590"].map(
  hex,
);
const hills = ["#12304f", "#1d5a58", "#3b8a5a", "#8db65a", "#d8c25a", "#2f7458"].map(hex);
const leaves = ["#071d22", "#0f3a2c", "#1f6a3a", "#4f9a3f", "#d0a63a"].map(hex);
const far = ["#16285c", "#28488c", "#3f70a6", "#6d9fb8"].map(hex);

/** Paints the night: `size` pixels square. */
export function strokes(size: number, seed: number): Canvas {
  const side = 2 * size;
  const next = random(seed);
  const scale = side / 1024;
  const painting = primed(side, hex("#2a3350"));
  const motif = nightMotif(seed);
  const rounds = [
    { width: 30, length: 130, apart: 17, stray: 0.3, detail: 0 },
    { width: 17, length: 105, apart: 11.5, stray: 0.34, detail: 0 },
    { width: 11, length: 80, apart: 8.5, stray: 0.3, detail: 0.22 },
    { width: 7, length: 46, apart: 5.5, stray: 0.22, detail: 0.3 },
  ];
  for (const { width, length, apart, ...rest } of rounds) {
    paintRound(
      painting,
      motif,
      { width: width * scale, length: length * scale, apart: apart * scale, ...rest },
      next,
    );
  }
  return halve(relight(painting.paint, painting.relief, { strength: 1.5, gloss: 0.16 }));
}

function nightMotif(seed: number): Motif {
  return {
    color: (u, v) => farmsAndTrees(u, v, seed) ?? land(u, v, seed) ?? sky(u, v, seed),
    direction: (u, v) => {
      const tree = trees.find(([x, y, r]) => Math.hypot(u - x, (v - y) * 0.8) < r);
      if (tree) return Math.atan2(v - tree[1], u - tree[0]) + 1.2;
      if (ground(u, v, seed) > 0) return furrow(u, v, seed);
      const light = lights.find(([x, y, r]) => Math.hypot(u - x, v - y) < 2.7 * r);
      if (light) return Math.atan2(u - light[0], light[1] - v) + 0.25 * noise(u * 20, v * 20, seed);
      // Along the level lines of the wind, perpendicular to its gradient; whole turns of the whirls are removed.
      const e = 2e-3;
      const rise = (a: number, b: number): number => a - b - Math.round(a - b);
      const dx = rise(wind(u + e, v, seed), wind(u - e, v, seed));
      const dy = rise(wind(u, v + e, seed), wind(u, v - e, seed));
      return Math.atan2(dx, -dy);
    },
  };
}

/** The wind: strokes of the sky follow its level lines, and its fractional part picks their color. */
function wind(u: number, v: number, seed: number): number {
  let sum =
    5.2 * v +
    0.75 * Math.sin(5.2 * u + 1) +
    1.1 * noise(u * 2.4, v * 3.2, seed) +
    0.4 * fbm(u * 6, v * 6, 3, seed + 5);
  for (const [x, y, reach, arms] of whirls) {
    const d = Math.hypot(u - x, v - y);
    const near = Math.exp(-((d / reach) ** 2));
    // Arms that wind inwards: the angle counts whole turns, so that there is no seam where it wraps.
    sum += (arms * Math.atan2(v - y, u - x)) / (2 * Math.PI) + Math.sign(arms) * 2.6 * near;
  }
  return sum;
}

function sky(u: number, v: number, seed: number): Color {
  const level = wind(u, v, seed);
  let color = ramp(night, level - Math.floor(level));
  color = blend(color, hex("#0d2560"), 0.55 * smoothstep(0.22, 0, v));
  color = blend(color, hex("#9ccab0"), 0.45 * smoothstep(0.44, 0.62, v));
  for (const [x, y, radius, bright] of lights) {
    const d = Math.hypot(u - x, v - y) / radius;
    color = blend(color, ramp(glow, clamp(d / 3 + 0.1 * Math.sin(d * 5))), bright * smoothstep(3.2, 1, d));
  }
  return color;
}

/** The layer of the land at a point: 0 sky, 1 far mountains, 2 hills, 3 the striped field in front. */
function ground(u: number, v: number, seed: number): number {
  for (let row = 3; row > 0; row--) if (v > ridge(u, row, seed)) return row;
  return 0;
}

function ridge(u: number, row: number, seed: number): number {
  const peak =
    row === 1 ? 0.085 * Math.exp(-(((u - 0.22) / 0.16) ** 2)) + 0.05 * Math.exp(-(((u - 0.72) / 0.1) ** 2)) : 0;
  return [0, 0.62, 0.665, 0.74][row] + 0.045 * noise(u * 2.2 + row * 3.7, 0.5, seed + 11 * row) - peak;
}

// The stripes of the near field meet far away, behind the hills.
const vanishing = { u: 0.6, v: 0.64 };

function furrow(u: number, v: number, seed: number): number {
  const bend = 0.35 * noise(u * 4, v * 5, seed + 31);
  if (ground(u, v, seed) === 3) return Math.atan2(v - vanishing.v, u - vanishing.u) + bend * 0.7;
  const row = ground(u, v, seed);
  const e = 0.01;
  return Math.atan((ridge(u + e, row, seed) - ridge(u - e, row, seed)) / (2 * e)) + 2 * bend + 0.5;
}

function land(u: number, v: number, seed: number): Color | undefined {
  const row = ground(u, v, seed);
  const below = v - ridge(u, row, seed);
  const wave = 0.5 + 0.5 * fbm(u * 9, v * 9, 3, seed + 40 + row);
  if (row === 0) return undefined;
  if (row === 1) return ramp(far, 0.7 * wave + 3 * below + 0.25 * smoothstep(0.015, 0, below));
  if (row === 2) {
    const patch = noise(u * 7, v * 13 + u * 3, seed + 50);
    return ramp(hills, clamp(0.5 + 0.5 * patch + 0.5 * (wave - 0.5) + 0.2 * smoothstep(0.012, 0, below)));
  }
  const turn = Math.atan2(u - vanishing.u, v - vanishing.v) + 0.05 * noise(u * 6, v * 6, seed + 45);
  const stripe = ramp(rows, turn * 3.4 - Math.floor(turn * 3.4));
  if (noise(u * 38, v * 38, seed + 60) > 0.72 && v > 0.8) return hex("#e2563a");
  return blend(stripe, blend(hex("#1b1d4d"), hex("#ffe7a0"), wave), 0.28);
}

function farmsAndTrees(u: number, v: number, seed: number): Color | undefined {
  for (const [x, y, r] of farms) {
    const du = (u - x) / r;
    const dv = (v - y) / r;
    if (Math.abs(du) < 1 && dv > 0 && dv < 0.9)
      return Math.abs(du) < 0.35 && dv > 0.25 ? hex("#ffc94d") : hex("#e9dcc0");
    if (dv <= 0 && dv > -0.8 && Math.abs(du) < 1.15 + dv * 0.6) return hex("#b5432c");
  }
  for (const [x, y, r] of trees) {
    const d = Math.hypot(u - x, (v - y) * 0.8) / (r * (1 + 0.25 * noise(u * 30, v * 30, seed)));
    if (d < 1)
      return ramp(leaves, clamp(0.45 + (0.4 * (u - x - (v - y))) / r + 0.3 * noise(u * 50, v * 50, seed + 3)));
  }
  return undefined;
}
