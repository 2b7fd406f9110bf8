// The land of the valley: mountains carved by rain, hills, a lake basin, a headland. Metres; the lake lies at height 0.
import { clamp, fbm, mix, noise, worley, random, ridged, smoothstep } from "./noise";

/** Heights on a square grid, with bilinear interpolation in between. */
interface Grid {
  side: number;
  step: number;
  x: number;
  z: number;
  height: Float32Array;
}

/** The land: its height at a point of the map, and that of the mountains alone, which is smoother and cheaper. */
export interface Land {
  height(x: number, z: number): number;
  mountains(x: number, z: number): number;
}

/** Makes the land; `detail` is the number of grid points along a side of the mountains. */
export function land(seed: number, detail: number): Land {
  const far = grid(detail, 6400, -3200, 380, (x, z) => massif(x, z, seed));
  erode(far, 0.28 * detail * detail, seed);
  const near = grid(Math.max(64, detail >> 1) * 2, 620, -310, 0, (x, z) => shore(x, z, seed));
  const mountains = (x: number, z: number): number => at(far, x, z) + roughness(x, z, seed);
  return {
    mountains,
    height: (x, z) => {
      if (z < 400) {
        const ground = at(near, x, z);
        return ground + stones(x, z, ground, seed);
      }
      const hills = mountains(x, z);
      return z > 600 ? hills : mix(Math.max(at(near, x, z), hills), hills, smoothstep(400, 600, z));
    },
  };
}

// Rock has detail at every scale; what is finer than the grid is added at evaluation.
function roughness(x: number, z: number, seed: number): number {
  return (
    (9 * fbm(x / 38, z / 38, 3, seed + 60) - 5 * Math.abs(noise(x / 16, z / 16, seed + 63))) *
    smoothstep(700, 2300, z)
  );
}

function massif(x: number, z: number, seed: number): number {
  const wx = x + 260 * fbm(x / 900, z / 900, 3, seed + 10);
  const wz = z + 260 * fbm(x / 900, z / 900, 3, seed + 14);
  const peak = (px: number, pz: number, width: number, height: number): number =>
    height * Math.exp(-((Math.hypot(wx - px, wz - pz) / width) ** 1.35));
  const bulk =
    peak(-330, 3500, 950, 1080) +
    peak(620, 4300, 900, 850) +
    peak(-1750, 2500, 800, 560) +
    peak(1750, 2700, 850, 600) +
    peak(-1000, 5200, 1100, 700) +
    peak(2300, 4600, 1300, 700);
  const crests = ridged(wx / 1100, wz / 1100, 7, seed + 20);
  const foothills = 70 * smoothstep(500, 1600, z) * (1 + fbm(x / 420, z / 420, 4, seed + 30)) + 0.02 * (z - 430);
  return foothills + bulk * (0.42 + 0.85 * crests);
}

/** The ground near the lake: positive on land. */
function shore(x: number, z: number, seed: number): number {
  const wander = fbm(x / 45, z / 45, 5, seed + 40);
  const broad = noise(x / 130, z / 130, seed + 45);
  const opposite = (z - 330 - 60 * broad - 0.1 * x) * 0.16;
  const left = (-52 - x - 0.16 * Math.abs(z - 215) + 16 * wander) * 0.34 - 9 * smoothstep(160, 110, z);
  const headland =
    Math.min(5.4 - 0.2 * Math.hypot((x - 46) * 0.62, (z - 88) * 1.15), 2.6 + 0.05 * (x - 20)) * 0.75 + 0.5 * wander;
  const bank = (17.5 - z + 3.2 * wander - 0.22 * x) * 0.14;
  const ground = Math.max(opposite, left, headland, bank) + 0.5 * wander * smoothstep(20, 60, z);
  return Math.max(-6, ground);
}

// Boulders, most of them at the water's edge.
function stones(x: number, z: number, ground: number, seed: number): number {
  const edge = z > 130 ? 0 : smoothstep(0.75, 0.1, Math.abs(ground + 0.05));
  if (edge === 0) return 0;
  let height = 0;
  for (const size of z < 40 ? [0.5, 1.7] : [2.4]) {
    const { near, id } = worley(
      x / size + 0.25 * noise((x * 2.3) / size, (z * 2.3) / size, seed),
      z / size,
      seed + 50,
    );
    const reach = 0.2 + 0.3 * id;
    if (id > 0.45 && near < reach) height = Math.max(height, Math.sqrt(reach * reach - near * near) * size * 0.8);
  }
  return height * edge * (1 + 0.25 * noise(x * 3, z * 3, seed + 51));
}

function grid(side: number, length: number, x: number, z: number, height: (x: number, z: number) => number): Grid {
  const step = length / side;
  return {
    side,
    step,
    x,
    z,
    height: Float32Array.from({ length: side * side }, (_, i) =>
      height(x + (i % side) * step, z + Math.floor(i / side) * step),
    ),
  };
}

function at({ side, step, x, z, height }: Grid, px: number, pz: number): number {
  const gx = clamp((px - x) / step, 0, side - 1.01);
  const gz = clamp((pz - z) / step, 0, side - 1.01);
  const ix = Math.floor(gx);
  const iz = Math.floor(gz);
  const dx = gx - ix;
  const dz = gz - iz;
  const i = iz * side + ix;
  return (
    (height[i] * (1 - dx) + height[i + 1] * dx) * (1 - dz) +
    (height[i + side] * (1 - dx) + height[i + side + 1] * dx) * dz
  );
}

/**
 * Hydraulic erosion: drops run downhill, pick up rock where they are fast and deposit it where they are slow
 * (after H. T. Beyer, "Implementation of a method for hydraulic erosion", 2015). Changes the grid.
 */
function erode({ side, step, height }: Grid, drops: number, seed: number): void {
  const next = random(seed + 99);
  for (let drop = 0; drop < drops; drop++) {
    let x = 1 + next() * (side - 3);
    let z = 1 + next() * (side - 3);
    let dx = 0;
    let dz = 0;
    let speed = 1;
    let water = 1;
    let load = 0;
    for (let life = 0; life < 48; life++) {
      const ix = Math.floor(x);
      const iz = Math.floor(z);
      const u = x - ix;
      const v = z - iz;
      const i = iz * side + ix;
      const a = height[i];
      const b = height[i + 1];
      const c = height[i + side];
      const d = height[i + side + 1];
      const start = (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v;
      dx = 0.3 * dx - (0.7 * ((b - a) * (1 - v) + (d - c) * v)) / step;
      dz = 0.3 * dz - (0.7 * ((c - a) * (1 - u) + (d - b) * u)) / step;
      const length = Math.hypot(dx, dz);
      if (length < 1e-6) break;
      [dx, dz] = [dx / length, dz / length];
      [x, z] = [x + dx, z + dz];
      if (x < 1 || z < 1 || x > side - 3 || z > side - 3) break;
      const jx = Math.floor(x);
      const jz = Math.floor(z);
      const s = x - jx;
      const t = z - jz;
      const j = jz * side + jx;
      const end =
        (height[j] * (1 - s) + height[j + 1] * s) * (1 - t) +
        (height[j + side] * (1 - s) + height[j + side + 1] * s) * t;
      const fall = end - start;
      const capacity = Math.max(-fall / step, 0.02) * speed * water * 5;
      // Uphill, or over capacity: deposit. Otherwise erode, but never deeper than the step down.
      const change =
        fall > 0 ? Math.min(fall, load) : load > capacity ? (load - capacity) * 0.25 : -Math.min((capacity - load) * 0.28, -fall);
      load -= change;
      height[i] += change * (1 - u) * (1 - v);
      height[i + 1] += change * u * (1 - v);
      height[i + side] += change * (1 - u) * v;
      height[i + side + 1] += change * u * v;
      speed = Math.sqrt(Math.max(0, speed * speed - fall * 0.12));
      water *= 0.98;
    }
  }
}
