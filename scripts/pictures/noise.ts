// Seeded randomness: a generator, noise in two and three dimensions, and sums of noise.

/** A stream of numbers in 0…1. The same seed gives the same stream, on every machine. */
export type Random = () => number;

/** Starts a stream of random numbers (mulberry32). */
export function random(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A random number in 0…1 for a point of the integer lattice. It has no state, so the order of calls does not matter. */
export function hash(x: number, y: number, z = 0): number {
  let h = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(z | 0, 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

// Sixteen unit gradients around the circle, for the lattice points.
const gradients = Float64Array.from({ length: 32 }, (_, i) => {
  const angle = ((i >> 1) / 16) * 2 * Math.PI;
  return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
});

function corner(ix: number, iy: number, dx: number, dy: number, seed: number): number {
  const i = ((hash(ix, iy, seed) * 16) | 0) * 2;
  return gradients[i] * dx + gradients[i + 1] * dy;
}

/** Gradient noise (Perlin 2002) on the plane: smooth, mean 0, about −1…1, features one unit wide. */
export function noise(x: number, y: number, seed = 0): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const dx = x - ix;
  const dy = y - iy;
  const u = dx * dx * dx * (dx * (dx * 6 - 15) + 10);
  const v = dy * dy * dy * (dy * (dy * 6 - 15) + 10);
  const top = corner(ix, iy, dx, dy, seed) * (1 - u) + corner(ix + 1, iy, dx - 1, dy, seed) * u;
  const bottom = corner(ix, iy + 1, dx, dy - 1, seed) * (1 - u) + corner(ix + 1, iy + 1, dx - 1, dy - 1, seed) * u;
  return 1.5 * (top * (1 - v) + bottom * v);
}

/** Value noise in space, −1…1: cheaper than gradient noise, for the texture of solid objects. */
export function noise3(x: number, y: number, z: number, seed = 0): number {
  const iz = Math.floor(z);
  const dz = z - iz;
  const w = dz * dz * (3 - 2 * dz);
  const near = valueNoise(x, y, seed + 7919 * iz);
  const far = valueNoise(x, y, seed + 7919 * (iz + 1));
  return near * (1 - w) + far * w;
}

function valueNoise(x: number, y: number, seed: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const dx = x - ix;
  const dy = y - iy;
  const u = dx * dx * (3 - 2 * dx);
  const v = dy * dy * (3 - 2 * dy);
  const top = hash(ix, iy, seed) * (1 - u) + hash(ix + 1, iy, seed) * u;
  const bottom = hash(ix, iy + 1, seed) * (1 - u) + hash(ix + 1, iy + 1, seed) * u;
  return 2 * (top * (1 - v) + bottom * v) - 1;
}

/** Fractal noise: octaves of noise, each twice as fine and `gain` times as strong as the last. About −1…1. */
export function fbm(x: number, y: number, octaves = 5, seed = 0, gain = 0.5): number {
  let sum = 0;
  let strength = 1;
  let total = 0;
  for (let i = 0; i < octaves; i++) {
    sum += strength * noise(x, y, seed + i);
    total += strength;
    strength *= gain;
    // Rotating each octave hides the lattice.
    [x, y] = [1.6 * x - 1.2 * y + 17.3, 1.2 * x + 1.6 * y - 9.1];
  }
  return (1.5 * sum) / total;
}

/** Fractal noise with sharp crests (1 on a ridge, 0 in a valley): mountains, marble, cracks. */
export function ridged(x: number, y: number, octaves = 6, seed = 0): number {
  let sum = 0;
  let strength = 0.5;
  let previous = 1;
  for (let i = 0; i < octaves; i++) {
    const crest = (1 - Math.abs(noise(x, y, seed + i))) ** 2;
    sum += strength * crest * previous;
    previous = crest;
    strength *= 0.5;
    [x, y] = [1.6 * x - 1.2 * y + 5.7, 1.2 * x + 1.6 * y + 3.3];
  }
  return sum;
}

/** Cellular noise (Worley 1996), one point per unit cell: the distances to the two nearest points, and the nearest one's number. */
export function worley(x: number, y: number, seed = 0): { near: number; second: number; id: number } {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  let near = 9;
  let second = 9;
  let id = 0;
  for (let j = iy - 1; j <= iy + 1; j++) {
    for (let i = ix - 1; i <= ix + 1; i++) {
      const distance = Math.hypot(i + hash(i, j, seed) - x, j + hash(i, j, seed + 1) - y);
      if (distance < near) [second, near, id] = [near, distance, hash(i, j, seed + 2)];
      else if (distance < second) second = distance;
    }
  }
  return { near, second, id };
}

/** 0 below `from`, 1 above `to`, a smooth ramp between. `from` may be the larger: then it falls. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** x clamped to low…high. */
export function clamp(x: number, low = 0, high = 1): number {
  return x < low ? low : x > high ? high : x;
}

/** The number that is `t` of the way from a to b. */
export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}
