// Pears and lemons for the still life, as signed distance functions with a surface.
import { blend, hex, type Color } from "./canvas";
import { clamp, hash, noise3, smoothstep } from "./noise";
import type { Surface, SceneObject } from "./tracer";
import { tangents, dot, vectorLength, subtract, normalize, type Vector } from "./vector";

/** A point in the local coordinates of an object that stands at `foot` and points along `axis`. */
function toLocal(p: Vector, foot: Vector, axis: Vector, side: Vector, front: Vector): Vector {
  const q = subtract(p, foot);
  return [dot(q, side), dot(q, axis), dot(q, front)];
}

function smoothMin(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
}

function pear(foot: Vector, lean: Vector, size: number, seed: number): SceneObject {
  const axis = normalize(lean);
  const [side, front] = tangents(axis);
  const bend = 0.1 * (hash(seed, 1) - 0.2);
  const local = (p: Vector): Vector => {
    const q = toLocal(p, foot, axis, side, front);
    const y = q[1] / size;
    return [q[0] / size - bend * y * y, y, q[2] / size];
  };
  const flesh = (x: number, y: number, z: number): number => {
    const r = Math.sqrt(x * x + z * z);
    const belly = vectorLength(r, (y - 0.5) * 1.04) - 0.52;
    const neck = vectorLength(r, y - 1.12) - 0.215;
    const dimple = y < 0.2 ? 0.1 * Math.exp(-100 * (r * r + (y - 0.02) ** 2)) : 0;
    return smoothMin(belly, neck, 0.5) + dimple;
  };
  const stalk = (x: number, y: number, z: number): number => {
    const h = clamp(y, 1.26, 1.66);
    const dx = x - 0.5 * (h - 1.26) ** 2;
    return vectorLength(dx, y - h, z) - 0.022 - 0.05 * Math.max(0, h - 1.58);
  };
  return {
    center: [foot[0] + axis[0] * 0.75 * size, foot[1] + axis[1] * 0.75 * size, foot[2] + axis[2] * 0.75 * size],
    radius: 1.02 * size,
    distance: (p) => {
      const [x, y, z] = local(p);
      return Math.min(flesh(x, y, z), stalk(x, y, z)) * size * 0.85;
    },
    surface: (p, normal) => {
      const [x, y, z] = local(p);
      if (stalk(x, y, z) < flesh(x, y, z)) return matt(hex("#2c1c10"), normal);
      const patch = noise3(x * 3, y * 3, z * 3, seed);
      const fine = noise3(x * 14, y * 14, z * 14, seed + 1);
      let skin = blend([0.44, 0.42, 0.07], [0.62, 0.46, 0.09], clamp(0.5 + 0.6 * patch));
      const blush = smoothstep(0.1, 0.75, x * 0.9 + 0.35 * z + 0.3 * patch + 0.12 * fine);
      skin = blend(skin, [0.5, 0.12, 0.05], 0.75 * blush);
      // Russet round the stalk and the calyx, and small brown dots.
      const russet = smoothstep(1.12, 1.36, y + 0.12 * patch) + smoothstep(0.13, 0.02, y + 0.04 * patch);
      skin = blend(skin, [0.25, 0.14, 0.05], 0.8 * clamp(russet));
      skin = blend(skin, [0.24, 0.15, 0.05], 0.75 * smoothstep(0.68, 0.86, noise3(x * 34, y * 34, z * 34, seed + 2)));
      return { albedo: skin, gloss: 0.04, roughness: 0.16 + 0.05 * fine, normal: bumped(p, normal, 16, 0.016, seed) };
    },
  };
}

function lemon(center: Vector, lean: Vector, size: number, seed: number): SceneObject {
  const axis = normalize(lean);
  const [side, front] = tangents(axis);
  const distance = (p: Vector): number => {
    const [x, y, z] = toLocal(p, center, axis, side, front);
    const r = vectorLength(x, z) / size;
    const h = y / size;
    const body = vectorLength(r, h * 0.8) - 0.5;
    const tip = vectorLength(r, Math.abs(h) - 0.6) - 0.1;
    return smoothMin(body, tip, 0.22) * size * 0.8;
  };
  return {
    center,
    radius: 0.85 * size,
    distance,
    surface: (p, normal) => {
      const tone = noise3(p[0] * 4, p[1] * 4, p[2] * 4, seed);
      return {
        albedo: blend([0.78, 0.5, 0.03], [0.74, 0.56, 0.07], 0.5 + 0.5 * tone),
        gloss: 0.045,
        roughness: 0.2,
        normal: bumped(p, normal, 26, 0.05, seed),
      };
    },
  };
}

/** All the fruit on the table. */
export function fruit(seed: number): SceneObject[] {
  return [
    pear([-0.98, 0.3, 0.35], [-0.25, 1, -0.12], 0.98, seed + 1),
    pear([-0.2, 0.32, 0.62], [0.32, 1, 0.1], 0.95, seed + 2),
    pear([1.32, -0.01, -0.35], [0.06, 1, -0.02], 1.0, seed + 3),
    lemon([-0.52, 0.72, -0.22], [1, 0.25, -0.2], 0.82, seed + 5),
    lemon([0.62, 0.39, -1.15], [1, 0.06, 0.45], 0.8, seed + 6),
  ];
}

/** A matt surface: it scatters light and has no gloss. */
export function matt(albedo: Color, normal: Vector): Surface {
  return { albedo, gloss: 0, roughness: 1, normal };
}

/** A normal perturbed by small bumps (bump mapping), `fineness` of them per unit of length. */
export function bumped(p: Vector, normal: Vector, fineness: number, depth: number, seed: number): Vector {
  const at = (k: number): number => depth * noise3(p[0] * fineness, p[1] * fineness, p[2] * fineness, seed + 50 + k);
  return normalize([normal[0] + at(0), normal[1] + at(1), normal[2] + at(2)]);
}
