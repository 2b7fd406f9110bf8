// A red cabin on the headland, with a jetty: a few flat faces, each with its own texture.
import { horizon, haze, shade, zoom, type View } from "./air";
import type { Color } from "./canvas";
import { clamp, hash, noise, smoothstep } from "./noise";
import { addScaled, cross, dot, subtract, normalize, type Vector } from "./vector";

/** A parallelogram in space; `paint` gives the color at (u, v) in 0…1, or undefined where it is cut away. */
interface Face {
  corner: Vector;
  right: Vector;
  up: Vector;
  paint(u: number, v: number, normal: Vector): Color | undefined;
}

/** Draws the cabin into a view. */
export function cabin(view: View): void {
  const { light, depth, eye } = view;
  const side = light.width;
  const built = faces();
  for (let y = 0; y < side; y++) {
    const rise = (horizon - (y + 0.5) / side) / zoom;
    for (let x = 0; x < side; x++) {
      const ray: Vector = [((x + 0.5) / side - 0.5) / zoom, rise, 1];
      const i = y * side + x;
      if (ray[0] < 0.05 || ray[0] > 0.4 || Math.abs(rise) > 0.2) continue;
      for (const face of built) {
        const normal = normalize(cross(face.up, face.right));
        const z = (dot(normal, face.corner) - normal[1] * eye) / dot(normal, ray);
        if (!(z > 1 && z < depth[i])) continue;
        const q = subtract([ray[0] * z, eye + rise * z, z], face.corner);
        const u = dot(q, face.right) / dot(face.right, face.right);
        const v = dot(q, face.up) / dot(face.up, face.up);
        if (u < 0 || u > 1 || v < 0 || v > 1) continue;
        const color = face.paint(u, v, dot(normal, ray) > 0 ? [-normal[0], -normal[1], -normal[2]] : normal);
        if (!color) continue;
        depth[i] = z;
        light.data.set(haze(color, [ray[0] * z, 0, z]), 3 * i);
      }
    }
  }
}

function faces(): Face[] {
  // The gable looks at the camera, a little to the left; `deep` runs along the ridge.
  const foot: Vector = [14.2, 0.9, 76];
  const wide: Vector = [6.2, 0, 1.4];
  const deep: Vector = [-1.7, 0, 7.6];
  const wall = 3.1;
  const ridge = 5.7;
  const tall: Vector = [0, ridge, 0];
  const half = addScaled([0, 0, 0], wide, 0.5);
  const eave = addScaled(foot, [0, 1, 0], wall);
  const slope = (from: Vector, way: Vector): Face => {
    const over = addScaled(addScaled(from, way, -0.16), [0, 1, 0], (-0.16 * (ridge - wall)) / 1);
    return {
      corner: addScaled(over, deep, -0.07),
      right: addScaled([0, 0, 0], deep, 1.14),
      up: addScaled([way[0] * 1.16, 0, way[2] * 1.16], [0, 1, 0], 1.16 * (ridge - wall)),
      paint: roof,
    };
  };
  return [
    {
      corner: foot,
      right: wide,
      up: tall,
      paint: (u, v, n) =>
        v * ridge > wall + (ridge - wall) * (1 - Math.abs(2 * u - 1)) ? undefined : front(u, v * ridge, n),
    },
    { corner: foot, right: deep, up: [0, wall, 0], paint: (u, v, n) => flank(u, v * wall, n) },
    slope(eave, half),
    slope(addScaled(eave, wide, 1), [-half[0], 0, -half[2]]),
    ...chimney(addScaled(addScaled(addScaled(foot, wide, 0.3), deep, 0.7), [0, 1, 0], 3.6)),
    ...jetty(),
  ];
}

function boards(u: number, n: Vector, sunny: number): Color {
  const board = Math.floor(u);
  const gap = smoothstep(0.5, 0.42, Math.abs(u - board - 0.5));
  const tone = 0.8 + 0.35 * hash(board, 3);
  return shade([0.33 * tone * gap, 0.045 * tone * gap, 0.03 * tone * gap], n, sunny, 0.7);
}

const white: Color = [0.72, 0.7, 0.66];

function front(u: number, h: number, n: Vector): Color {
  const x = u * 6.2;
  const frame = (l: number, r: number, b: number, t: number): number => Math.min(x - l, r - x, h - b, t - h);
  const edge = Math.min(x, 6.2 - x, 3.1 + 2.6 * (1 - Math.abs(2 * u - 1)) - h);
  if (edge < 0.16) return shade(white, n, 0.9, 0.7);
  const door = frame(3.9, 4.9, 0, 2.1);
  const window = Math.max(frame(1.2, 2.9, 1, 2.25), frame(2.6, 3.6, 3.3, 4.2));
  if (door > 0.1) return shade([0.05, 0.09, 0.08], n, 0.9, 0.6);
  if (window > 0.1) return pane(x * 1.25, h * 1.5, window);
  return Math.max(door, window) > 0 ? shade(white, n, 0.9, 0.7) : boards(x * 4.5, n, h < 0.25 ? 0.4 : 0.95);
}

function flank(u: number, h: number, n: Vector): Color {
  const x = u * 7.8;
  const at = Math.abs(((x + 0.2) % 2.6) - 1.3);
  const window = Math.min(0.62 - at, h - 1, 2.25 - h);
  if (window > 0.1) return pane(x * 1.6, h * 1.5, window);
  if (window > 0) return shade(white, n, 0.9, 0.7);
  // The eave throws its shadow on the boards.
  return boards(x * 4.5, n, smoothstep(2.85, 2.6, h));
}

function pane(x: number, y: number, inside: number): Color {
  const bar = Math.abs(x - Math.round(x)) < 0.05 || Math.abs(y - Math.round(y)) < 0.06;
  if (bar) return [0.7, 0.6, 0.5];
  const lamp = 0.75 + 0.25 * noise(x * 2, y * 2, 5);
  return [3.4 * lamp, 1.75 * lamp, 0.55 * lamp].map((c) => c * clamp(0.5 + 2 * inside)) as Color;
}

function roof(u: number, v: number, n: Vector): Color {
  const row = Math.floor(v * 16);
  const tile = Math.floor(u * 22 + 0.5 * (row & 1));
  const tone = 0.75 + 0.5 * hash(row, tile);
  const lip = 0.7 + 0.3 * smoothstep(0, 0.25, v * 16 - row);
  const moss = smoothstep(0.1, 0.7, noise(u * 6, v * 5, 9));
  return shade([0.085 * tone * lip + 0.01 * moss, 0.08 * tone * lip + 0.03 * moss, 0.085 * tone * lip], n, 0.95, 0.8);
}

function chimney(foot: Vector): Face[] {
  const brick = (u: number, v: number, n: Vector): Color => {
    const row = Math.floor(v * 14);
    const tone = 0.6 + 0.5 * hash(row, Math.floor(u * 3 + 0.5 * (row & 1)));
    return shade([0.26 * tone, 0.17 * tone, 0.13 * tone], n, 0.9, 0.6);
  };
  return [
    { corner: foot, right: [0.9, 0, 0.2], up: [0, 3, 0], paint: brick },
    { corner: foot, right: [-0.2, 0, 0.9], up: [0, 3, 0], paint: brick },
  ];
}

function jetty(): Face[] {
  const plank = (u: number, v: number, n: Vector): Color => {
    const row = Math.floor(u * 26);
    const tone = (0.7 + 0.5 * hash(row, 8)) * smoothstep(0.5, 0.4, Math.abs(u * 26 - row - 0.5));
    return shade([0.27 * tone, 0.24 * tone, 0.2 * tone], n, 0.9, 0.8 + 0 * v);
  };
  const post = (x: number, z: number): Face => ({
    corner: [x, -0.2, z],
    right: [0.28, 0, 0],
    up: [0, 1.5, 0],
    paint: (u, _v, n) => shade([0.16 - 0.1 * u, 0.13 - 0.08 * u, 0.1 - 0.06 * u], n, 0.9, 0.6),
  });
  const deck: Vector = [4.2, 0.75, 66.5];
  const out: Vector = [8.6, 0, 5.5];
  return [
    { corner: deck, right: out, up: [-0.95, 0, 1.5], paint: plank },
    {
      corner: [4.2, 0.5, 66.5],
      right: out,
      up: [0, 0.25, 0],
      paint: (_u, _v, n) => shade([0.12, 0.1, 0.08], n, 0.7, 0.4),
    },
    post(4.3, 66.5),
    post(3.4, 67.9),
    post(7.1, 68.3),
    post(9.8, 70),
  ];
}
