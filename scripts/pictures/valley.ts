// A lake in the mountains late in the day: terrain drawn column by column, firs, a cabin, and their reflection.
import { haze, horizon, shadow, shade, sky, zoom, type View } from "./air";
import { cabin } from "./cabin";
import { blend, blur, canvas, develop, halve, type Canvas, type Color } from "./canvas";
import { clamp, fbm, hash, mix, noise, smoothstep } from "./noise";
import { plantFirs, plantGrass } from "./plants";
import { land, type Land } from "./terrain";
import { normalize, type Vector } from "./vector";

/** Renders the valley: `size` pixels square. */
export function valley(size: number, seed: number): Canvas {
  const ground = land(seed, size > 128 ? 1024 : 256);
  const eye = 5.2;
  const view = renderTerrain(ground, 2 * size, eye, seed);
  const below = renderTerrain(ground, 2 * size, -eye, seed);
  for (const side of [view, below]) {
    cabin(side);
    plantFirs(side, ground, seed);
  }
  water(view, below.light, ground, seed);
  plantGrass(view, ground, seed);
  return develop(bloom(halve(view.light)), { exposure: 1.08, vignette: 0.28, grain: 0.011, seed });
}

/**
 * Ray marching once for each column. The camera is level, so a column of pixels is a line on the map, and visible points rise in
 * the picture with their distance (height field rendering, as in old flight simulators). With `eye` < 0: the reflection in the
 * lake, without the bank.
 */
function renderTerrain(ground: Land, side: number, eye: number, seed: number): View {
  const light = canvas(side);
  const depth = new Float32Array(side * side).fill(Infinity);
  for (let x = 0; x < side; x++) {
    const slant = ((x + 0.5) / side - 0.5) / zoom;
    let row = side;
    let z = eye < 0 ? 32 : 3;
    let before = z;
    while (z < 6500 && row > 0) {
      const height = Math.max(0, ground.height(slant * z, z));
      const top = side * (horizon - ((height - eye) / z) * zoom);
      // A reflected ray starts where it leaves the water: nothing nearer than that can block it.
      const start = eye > 0 ? row : Math.min(side, Math.floor(side * (horizon + (eye / z) * zoom)));
      for (let y = start - 1; y >= 0 && y + 0.5 > top; y--) {
        // Between two steps the ground is taken as straight.
        if (depth[y * side + x] === Infinity)
          depth[y * side + x] = mix(before, z, clamp((start - y) / (start - top)));
        row = Math.min(row, y);
      }
      before = z;
      z += Math.max(0.06, z * 0.0022);
    }
    for (let y = 0; y < side; y++) {
      const rise = (horizon - (y + 0.5) / side) / zoom;
      const far = depth[y * side + x];
      if (far === Infinity) light.data.set(sky(normalize([slant, rise, 1]), seed), 3 * (y * side + x));
      else {
        const point: Vector = [slant * far, eye + rise * far, far];
        if (point[1] > 0.01 || eye < 0) light.data.set(haze(groundColor(ground, point, seed), point), 3 * (y * side + x));
      }
    }
  }
  return { light, depth, eye };
}

/** The color of the ground at a point, in sun or shadow. */
function groundColor(ground: Land, [x, y, z]: Vector, seed: number): Color {
  const e = Math.max(0.12, z * 0.0011);
  const h = (dx: number, dz: number): number => ground.height(x + dx, z + dz);
  const normal = normalize([(h(-e, 0) - h(e, 0)) / (2 * e), 1, (h(0, -e) - h(0, e)) / (2 * e)]);
  const albedo = z < 420 ? meadow(x, y, z, normal[1], seed) : mountain(x, y, z, normal, seed);
  return shade(albedo, normal, shadow(ground, x, y, z), 0.55 + 0.45 * normal[1]);
}

function meadow(x: number, y: number, z: number, steep: number, seed: number): Color {
  const patch = fbm(x / 6, z / 6, 5, seed + 70);
  const fine = noise(x * 3, z * 3, seed + 71);
  const grass = blend([0.075, 0.1, 0.025], [0.17, 0.155, 0.05], clamp(0.5 + 0.8 * patch + 0.25 * fine));
  const stone = blend([0.12, 0.11, 0.1], [0.3, 0.28, 0.25], clamp(0.5 + 0.5 * fine + 0.3 * patch));
  const bare = clamp(smoothstep(0.88, 0.75, steep) + smoothstep(0.5, 0.1, y + 0.25 * patch));
  const wet = mix(0.35, 1, smoothstep(0.02, 0.16, y));
  return blend(grass, stone, bare).map((c) => c * wet) as Color;
}

function mountain(x: number, y: number, z: number, normal: Vector, seed: number): Color {
  const patch = fbm(x / 240, z / 240, 5, seed + 80);
  const fine = fbm(x / 26, z / 26, 4, seed + 85);
  // Strata: layers of rock, tilted and bent, visible where the face is steep.
  const layer =
    noise((y + 0.22 * x + 60 * patch) / 17, patch, seed + 90) + 0.5 * noise((y + 0.22 * x) / 6, 4, seed + 91);
  const rock = blend([0.12, 0.11, 0.108], [0.29, 0.255, 0.225], clamp(0.5 + 0.35 * layer + 0.4 * fine));
  const snowline = 470 + 150 * patch + 60 * fine - 130 * normal[2];
  const snow =
    smoothstep(-60, 130, y - snowline) * smoothstep(0.5, 0.66, normal[1] + 0.1 * fine + 0.00016 * (y - 700));
  const green = smoothstep(400, 260, y + 90 * patch) * smoothstep(0.45, 0.7, normal[1] + 0.1 * fine);
  const heath = blend([0.03, 0.045, 0.02], [0.085, 0.085, 0.035], clamp(0.5 + fine));
  return blend(blend(rock, heath, green), [0.86, 0.87, 0.9], snow);
}

/** Draws the lake into the view: the reflection, distorted by ripples, over dark green water. */
function water({ light, depth, eye }: View, mirror: Canvas, ground: Land, seed: number): void {
  const side = light.width;
  for (let y = Math.floor(side * horizon) + 1; y < side; y++) {
    const z = (eye * zoom) / ((y + 0.5) / side - horizon);
    for (let x = 0; x < side; x++) {
      const i = y * side + x;
      const wx = (((x + 0.5) / side - 0.5) / zoom) * z;
      if (depth[i] < z - 0.2 || ground.height(wx, z) > 0.01) continue;
      depth[i] = z;
      const calm = smoothstep(-0.25, 0.4, fbm(wx / 60, z / 24, 3, seed + 96));
      const rough = mix(0.012, 0.0035, calm);
      const sum: Color = [0, 0, 0];
      for (let k = 0; k < 6; k++) {
        const px = wx + (hash(x, y, k) - 0.5) * z * 0.003;
        const pz = z + (hash(x, y, k + 9) - 0.5) * z * 0.02;
        const slope = rough * (noise(px * 0.55, pz * 0.8, seed + 97) + 0.7 * noise(px * 1.6, pz * 2.1, seed + 98));
        const tilt = rough * 0.35 * noise(px * 0.9 + 7, pz * 1.3, seed + 99);
        const my = clamp(Math.round(2 * horizon * side - y + slope * 2 * zoom * side), 0, side - 1);
        const mx = clamp(Math.round(x + tilt * 2 * zoom * side), 0, side - 1);
        for (let c = 0; c < 3; c++) sum[c] += mirror.data[3 * (my * side + mx) + c] / 6;
      }
      // Schlick's Fresnel for water; near the camera the view is down into it.
      const facing = eye / Math.hypot(eye, z);
      const share = 0.02 + 0.98 * (1 - facing) ** 5;
      const bottom = clamp(1 + ground.height(wx, z) / 1.6);
      const deep = blend(
        [0.012, 0.05, 0.055],
        [0.13, 0.13, 0.075],
        bottom * (0.6 + 0.4 * noise(wx * 2.3, z * 2.3, seed)),
      );
      for (let c = 0; c < 3; c++) light.data[3 * i + c] = mix(deep[c], sum[c] * 0.93, clamp(share * 1.25));
    }
  }
}

function bloom(light: Canvas): Canvas {
  const glow = blur(light, light.width / 40);
  for (let i = 0; i < light.data.length; i++) light.data[i] = mix(light.data[i], glow.data[i], 0.07);
  return light;
}
