// Poppies and cornflowers in watercolor: transparent washes with wet edges, blooms and granulation on rough paper.
import { hex, type Canvas } from "./canvas";
import { clamp, mix, random, smoothstep, type Random } from "./noise";
import { dot, dry, lay, mask, round, wetSheet, type Sheet } from "./wash";

// Pigments, as the color of a full wash on white.
const red = hex("#e2311d");
const crimson = hex("#b3122b");
const orange = hex("#f2792b");
const sap = hex("#6f8f2e");
const olive = hex("#4c6a2f");
const blue = hex("#2f55b8");
const violet = hex("#6a4aa8");
const lemon = hex("#f3dc6b");
const turquoise = hex("#86c5c4");
const ink = hex("#2a2238");
const rose = hex("#eba0a0");

/** Paints the flowers: `size` pixels square. */
export function watercolor(size: number, seed: number): Canvas {
  const next = random(seed);
  const sheet = wetSheet(2 * size, seed);
  background(sheet, next);
  const flowers = place(next);
  const blues = scatter(flowers, next);
  // Stems go behind the flowers: those are masked until the green is dry.
  for (const { x, y, r } of [...flowers, ...blues]) mask(sheet, x, y, 0.86 * r);
  for (let i = 0; i < 46; i++) stem(sheet, next(), mix(0.3, 1.1, next()), mix(0.12, 0.45, next()), 0.3, next);
  for (const { x, y, r } of flowers)
    stem(sheet, x, y + mix(0.35, 0.8, next()), mix(0.35, 0.8, next()), 0.4 + 3 * r, next);
  sheet.masked.fill(0);
  for (const { x, y, r } of blues) cornflower(sheet, x, y, r, next);
  for (const { x, y, r } of flowers) poppy(sheet, x, y, r, next);
  for (let i = 0; i < 90; i++) spatter(sheet, next);
  return dry(sheet, seed);
}

function background(sheet: Sheet, next: Random): void {
  const tints = [lemon, turquoise, rose, sap, turquoise, lemon, violet, turquoise];
  for (let i = 0; i < 26; i++) {
    const x = next();
    const y = next();
    const w = mix(0.1, 0.26, next());
    const wet = next() < 0.55;
    const blooms: [number, number, number][] = [1, 2].map(() => [
      x + w * (next() - 0.5),
      y + w * (next() - 0.5),
      w * mix(0.2, 0.45, next()),
    ]);
    lay(sheet, {
      ...round(x, y, w, w * mix(0.6, 1.1, next()), 0.4, 100 * next()),
      pigment: tints[i % tints.length],
      strength: mix(0.16, 0.36, next()),
      bleed: wet ? mix(0.03, 0.08, next()) : 0,
      blooms,
    });
  }
}

interface Flower {
  x: number;
  y: number;
  r: number;
}

/** Positions of the poppies: large ones first, with little overlap. */
function place(next: Random): Flower[] {
  const flowers: Flower[] = [];
  for (let tries = 0; tries < 4000 && flowers.length < 15; tries++) {
    const r = mix(0.15, 0.045, Math.min(1, tries / 700) ** 0.6);
    const x = mix(0.03, 0.97, next());
    const y = mix(0.06, 0.94, next());
    if (flowers.every((f) => Math.hypot(f.x - x, f.y - y) > 0.98 * (f.r + r))) flowers.push({ x, y, r });
  }
  return flowers.sort((a, b) => a.y - b.y);
}

/** Positions of the cornflowers: in the gaps. */
function scatter(flowers: Flower[], next: Random): Flower[] {
  const small: Flower[] = [];
  for (let tries = 0; tries < 900 && small.length < 30; tries++) {
    const x = next();
    const y = mix(0.05, 1, next());
    const r = mix(0.02, 0.042, next());
    if ([...flowers, ...small].every((f) => Math.hypot(f.x - x, f.y - y) > 0.95 * f.r + 1.1 * r))
      small.push({ x, y, r });
  }
  return small;
}

/** A thin curved line from (x, foot) upwards, pressed more in the middle; now and then with a leaf. */
function stem(sheet: Sheet, x: number, foot: number, tall: number, strength: number, next: Random): void {
  const pigment = next() < 0.6 ? sap : olive;
  const bend = 0.7 * tall * (next() - 0.5);
  const thick = mix(0.0016, 0.004, next());
  const top = foot - tall;
  const middle = (t: number): number => x + bend * t * (1 - t) + bend * 0.35 * (1 - t);
  const at = (v: number): number => clamp((v - top) / tall);
  lay(sheet, {
    box: [x - 0.25, top, x + 0.25, foot],
    pigment,
    strength,
    inside: (u, v) => thick * mix(0.6, 1.4, at(v)) - Math.abs(u - middle(at(v))),
  });
  for (let k = 0; k < 3; k++) {
    const t = mix(0.25, 0.9, next());
    const long = mix(0.04, 0.1, next());
    const side = next() < 0.5 ? -1 : 1;
    const lx = middle(t);
    const ly = top + t * tall;
    const rise = mix(0.4, 1.1, next());
    lay(sheet, {
      box: [lx - long, ly - long * 1.3, lx + long, ly + 0.03],
      pigment: next() < 0.5 ? sap : olive,
      strength: strength * mix(0.5, 1, next()),
      inside: (u, v) => {
        const s = (side * (u - lx)) / long;
        if (s < 0 || s > 1) return -0.01;
        const spine = ly - long * rise * (s - 0.45 * s * s);
        const lobes = 0.7 + 0.45 * Math.abs(Math.sin(s * 11));
        return 0.15 * long * Math.sin(Math.PI * s ** 0.7) * lobes - Math.abs(v - spine);
      },
    });
  }
}

function poppy(sheet: Sheet, x: number, y: number, r: number, next: Random): void {
  const tip = 0.72 + 0.2 * next();
  const lean = (next() - 0.5) * 0.7;
  const petals = 5 + Math.floor(2 * next());
  for (let k = 0; k < petals; k++) {
    const turn = lean + (2 * Math.PI * (k + 0.5 * next())) / petals;
    const out = r * mix(0.4, 0.52, next());
    const px = x + out * Math.cos(turn);
    const py = y + out * tip * Math.sin(turn);
    const w = r * mix(0.52, 0.7, next());
    const blooms: [number, number, number][] =
      next() < 0.75
        ? [[px + 0.4 * w * (next() - 0.5), py + 0.4 * w * (next() - 0.5), w * mix(0.3, 0.6, next())]]
        : [];
    lay(sheet, {
      ...round(px, py, w, w * tip, 0.2, 100 * next()),
      pigment: [red, orange, red, crimson, rose][Math.floor(5 * next())],
      strength: mix(0.28, 0.72, next()),
      blooms,
    });
  }
  // A second glaze while the heart is still damp, then the seed head and its ring of stamens.
  lay(sheet, {
    ...round(x, y, 0.42 * r, 0.36 * r, 0.4, 9 * next()),
    pigment: crimson,
    strength: 0.5,
    bleed: 0.3 * r,
  });
  for (let k = 0; k < 26; k++) {
    const turn = 2 * Math.PI * next();
    const out = r * mix(0.16, 0.32, next());
    dot(sheet, x + out * Math.cos(turn), y + out * tip * Math.sin(turn), r * mix(0.014, 0.034, next()), ink, 1.1);
  }
  lay(sheet, { ...round(x, y, 0.13 * r, 0.11 * r, 0.2, 9), pigment: ink, strength: 1.3 });
}

function cornflower(sheet: Sheet, x: number, y: number, r: number, next: Random): void {
  for (let k = 0; k < 11; k++) {
    const turn = 2 * Math.PI * (k / 11 + 0.05 * next());
    const c = Math.cos(turn);
    const s = Math.sin(turn);
    const long = r * mix(0.8, 1.2, next());
    lay(sheet, {
      box: [x - 2 * r, y - 2 * r, x + 2 * r, y + 2 * r],
      pigment: next() < 0.7 ? blue : violet,
      strength: mix(0.45, 0.9, next()),
      inside: (u, v) => {
        const a = ((u - x) * c + (v - y) * s) / long;
        const b = (v - y) * c - (u - x) * s;
        return a < 0.15 || a > 1.2
          ? -0.01
          : 0.34 * r * smoothstep(0.1, 1, a) * (1 + 0.3 * Math.sin(a * 9)) * smoothstep(1.2, 1, a) - Math.abs(b);
      },
    });
  }
  dot(sheet, x, y, r * 0.28, violet, 1);
}

function spatter(sheet: Sheet, next: Random): void {
  dot(
    sheet,
    next(),
    next(),
    0.0012 + 0.004 * next() ** 5,
    [red, blue, sap, crimson][Math.floor(4 * next())],
    mix(0.4, 0.9, next()),
  );
}
