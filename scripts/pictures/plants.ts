// Firs and grass for the valley, drawn stroke by stroke into a rendered view, far ones first.
import { haze, horizon, shadow, shade, sun, zoom, type View } from "./air";
import { blend, dab, type Canvas, type Color } from "./canvas";
import { clamp, fbm, mix, noise, random, smoothstep, type Random } from "./noise";
import type { Land } from "./terrain";

/** Plants firs from the mountain's tree line to the headland. */
export function plantFirs(view: View, ground: Land, seed: number): void {
  const next = random(seed + 200);
  const side = view.light.width;
  const trees: { x: number; z: number; tall: number; tone: number }[] = [];
  for (let i = 0; i < Math.min(60000, 60 * side); i++) {
    const z = 70 * Math.exp(3.5 * next() ** 0.8);
    const x = ((next() - 0.5) * 1.1 * z) / zoom;
    const tall = mix(8, 17, next() ** 1.4);
    const tone = next();
    const y = ground.height(x, z);
    const slope = Math.abs(ground.height(x + 6, z) - y) + Math.abs(ground.height(x, z + 6) - y);
    const clearing = fbm(x / (20 + z / 9), z / (20 + z / 9), 3, seed + 210);
    const near = z < 130 && ((Math.abs(x - 17.5) < 9 && z < 95) || x < 17 + 0.1 * z);
    if (
      y < 0.9 ||
      y > 330 + 160 * clearing ||
      slope > 16 ||
      near ||
      clearing < -0.25 + 0.15 * smoothstep(300, 900, z)
    )
      continue;
    trees.push({ x, z, tall: tall * mix(0.5, 1, smoothstep(420, 250, y)) + 2, tone });
  }
  for (const [x, z, tall] of [
    [9.5, 97, 15],
    [27.5, 84, 19],
    [31.5, 80, 16],
    [24.6, 96, 21],
    [14, 104, 17],
    [35, 90, 23],
  ]) {
    trees.push({ x, z, tall, tone: 0.4 });
  }
  trees.sort((a, b) => b.z - a.z);
  for (const { x, z, tall, tone } of trees) {
    const y = ground.height(x, z) - 0.3;
    const scale = (zoom * side) / z;
    const base = side * horizon - (y - view.eye) * scale;
    const column = (x / z) * zoom * side + side / 2;
    if (base < 0 || (view.eye < 0 && y < 0)) continue;
    const sunny = shadow(ground, x, y + 3, z);
    const tint = blend([0.028, 0.05, 0.022], [0.06, 0.075, 0.026], tone);
    const bright = haze(shade(tint, sun, 0.75 * sunny, 0.8), [x, y, z]);
    const dark = haze(shade(tint, sun, 0, 0.34), [x, y, z]);
    fir(view, column, base, tall * scale, z, dark, bright, next);
  }
}

/** One fir: whorls of hanging branches from the ground up, lit on the sun's side (left). */
function fir(
  view: View,
  x: number,
  base: number,
  tall: number,
  z: number,
  dark: Color,
  bright: Color,
  next: Random,
): void {
  const whorls = clamp(Math.round(tall / 3), 3, 42);
  const spread = tall * mix(0.15, 0.21, next());
  const lean = (next() - 0.5) * 0.03 * tall;
  stroke(view, x, base, x + lean, base - tall, Math.max(0.8, tall * 0.016), z, dark);
  for (let k = 0; k < whorls; k++) {
    const up = (k + 0.3 + 0.5 * next()) / whorls;
    const reach = spread * (1 - up) ** 0.85 * mix(0.7, 1.15, next()) + 0.02 * tall;
    const y = base - tall * (0.06 + 0.94 * up);
    const cx = x + lean * up;
    const thick = Math.max(0.9, (tall / whorls) * 0.42);
    for (const [turn, wide] of [
      [-1, 1],
      [1, 1],
      [-0.45, 0.8],
      [0.45, 0.8],
      [0, 0.5],
      [-0.75, 0.9],
      [0.75, 0.9],
    ]) {
      if (tall < 14 && Math.abs(turn) !== 1 && turn !== 0) continue;
      const out = turn * reach * mix(0.8, 1.1, next());
      const drop = reach * wide * mix(0.25, 0.5, next()) + (1 - Math.abs(turn)) * 0.3 * reach;
      // Towards the left, and near the top, there is more sun; under the branch above there is none.
      const sunny = clamp(0.42 - 0.55 * turn + 0.5 * (next() - 0.5)) * mix(0.55, 1, up);
      stroke(view, cx, y + 0.25 * drop, cx + out, y + drop, thick, z, blend(dark, bright, sunny * 0.45));
      stroke(
        view,
        cx + 0.3 * out,
        y + 0.2 * drop,
        cx + 0.96 * out,
        y + 0.8 * drop,
        thick * 0.55,
        z,
        blend(dark, bright, sunny),
      );
    }
  }
}

/** Grass and flowers on the bank in front of the camera. */
export function plantGrass(view: View, ground: Land, seed: number): void {
  const next = random(seed + 300);
  const side = view.light.width;
  const blades: { x: number; z: number }[] = [];
  for (let i = 0; i < side * 11; i++) {
    const z = 3.6 + 15 * next() ** 1.3;
    const x = ((next() - 0.5) * 1.2 * z) / zoom;
    if (ground.height(x, z) > 0.22 + 0.2 * noise(x, z, seed)) blades.push({ x, z });
  }
  blades.sort((a, b) => b.z - a.z);
  for (const { x, z } of blades) {
    const scale = (zoom * side) / z;
    const tuft = 0.5 + 0.5 * fbm(x / 1.3, z / 1.3, 3, seed + 310);
    const tall = scale * mix(0.1, 0.42, tuft * next()) + 2;
    const lean = tall * (0.25 + 0.7 * (next() - 0.5));
    const y = side * horizon - (ground.height(x, z) - view.eye) * scale;
    const px = (x / z) * zoom * side + side / 2;
    const dry = next() ** 2;
    const sunny = next();
    const tint = blend([0.06, 0.1, 0.02], [0.26, 0.21, 0.08], dry);
    const root = shade(tint, sun, 0, 0.25);
    const tip = shade(tint, sun, 0.3 + 0.6 * sunny, 0.7);
    const thick = Math.max(0.8, scale * 0.006);
    for (let s = 0; s < 5; s++) {
      const a = s / 5;
      const b = (s + 1) / 5;
      stroke(
        view,
        px + lean * a * a,
        y - tall * a,
        px + lean * b * b,
        y - tall * b,
        thick * (1 - 0.7 * a),
        z - 0.5,
        blend(root, tip, b),
      );
    }
    if (next() < 0.05 * smoothstep(0.45, 0.7, tuft)) flower(view, px + lean, y - tall, scale * 0.016, next);
  }
}

function flower(view: View, x: number, y: number, size: number, next: Random): void {
  const tint: Color = next() < 0.5 ? [0.85, 0.82, 0.74] : next() < 0.6 ? [0.75, 0.5, 0.05] : [0.38, 0.2, 0.6];
  for (let petal = 0; petal < 7; petal++) {
    const turn = 2 * Math.PI * next();
    const color = shade(tint, sun, 0.35 + 0.5 * next(), 0.7);
    stroke(view, x, y, x + Math.cos(turn) * size, y + 0.6 * Math.sin(turn) * size, size * 0.7, 0, color);
  }
}

/** A straight stroke with soft edges, hidden by whatever is nearer than z. */
function stroke(
  view: View,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  width: number,
  z: number,
  color: Color,
): void {
  const target: Canvas = view.light;
  const half = width / 2;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length2 = dx * dx + dy * dy + 1e-9;
  const left = Math.floor(Math.min(x0, x1) - half);
  const right = Math.ceil(Math.max(x0, x1) + half);
  for (let y = Math.floor(Math.min(y0, y1) - half); y <= Math.max(y0, y1) + half; y++) {
    for (let x = left; x <= right; x++) {
      if (x < 0 || y < 0 || x >= target.width || y >= target.height || view.depth[y * target.width + x] < z) continue;
      const t = clamp(((x + 0.5 - x0) * dx + (y + 0.5 - y0) * dy) / length2);
      const ex = x + 0.5 - x0 - t * dx;
      const ey = y + 0.5 - y0 - t * dy;
      const cover = clamp(half * (1 - 0.6 * t) + 0.5 - Math.sqrt(ex * ex + ey * ey));
      if (cover > 0) dab(target, x, y, color, cover);
    }
  }
}
