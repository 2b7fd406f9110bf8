// A small path tracer: light followed backwards from a camera to a window (Kajiya 1986, "The rendering equation").
import type { Color } from "./canvas";
import { clamp, type Random } from "./noise";
import { tangents, addScaled, dot, subtract, reflect, normalize, type Vector } from "./vector";

/** The material at a point of a surface. */
export interface Surface {
  /** The fraction of red, green and blue that it scatters. */
  albedo: Color;
  /** The fraction that a varnish reflects at normal incidence: 0.04 for glaze or wax, 0 none. More at grazing angles (Schlick). */
  gloss: number;
  /** How blurred that reflection is: 0 a mirror. */
  roughness: number;
  /** The normal, perturbed by bumps too small to model. */
  normal: Vector;
}

/** An object: its signed distance function, inside a bounding sphere, and its material. */
export interface SceneObject {
  center: Vector;
  radius: number;
  distance(p: Vector): number;
  surface(p: Vector, normal: Vector): Surface;
}

/** The scene: objects on a table (y = 0) in front of a wall (z = wallAt), lit by a window in the plane x = `window.x`. */
export interface Scene {
  objects: SceneObject[];
  table(p: Vector): Surface;
  wall(p: Vector): Surface;
  wallAt: number;
  window: { x: number; y: [number, number]; z: [number, number]; light: Color; bars: [number, number] };
  /** The light of the rest of the room. */
  dusk(direction: Vector): Color;
}

/** Sums over the paths of one pixel: of the first surface they hit, and of the light that bounced to it. */
export interface FirstHit {
  bounced: Color;
  albedo: Color;
  normal: Vector;
  distance: number;
}

/**
 * The light that arrives at `from` from `direction`; `mirrored` says that the path has hit only mirrors so far. For a camera ray,
 * light between matt surfaces is not included, but added to `found`.
 */
export function tracePath(
  scene: Scene,
  from: Vector,
  direction: Vector,
  next: Random,
  depth: number,
  mirrored: boolean,
  found?: FirstHit,
): Color {
  const { distance, object } = nearest(scene, from, direction, Infinity);
  const window = windowLight(scene, from, direction, distance);
  // After a matt surface the window has been counted already, by `sampleWindow`.
  if (window) return mirrored ? window : [0, 0, 0];
  if (distance === Infinity) return scene.dusk(direction);
  const p = addScaled(from, direction, distance);
  const surface = object ? object.surface(p, normalAt(object, p)) : p[1] < 1e-3 ? scene.table(p) : scene.wall(p);
  const { albedo, gloss, roughness, normal } = surface;
  const light: Color = [0, 0, 0];
  const facing = clamp(-dot(direction, normal));
  const start = addScaled(p, normal, 2e-3);
  // Close to the window the light is very strong; a bounce that lands there would be one bright speck, so it is clamped.
  // (Sampled first: the most even dimensions of the random numbers go where most light comes from.)
  const direct = sampleWindow(scene, start, normal, next, depth === 0 ? Infinity : 0.12);
  // Varnish matters where the camera sees it, itself or in a mirror. Elsewhere its rare reflections would only be noise.
  const weight = mirrored && gloss > 0 ? gloss + (1 - gloss) * (1 - facing) ** 5 * (1 - roughness) ** 2 : 0;
  if (weight > 0 && depth < 3) {
    const d = normalize(addScaled(reflect(direction, normal), scatter(normal, next), roughness * 0.5));
    if (dot(d, normal) > 0) add(light, weight, tracePath(scene, start, d, next, depth + 1, true));
  }
  const bounced = depth < 2 ? tracePath(scene, start, scatter(normal, next), next, depth + 1, false) : undefined;
  if (found) {
    add(found.bounced, 1, bounced ?? [0, 0, 0]);
    add(found.albedo, 1 - weight, albedo);
    add(found.normal, 1, normal);
    found.distance += distance;
  } else if (bounced) add(direct, 1, bounced);
  for (let c = 0; c < 3; c++) direct[c] *= albedo[c];
  add(light, 1 - weight, direct);
  return light;
}

/** A random direction over a surface, distributed as the cosine of its angle to the normal (Lambert). */
function scatter(normal: Vector, next: Random): Vector {
  const turn = 2 * Math.PI * next();
  const out = Math.sqrt(next());
  const [a, b] = tangents(normal);
  const flat = addScaled(
    [a[0] * out * Math.cos(turn), a[1] * out * Math.cos(turn), a[2] * out * Math.cos(turn)],
    b,
    out * Math.sin(turn),
  );
  return normalize(addScaled(flat, normal, Math.sqrt(1 - out * out)));
}

function add(light: Color, weight: number, more: Color): void {
  for (let c = 0; c < 3; c++) light[c] += weight * more[c];
}

/** Light from one random point of the window on a matt surface, at most `most`. */
function sampleWindow(scene: Scene, p: Vector, normal: Vector, next: Random, most: number): Color {
  const { x, y, z, light } = scene.window;
  const point: Vector = [x, y[0] + (y[1] - y[0]) * next(), z[0] + (z[1] - z[0]) * next()];
  if (isBar(scene, point)) return [0, 0, 0];
  const way = subtract(point, p);
  const far = Math.sqrt(dot(way, way));
  const d = normalize(way);
  const cosine = dot(d, normal);
  if (cosine <= 0 || scene.objects.some((object) => intersect(object, p, d, far) < far)) return [0, 0, 0];
  const weight = Math.min(most, (cosine * Math.abs(d[0]) * (y[1] - y[0]) * (z[1] - z[0])) / (Math.PI * far * far));
  return [light[0] * weight, light[1] * weight, light[2] * weight];
}

function isBar({ window: { y, z, bars } }: Scene, p: Vector): boolean {
  const v = ((p[1] - y[0]) / (y[1] - y[0])) * bars[0];
  const h = ((p[2] - z[0]) / (z[1] - z[0])) * bars[1];
  return Math.abs(v - Math.round(v)) < 0.05 || Math.abs(h - Math.round(h)) < 0.05;
}

function windowLight(scene: Scene, from: Vector, d: Vector, before: number): Color | undefined {
  const { x, y, z, light } = scene.window;
  const t = (x - from[0]) / d[0];
  if (!(t > 0 && t < before)) return undefined;
  const p = addScaled(from, d, t);
  if (p[1] < y[0] || p[1] > y[1] || p[2] < z[0] || p[2] > z[1]) return undefined;
  return isBar(scene, p) ? [0.05, 0.05, 0.05] : light;
}

/** The first hit of a ray before `limit`; without an object it is the table or the wall. */
function nearest(scene: Scene, from: Vector, d: Vector, limit: number): { distance: number; object?: SceneObject } {
  let distance = limit,
    object: SceneObject | undefined;
  const table = -from[1] / d[1];
  const wall = (scene.wallAt - from[2]) / d[2];
  if (table > 1e-4 && table < distance) distance = table;
  if (wall > 1e-4 && wall < distance) distance = wall;
  for (const candidate of scene.objects) {
    const t = intersect(candidate, from, d, distance);
    if (t < distance) [distance, object] = [t, candidate];
  }
  return { distance, object };
}

/** Sphere tracing (Hart 1996): the ray advances by the distance to the object, which cannot pass through it. */
function intersect(object: SceneObject, from: Vector, d: Vector, limit: number): number {
  const { center, radius } = object;
  const x = center[0] - from[0];
  const y = center[1] - from[1];
  const z = center[2] - from[2];
  const middle = x * d[0] + y * d[1] + z * d[2];
  if (middle < -radius || middle - radius > limit) return Infinity;
  const half = radius * radius - (x * x + y * y + z * z - middle * middle);
  if (half <= 0) return Infinity;
  const reach = Math.sqrt(half);
  const end = Math.min(limit, middle + reach);
  let t = Math.max(1e-4, middle - reach);
  const p: Vector = [0, 0, 0];
  for (let i = 0; i < 90 && t < end; i++) {
    for (let c = 0; c < 3; c++) p[c] = from[c] + t * d[c];
    const gap = object.distance(p);
    if (gap < 8e-4) return t;
    t += gap;
  }
  return Infinity;
}

function normalAt(object: SceneObject, p: Vector): Vector {
  const h = 1e-3;
  const at = (x: number, y: number, z: number): number => object.distance([p[0] + x, p[1] + y, p[2] + z]);
  return normalize([at(h, 0, 0) - at(-h, 0, 0), at(0, h, 0) - at(0, -h, 0), at(0, 0, h) - at(0, 0, -h)]);
}
