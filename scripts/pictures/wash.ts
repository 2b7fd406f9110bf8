// Watercolor: a sheet of rough paper, and washes that dry on it.
import { canvas, fill, halve, type Canvas, type Color } from "./canvas";
import { clamp, fbm, hash, noise, smoothstep } from "./noise";

/** The sheet: the absorbance of each pixel so far in red, green and blue, the tooth of the paper, and the flow of the water. */
export interface Sheet {
  side: number;
  absorbed: Float32Array;
  tooth: Float32Array;
  flow: Float32Array;
  ragged: Float32Array;
  /** Where the paper is masked: nothing is laid there. */
  masked: Uint8Array;
}

/** One wash: a shape (the depth of a point inside it, in units of the sheet; negative outside), and its paint. */
export interface Wash {
  box: [number, number, number, number];
  inside(u: number, v: number): number;
  pigment: Color;
  strength: number;
  /** The distance that a wet shape bleeds; 0 dries with a sharp dark edge. */
  bleed?: number;
  /** Backruns: position and size of drops of water that fell into the wet wash. */
  blooms?: [number, number, number][];
}

/** A clean sheet, `side` pixels square. */
export function wetSheet(side: number, seed: number): Sheet {
  const map = (f: (u: number, v: number) => number): Float32Array =>
    Float32Array.from({ length: side * side }, (_, i) => f((i % side) / side, Math.floor(i / side) / side));
  return {
    side,
    absorbed: new Float32Array(3 * side * side),
    tooth: map((u, v) => 0.6 * noise(u * 150, v * 150, seed + 1) + 0.5 * noise(u * 290, v * 290, seed + 2)),
    flow: map((u, v) => fbm(u * 7, v * 7, 4, seed + 3)),
    ragged: map((u, v) => fbm(u * 24, v * 24, 4, seed + 5)),
    masked: new Uint8Array(side * side),
  };
}

/** Lays a wash and lets it dry: pigment gathers at the edge, in the hollows of the paper, and around the blooms. */
export function lay(sheet: Sheet, { box, inside, pigment, strength, bleed = 0, blooms = [] }: Wash): void {
  const { side, absorbed, tooth, flow, ragged, masked } = sheet;
  const [left, top, right, bottom] = box.map((c) => clamp(Math.round(c * side), 0, side));
  const absorbs = pigment.map((c) => -Math.log(clamp(c, 0.03, 0.98)));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const u = (x + 0.5) / side;
      const v = (y + 0.5) / side;
      const i = y * side + x;
      if (masked[i]) continue;
      const deep = inside(u, v) + (0.005 + 0.6 * bleed) * ragged[i];
      const cover = bleed > 0 ? smoothstep(-bleed, bleed, deep) : smoothstep(0, 0.002, deep);
      if (cover === 0) continue;
      const rim = bleed > 0 ? 0 : 0.85 * Math.exp(-deep / 0.0032) + 0.25 * Math.exp(-deep / 0.012);
      let much = 0.62 + rim + 0.5 * flow[i] + 0.2 * ragged[i];
      for (const [bx, by, r] of blooms) {
        const d = Math.hypot(u - bx, v - by) / r + 0.55 * ragged[i] + 0.25 * flow[i];
        much += 0.45 * Math.exp(-(((d - 1) / 0.07) ** 2)) - 0.42 * smoothstep(1, 0.75, d);
      }
      // Dry paper shows through on the tops of the tooth where there is little paint.
      much = Math.max(0.06, much) * (1 + 0.3 * tooth[i]) * cover * strength;
      for (let c = 0; c < 3; c++) absorbed[3 * i + c] += absorbs[c] * much;
    }
  }
}

/** The shape of a blot: an ellipse of half-width w and half-height h with an irregular edge; `mark` makes blots differ. */
export function round(
  x: number,
  y: number,
  w: number,
  h: number,
  wobble: number,
  mark: number,
): Pick<Wash, "box" | "inside"> {
  const reach = 1 + wobble + 0.1;
  return {
    box: [x - w * reach - 0.02, y - h * reach - 0.02, x + w * reach + 0.02, y + h * reach + 0.02],
    inside: (u, v) => {
      const du = (u - x) / w;
      const dv = (v - y) / h;
      const a = Math.atan2(dv, du);
      const edge =
        1 +
        wobble *
          (noise(1.5 * Math.cos(a) + mark, 1.5 * Math.sin(a)) + 0.5 * noise(4 * Math.cos(a) + mark, 4 * Math.sin(a)));
      return (edge - Math.hypot(du, dv)) * Math.min(w, h);
    },
  };
}

/** A small round touch of the brush. */
export function dot(sheet: Sheet, x: number, y: number, r: number, pigment: Color, strength: number): void {
  lay(sheet, { ...round(x, y, r, r, 0.15, 50 * hash(Math.round(1e4 * x), Math.round(1e4 * y))), pigment, strength });
}

/** Covers a disc with masking fluid; `sheet.masked.fill(0)` rubs it all off. */
export function mask({ side, masked }: Sheet, x: number, y: number, r: number): void {
  for (let i = 0; i < masked.length; i++) {
    if (Math.hypot((i % side) / side - x, Math.floor(i / side) / side - y) < r) masked[i] = 1;
  }
}

/** The dry sheet: light passes through the paint to the paper and back, and the tooth casts shadows. Half the size. */
export function dry({ side, absorbed, tooth }: Sheet, seed: number): Canvas {
  return halve(
    fill(canvas(side), (u, v, x, y) => {
      const i = y * side + x;
      const slope = tooth[i] - tooth[Math.max(0, y - 1) * side + Math.max(0, x - 1)];
      const shade = 0.985 + 0.05 * slope + 0.012 * noise(u * 3, v * 3, seed);
      const channel = (c: number, white: number): number =>
        clamp(white * shade * Math.exp(-Math.min(3.2, absorbed[3 * i + c])));
      return [channel(0, 0.985), channel(1, 0.968), channel(2, 0.93)];
    }),
  );
}
