// Pines above a bay, a woodcut: black lines left standing between gouge cuts, two spot colors, cream paper.
import { cut, type Cut } from "./block";
import { blend, canvas, fill, halve, hex, type Canvas, type Color } from "./canvas";
import { clamp, fbm, hash, mix, noise, smoothstep } from "./noise";

const paper = hex("#f1e6cd");
const black = hex("#1c1917");
const vermilion = hex("#d2432b");
const prussian = hex("#3f7d96");

/** Cuts and prints the block: `size` pixels square. */
export function woodcut(size: number, seed: number): Canvas {
  const sheet = fill(canvas(2 * size), (u, v) => {
    // The cuts are slightly irregular; the color blocks are never printed exactly on the black one.
    const ku = u + 0.0016 * noise(u * 60, v * 60, seed);
    const kv = v + 0.0016 * noise(u * 60, v * 60, seed + 1);
    const ink = standing(cut(ku, kv, seed), 1.7 / size) * frame(u, v, 0.036, seed);
    const spot = cut(u - 0.0028, v + 0.002, seed);
    const inside = frame(u - 0.0028, v + 0.002, 0.04, seed);
    const wood = 0.5 + 0.5 * fbm(u * 5 + 0.5 * noise(u * 2, v * 2, seed), v * 95, 3, seed + 2);
    const fibre = fbm(u * 130, v * 130, 3, seed + 3);
    const worn = smoothstep(0.35, 0.75, fbm(u * 75, v * 75, 3, seed + 4) + 0.35 * wood - 0.1);
    const sheet = paper.map((c) => c * (1 + 0.025 * fibre + 0.02 * noise(u * 3, v * 3, seed))) as Color;
    const color = (base: Color, pigment: Color, amount: number): Color =>
      blend(
        base,
        [base[0] * pigment[0], base[1] * pigment[1], base[2] * pigment[2]],
        clamp(amount * (0.82 + 0.3 * wood) - 0.35 * worn * amount),
      );
    const printed = color(color(sheet, prussian, (spot.blue ?? 0) * inside), vermilion, (spot.red ?? 0) * inside);
    const stamp = seal(u, v, seed);
    return blend(blend(printed, black, ink * (0.97 - 0.4 * worn)), vermilion, stamp);
  });
  return halve(sheet);
}

/** 1 where wood is left standing: the cuts of the gouge are side by side, pointed at both ends like boats. */
function standing({ phase, along, tone }: Cut, soft: number): number {
  if (tone >= 1 || tone <= 0) return clamp(tone);
  const row = Math.floor(phase);
  const off = Math.abs(phase - row - 0.5) * 2;
  const at = along * mix(0.7, 1.3, hash(row, 1)) + hash(row, 2) * 9;
  const piece = Math.floor(at);
  const t = at - piece;
  const width = (1 - tone) * 1.22 * (4 * t * (1 - t)) ** 0.28 * mix(0.82, 1.12, hash(row, piece, 3));
  return smoothstep(-1, 1, (off - width) / (soft * 34));
}

function frame(u: number, v: number, margin: number, seed: number): number {
  const wander = 0.0025 * fbm(u * 22, v * 22, 3, seed + 8);
  const edge = Math.min(u, v, 1 - u, 1 - v) - margin + wander;
  return smoothstep(-0.001, 0.001, edge);
}

/** The artist's seal, in the lower right corner. */
function seal(u: number, v: number, seed: number): number {
  const x = (u - 0.895) / 0.026;
  const y = (v - 0.9) / 0.026;
  if (Math.max(Math.abs(x), Math.abs(y)) > 1) return 0;
  const lines =
    Math.max(Math.abs(x), Math.abs(y)) > 0.8
      ? 0
      : Math.abs(Math.abs(x) - 0.4) < 0.13 || Math.abs(Math.abs(y) - 0.36) < 0.12
        ? 1
        : 0;
  return (1 - 0.9 * lines) * (0.93 - 0.3 * smoothstep(0.3, 0.7, fbm(u * 120, v * 120, 2, seed)));
}
