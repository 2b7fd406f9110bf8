// An oil brush: strokes that follow a path, streaked by bristles, and thick enough to catch the light.
import { canvas, type Canvas, type Color } from "./canvas";
import { clamp, hash, mix, noise, type Random } from "./noise";

/** A painting in the making: its colors, and how thick the paint lies. */
export interface Painting {
  paint: Canvas;
  relief: Float32Array;
}

/** What is painted: the color and the brush's direction (radians) at a point; u and v run from 0 to 1. */
export interface Motif {
  color(u: number, v: number): Color;
  direction(u: number, v: number): number;
}

/** One round of painting: width, length and distance of strokes in pixels; colors vary by `stray`. */
export interface Round {
  width: number;
  length: number;
  apart: number;
  stray: number;
  /** The local contrast that a position must have to be painted in this round; 0 paints everywhere. */
  detail: number;
}

/** A canvas primed with one color, and no relief. */
export function primed(size: number, ground: Color): Painting {
  const paint = canvas(size);
  for (let i = 0; i < paint.data.length; i++) paint.data[i] = ground[i % 3];
  return { paint, relief: new Float32Array(size * size) };
}

/** Paints one round of strokes all over, in random order (Hertzmann 1998: large brushes first, then smaller ones). */
export function paintRound(painting: Painting, motif: Motif, round: Round, next: Random): void {
  const size = painting.paint.width;
  const positions: [number, number][] = [];
  for (let y = 0; y < size; y += round.apart) {
    for (let x = 0; x < size; x += round.apart) {
      positions.push([x + round.apart * next(), y + round.apart * next()]);
    }
  }
  for (let i = positions.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [positions[i], positions[j]] = [positions[j], positions[i]];
  }
  for (const [x, y] of positions) {
    const color = motif.color(x / size, y / size);
    if (round.detail > 0 && localContrast(motif, color, x / size, y / size, (1.2 * round.width) / size) < round.detail)
      continue;
    stroke(
      painting,
      strokePath(motif, color, x, y, size, round, next),
      round.width * mix(0.75, 1.15, next()),
      varyColor(color, round.stray, next),
      next,
    );
  }
}

function localContrast(motif: Motif, color: Color, u: number, v: number, reach: number): number {
  return Math.max(
    ...[
      [reach, 0],
      [-reach, 0],
      [0, reach],
      [0, -reach],
    ].map(([du, dv]) => colorDistance(color, motif.color(u + du, v + dv))),
  );
}

function colorDistance(a: Color, b: Color): number {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
}

/** The path of a stroke: it follows the motif's direction, and ends where the color changes. */
function strokePath(
  motif: Motif,
  color: Color,
  x: number,
  y: number,
  size: number,
  round: Round,
  next: Random,
): number[] {
  const points = [x, y];
  const step = Math.max(2, round.width / 3);
  const length = round.length * mix(0.6, 1.2, next());
  let back = next() < 0.5 ? Math.PI : 0;
  for (let gone = 0; gone < length; gone += step) {
    const angle = motif.direction(x / size, y / size) + back;
    x += step * Math.cos(angle);
    y += step * Math.sin(angle);
    // A direction field may flip its sign between two points; the brush does not.
    const n = points.length;
    if (
      n > 2 &&
      (x - points[n - 2]) * (points[n - 2] - points[n - 4]) + (y - points[n - 1]) * (points[n - 1] - points[n - 3]) <
        0
    ) {
      back = Math.PI - back;
      x -= 2 * step * Math.cos(angle);
      y -= 2 * step * Math.sin(angle);
    }
    if (gone > 1.2 * round.width && colorDistance(color, motif.color(x / size, y / size)) > 0.3) break;
    points.push(x, y);
  }
  return points;
}

function varyColor(color: Color, stray: number, next: Random): Color {
  const light = 1 + stray * (next() + next() - 1);
  const warm = stray * 0.5 * (next() - 0.5);
  const green = stray * 0.35 * (next() - 0.5);
  return [clamp(color[0] * light + warm), clamp(color[1] * light + green), clamp(color[2] * light - warm)];
}

/** Pulls the brush along the points [x, y, x, y, …]: each bristle leaves a streak of its color and thickness. */
export function stroke(
  { paint, relief }: Painting,
  points: number[],
  width: number,
  color: Color,
  next: Random,
): void {
  const side = paint.width;
  const bristles = Math.max(3, Math.round(width / 0.7));
  const mark = Math.floor(next() * 1e6);
  const body = 0.55 + 0.3 * next();
  let whole = 0;
  for (let i = 2; i < points.length; i += 2)
    whole += Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]);
  let gone = 0;
  for (let i = 2; i < points.length; i += 2) {
    const dx = points[i] - points[i - 2];
    const dy = points[i + 1] - points[i - 1];
    const length = Math.hypot(dx, dy);
    for (let s = 0; s < length; s += 0.7) {
      const t = (gone + s) / whole;
      const x = points[i - 2] + (dx * s) / length;
      const y = points[i - 1] + (dy * s) / length;
      // The brush is pressed down quickly and lifted slowly; lifted, it is narrower and its bristles run dry.
      const press = Math.min(1, 0.45 + 5 * t, 0.35 + 3.2 * (1 - t));
      const half = (width / 2) * press;
      for (let b = 0; b < bristles; b++) {
        const across = (2 * (b + 0.5)) / bristles - 1;
        const streak = hash(b, mark);
        if (t > 0.55 + 0.5 * streak || t < 0.05 * hash(b, mark, 1)) continue;
        const px = Math.round(x - (dy / length) * across * half);
        const py = Math.round(y + (dx / length) * across * half);
        if (px < 0 || py < 0 || px >= side || py >= side) continue;
        const i = py * side + px;
        const load = noise(b * 0.37, (gone + s) * 0.03, mark & 1023);
        const tone = 1 + 0.16 * (streak - 0.5) + 0.1 * load;
        const alpha = 0.82;
        for (let c = 0; c < 3; c++)
          paint.data[3 * i + c] += (clamp(color[c] * tone) - paint.data[3 * i + c]) * alpha;
        // Paint is pushed out from under the brush into a ridge on either side.
        const thick = body + 0.32 * load + 0.2 * (streak - 0.5) + 0.28 * across ** 8 + 0.25 * Math.max(0, 1 - 8 * t);
        relief[i] += (thick - relief[i]) * 0.7;
      }
    }
    gone += length;
  }
}
