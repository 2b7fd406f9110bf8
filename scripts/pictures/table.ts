// A still life by a window: a bowl of pears, a jug, lemons and a linen cloth on an old table, path-traced.
import { blend, develop, ramp, type Canvas } from "./canvas";
import { render } from "./exposure";
import { bumped, fruit, matt } from "./fruit";
import { clamp, fbm, hash, mix, noise, noise3, smoothstep } from "./noise";
import type { Scene, Surface, SceneObject } from "./tracer";
import { vectorLength, normalize, type Vector } from "./vector";

/** Renders the still life: `size` pixels square. */
export function table(size: number, seed: number): Canvas {
  const scene: Scene = {
    objects: [...fruit(seed), bowl([-0.55, 0, 0.35]), jug([1.25, 0, 1.75]), cloth(seed)],
    table: (p) => wood(p, seed),
    wall: (p) => plaster(p, seed),
    wallAt: 4.2,
    window: { x: -4.6, y: [0.9, 5.2], z: [-2.6, 1.9], light: [15, 15.6, 16.4], bars: [3, 2] },
    dusk: (d) => (d[1] > 0 ? [0.2, 0.17, 0.15] : [0.05, 0.04, 0.04]),
  };
  const camera = { from: [0.25, 2.75, -7.6] as Vector, at: [0.12, 0.78, 0] as Vector, zoom: 1.72, lens: 0.07 };
  const light = render(scene, camera, size, size > 128 ? 29 : 7, seed);
  return develop(light, { exposure: 1.15, vignette: 0.3, grain: 0.012, seed });
}

function bowl(foot: Vector): SceneObject {
  const radius = 1.5;
  const rim = 0.86;
  const middle = 1.52;
  return {
    center: [foot[0], 0.5, foot[2]],
    radius: 1.55,
    distance: ([px, y, pz]) => {
      const r = vectorLength(px - foot[0], pz - foot[2]);
      // The part of a hollow sphere below the rim, with a rounded lip, on a ring.
      const lip = Math.sqrt(radius * radius - (middle - rim) ** 2);
      const wall =
        y < rim && (middle - y) * lip > (middle - rim) * r
          ? Math.abs(vectorLength(r, y - middle) - radius)
          : vectorLength(r - lip, y - rim);
      const ring = vectorLength(Math.max(0, Math.abs(r - 0.52) - 0.03), Math.max(0, Math.abs(y - 0.04) - 0.05));
      return Math.min(wall - 0.045, ring - 0.02) * 0.95;
    },
    surface: (p, normal) => {
      const speckle = smoothstep(0.72, 0.9, noise3(p[0] * 30, p[1] * 30, p[2] * 30, 4));
      const band = smoothstep(0.035, 0.015, Math.abs(p[1] - 0.68)) + smoothstep(0.015, 0.005, Math.abs(p[1] - 0.58));
      const glaze = blend(
        blend([0.68, 0.7, 0.69], [0.3, 0.24, 0.18], 0.6 * speckle),
        [0.05, 0.13, 0.3],
        0.85 * clamp(band),
      );
      const lip = smoothstep(0.86, 0.9, p[1]);
      return { albedo: blend(glaze, [0.3, 0.2, 0.12], 0.7 * lip), gloss: 0.05, roughness: 0.03, normal };
    },
  };
}

function jug(foot: Vector): SceneObject {
  const profile = Float64Array.from(
    { length: 232 },
    (_, i) => 0.3 + 0.42 * Math.sin(clamp(i / 175) * 2.75 + 0.38) ** 1.5 + 0.1 * smoothstep(170, 230, i),
  );
  const outline = (y: number): number =>
    mix(profile[Math.floor(y * 100)], profile[Math.floor(y * 100) + 1], (y * 100) % 1);
  return {
    center: [foot[0] + 0.1, 1.15, foot[2]],
    radius: 1.42,
    distance: ([px, y, pz]) => {
      const x = px - foot[0];
      const z = pz - foot[2];
      const r = vectorLength(x, z);
      const h = clamp(y, 0, 2.3);
      const body = Math.max(Math.abs(r - outline(h)) - 0.035, Math.abs(y - 1.15) - 1.15) * 0.6;
      const handle = vectorLength(vectorLength((x - 0.58) * 1.1, (y - 1.55) * 0.8) - 0.42, z * 0.7) - 0.06;
      return Math.min(body, Math.max(handle, outline(h) - r) * 0.75);
    },
    surface: (p, normal) => {
      const flow = 1.25 + 0.16 * noise(Math.atan2(p[2] - foot[2], p[0] - foot[0]) * 3, 0, 3);
      const glazed = smoothstep(flow - 0.02, flow + 0.02, p[1]);
      const spot = noise3(p[0] * 22, p[1] * 22, p[2] * 22, 8);
      const albedo = blend(blend([0.36, 0.25, 0.17], [0.27, 0.18, 0.12], clamp(spot)), [0.09, 0.17, 0.18], glazed);
      return { albedo, gloss: 0.02 + 0.04 * glazed, roughness: 0.45 - 0.4 * glazed, normal };
    },
  };
}

function cloth(seed: number): SceneObject {
  // The cloth is a height field over the table, evaluated so often that it is tabulated first.
  const from = -4.2;
  const step = 0.012;
  const side = 384;
  const grid = Float64Array.from({ length: side * side }, (_, i) =>
    drape(from + step * (i % side), from + step * Math.floor(i / side), seed),
  );
  const height = (x: number, z: number): number => {
    const gx = clamp((x - from) / step, 0, side - 1.01);
    const gz = clamp((z - from) / step, 0, side - 1.01);
    const ix = Math.floor(gx);
    const iz = Math.floor(gz);
    const dx = gx - ix;
    const i = iz * side + ix;
    const j = i + side;
    return mix(mix(grid[i], grid[i + 1], dx), mix(grid[j], grid[j + 1], dx), gz - iz);
  };
  return {
    center: [-1.9, -1.6, -2.1],
    radius: 3.2,
    distance: (p) => (p[1] - height(p[0], p[2])) * 0.55,
    surface: (p, normal) => {
      const weave = Math.sin(p[0] * 150) * Math.sin(p[2] * 150) + noise(p[0] * 40, p[2] * 9, seed);
      const at = p[2] + 0.45 * p[0] + 2.62;
      const stripe = Math.max(smoothstep(0.05, 0.04, Math.abs(at)), smoothstep(0.015, 0.01, Math.abs(at - 0.1)));
      return matt(
        blend([0.72, 0.69, 0.62], [0.3, 0.09, 0.08], 0.85 * stripe),
        bumped(p, normal, 40, 0.04 + 0.02 * weave, seed),
      );
    },
  };
}

/** The height of the linen over the table; negative where there is none. */
function drape(x: number, z: number, seed: number): number {
  const ragged = 0.1 * noise(x * 1.3, z * 1.3, seed);
  // Inside two edges, which meet at a corner that points at the lemon.
  const edge = Math.min(-0.33 * (x - 0.3) - 0.94 * (z + 1.75), -0.76 * (x - 0.3) + 0.65 * (z + 1.75)) + ragged;
  const soft = (t: number): number => Math.sqrt(t * t + 0.006);
  const wave = x * 0.62 + z * 0.78 + 0.5 * noise(x * 0.5, z * 0.5, seed + 20);
  const fold =
    0.26 * (1 - clamp(soft(noise(wave * 1.1, 0.3 * x - 0.3 * z, seed + 21)))) ** 4 +
    0.1 * (1 - clamp(soft(noise(x * 1.5 - z * 0.7, z * 0.9 + x * 0.5, seed + 22)))) ** 3 +
    0.012 * noise(x * 4, z * 4, seed + 23);
  return edge < 0 ? -0.3 * clamp(-edge * 4) : 0.035 * smoothstep(0, 0.03, edge) + fold * smoothstep(-0.02, 0.5, edge);
}

function wood(p: Vector, seed: number): Surface {
  const plank = Math.floor((p[2] + 0.3) / 1.25);
  const gap = Math.abs((p[2] + 0.3) / 1.25 - plank - 0.5) * 2;
  const x = p[0] + 40 * hash(plank, 2, seed);
  const z = p[2];
  const wander = 0.3 * fbm(x * 0.22, z * 0.8, 3, seed + plank);
  const rings = 0.5 + 0.5 * Math.sin((z + wander) * 34);
  const fibre = fbm(x * 1.1, z * 34, 3, seed + 30);
  const stain = fbm(x * 0.8, z * 0.8, 4, seed + 31);
  const tone = clamp(0.45 * rings + 0.3 * fibre + 0.25 + 0.25 * stain + 0.25 * (hash(plank, 5, seed) - 0.5));
  const albedo = ramp(
    [
      [0.085, 0.042, 0.02],
      [0.2, 0.1, 0.045],
      [0.33, 0.18, 0.085],
    ],
    tone,
  );
  const groove = smoothstep(0.985, 0.995, gap);
  const dark = 1 - 0.9 * groove;
  const normal = normalize([0.012 * fibre, 1, 0.03 * noise(x * 2, z * 40, seed + 33)]);
  return {
    albedo: [albedo[0] * dark, albedo[1] * dark, albedo[2] * dark],
    gloss: 0.035,
    roughness: clamp(0.3 + 0.15 * stain),
    normal,
  };
}

function plaster(p: Vector, seed: number): Surface {
  const patch = 0.5 + 0.5 * fbm(p[0] * 0.55, p[1] * 0.55, 6, seed + 40);
  return matt(
    ramp(
      [
        [0.13, 0.15, 0.14],
        [0.22, 0.235, 0.205],
        [0.3, 0.3, 0.26],
      ],
      patch,
    ),
    [0, 0, -1],
  );
}
