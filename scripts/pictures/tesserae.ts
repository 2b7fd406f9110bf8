// The stones of a mosaic: distributed evenly, and oriented along the contours of a design.
import { blurPlane, type Color } from "./canvas";
import { clamp, random } from "./noise";

/** The design of the mosaic: at (u, v), a color, and the number of the part of the picture that it belongs to. */
export type Design = (u: number, v: number) => { part: number; color: Color };

/** Maps of a design, one value per pixel: its color, the direction of the contours, and the distance to the nearest edge. */
interface DesignMap {
  color(x: number, y: number): Color;
  angle: Float32Array;
  far: Float32Array;
}

function mapDesign(design: Design, side: number): DesignMap {
  const part = new Int16Array(side * side);
  const far = new Float32Array(side * side).fill(1e4);
  for (let i = 0; i < part.length; i++) part[i] = design((i % side) / side, Math.floor(i / side) / side).part;
  for (let i = 0; i < part.length - side - 1; i++)
    if (part[i] !== part[i + 1] || part[i] !== part[i + side]) far[i] = 0;
  // Distance to the nearest edge, in two sweeps (Rosenfeld and Pfaltz 1966).
  const relax = (i: number, j: number, cost: number): void => {
    if (far[j] + cost < far[i]) far[i] = far[j] + cost;
  };
  for (let y = 1; y < side - 1; y++)
    for (let x = 1; x < side - 1; x++) {
      const i = y * side + x;
      relax(i, i - 1, 1);
      relax(i, i - side, 1);
      relax(i, i - side - 1, 1.414);
      relax(i, i - side + 1, 1.414);
    }
  for (let y = side - 2; y > 0; y--)
    for (let x = side - 2; x > 0; x--) {
      const i = y * side + x;
      relax(i, i + 1, 1);
      relax(i, i + side, 1);
      relax(i, i + side + 1, 1.414);
      relax(i, i + side - 1, 1.414);
    }
  const smooth = blurPlane(
      far.map((d) => Math.min(d, side / 12)),
      side,
      side,
      side / 170,
    ),
    angle = new Float32Array(side * side);
  for (let i = side + 1; i < angle.length - side - 1; i++) {
    angle[i] = Math.atan2(smooth[i + side] - smooth[i - side], smooth[i + 1] - smooth[i - 1]);
  }
  return { angle, far, color: (x, y) => design((x + 0.5) / side, (y + 0.5) / side).color };
}

export interface Stone {
  x: number;
  y: number;
  cos: number;
  sin: number;
  color: Color;
  tilt: [number, number];
  shine: number;
}
export interface Stones {
  at: Stone[];
  pitch: number;
}

/** Distributes stones evenly, each oriented along its contour (Hausner 2001, "Simulating decorative mosaics"). */
export function placeStones(design: Design, side: number, seed: number): Stones {
  const map = mapDesign(design, side);
  const next = random(seed + 400);
  const pitch = side / 70;
  const stones: Stones = { at: [], pitch };
  for (let y = pitch / 2; y < side; y += pitch)
    for (let x = pitch / 2; x < side; x += pitch) {
      stones.at.push({
        x: x + (next() - 0.5) * pitch,
        y: y + (next() - 0.5) * pitch,
        cos: 1,
        sin: 0,
        color: [0, 0, 0],
        tilt: [(next() - 0.5) * 0.09, (next() - 0.5) * 0.09],
        shine: 0.34 * (next() - 0.5),
      });
    }
  for (let round = 0; round < 12; round++) {
    for (const stone of stones.at) turn(stone, map, side);
    const { first } = nearestStones(stones, side, 2);
    const sums = new Float64Array(3 * stones.at.length);
    for (let y = 0; y < side; y += 2)
      for (let x = 0; x < side; x += 2) {
        const i = y * side + x;
        const k = 3 * first[i];
        // Pixels near an edge do not count, which pushes stones away from it.
        if (map.far[i] < side / 500) continue;
        sums[k] += x;
        sums[k + 1] += y;
        sums[k + 2]++;
      }
    stones.at.forEach((stone, k) => {
      const count = sums[3 * k + 2];
      if (count > 0) [stone.x, stone.y] = [sums[3 * k] / count, sums[3 * k + 1] / count];
    });
  }
  for (const stone of stones.at) {
    turn(stone, map, side);
    stone.color = map.color(clamp(stone.x, 0, side - 1), clamp(stone.y, 0, side - 1));
  }
  return stones;
}

function turn(stone: Stone, { angle }: DesignMap, side: number): void {
  const a = angle[clamp(Math.round(stone.y), 1, side - 2) * side + clamp(Math.round(stone.x), 1, side - 2)];
  [stone.cos, stone.sin] = [Math.cos(a), Math.sin(a)];
}

/** For each pixel its stone, and how much farther the next one is (0 at the joint), in the metric of the rotated squares. */
export function nearestStones(
  { at, pitch }: Stones,
  side: number,
  every = 1,
): { first: Int32Array; gap: Float32Array } {
  const cells = Math.ceil(side / pitch);
  const buckets: number[][] = Array.from({ length: cells * cells }, () => []);
  at.forEach(({ x, y }, k) =>
    buckets[clamp(Math.floor(y / pitch), 0, cells - 1) * cells + clamp(Math.floor(x / pitch), 0, cells - 1)].push(k),
  );
  const first = new Int32Array(side * side);
  const gap = new Float32Array(side * side);
  for (let y = 0; y < side; y += every)
    for (let x = 0; x < side; x += every) {
      const cx = Math.floor(x / pitch);
      const cy = Math.floor(y / pitch);
      let best = 1e9;
      let second = 1e9;
      let nearest = 0;
      for (let j = Math.max(0, cy - 2); j <= Math.min(cells - 1, cy + 2); j++) {
        for (let i = Math.max(0, cx - 2); i <= Math.min(cells - 1, cx + 2); i++) {
          for (const k of buckets[j * cells + i]) {
            const dx = x - at[k].x;
            const dy = y - at[k].y;
            const d =
              Math.max(Math.abs(dx * at[k].cos + dy * at[k].sin), Math.abs(dy * at[k].cos - dx * at[k].sin)) +
              0.15 * Math.sqrt(dx * dx + dy * dy);
            if (d < best) [second, best, nearest] = [best, d, k];
            else if (d < second) second = d;
          }
        }
      }
      first[y * side + x] = nearest;
      gap[y * side + x] = (second - best) / pitch;
    }
  return { first, gap };
}
