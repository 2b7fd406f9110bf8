// A small path tracer: light followed backwards from a camera to a window (Kajiya 1986, "The rendering equation").
import type { Color } from "./canvas";
import { clamp, type Random } from "./noise";
import { across, along, dot, minus, mirror, unit, type Vector } from "./vector";

/** What a point of a surface does with light. */
export interface Surface {
  /** The share of red, green and blue that it scatters. */
  albedo: Color;
  /** The share that a varnish reflects head-on: 0.04 for glaze or wax, 0 none. At grazing angles more (Schlick). */
  gloss: number;
  /** How blurred that reflection is: 0 a mirror. */
  roughness: number;
  /** The normal, pushed about by bumps too small to model. */
  normal: Vector;
}

/** A thing in the room: how far it is from a point (a signed distance), inside a sphere; and what it is made of. */
export interface Thing {
  center: Vector;
  radius: number;
  distance(p: Vector): number;
  surface(p: Vector, normal: Vector): Surface;
}

/** A room: things on a table (y = 0) before a wall (z = wallAt), lit by a window in the plane x = `window.x`. */
export interface Room {
  things: Thing[];
  table(p: Vector): Surface;
  wall(p: Vector): Surface;
  wallAt: number;
  window: { x: number; y: [number, number]; z: [number, number]; light: Color; bars: [number, number] };
  /** The light of the rest of the room. */
  dusk(direction: Vector): Color;
}

/** What the paths of one pixel have found, summed: the first surface they met, and the light that has bounced to it. */
export interface Found {
  bounced: Color;
  albedo: Color;
  normal: Vector;
  distance: number;
}

/**
 * The light that comes to `from` against `direction`; `mirrored` says that the path has met only mirrors so far.
 * For a camera ray, what has bounced from matt to matt is not in it, but noted in `found`.
 */
export function follow(
  room: Room,
  from: Vector,
  direction: Vector,
  next: Random,
  depth: number,
  mirrored: boolean,
  found?: Found,
): Color {
  const { distance, thing } = nearest(room, from, direction, Infinity);
  const shine = windowLight(room, from, direction, distance);
  // After a matt surface the window has been counted already, by `windowOver`.
  if (shine) return mirrored ? shine : [0, 0, 0];
  if (distance === Infinity) return room.dusk(direction);
  const p = along(from, direction, distance);
  const surface = thing ? thing.surface(p, slope(thing, p)) : p[1] < 1e-3 ? room.table(p) : room.wall(p);
  const { albedo, gloss, roughness, normal } = surface;
  const light: Color = [0, 0, 0];
  const facing = clamp(-dot(direction, normal));
  const start = along(p, normal, 2e-3);
  // Right beside the window the light is fierce; a bounce that strays there would be one bright speck in the picture.
  // (Asked first: the best spread of the random numbers goes where most light comes from.)
  const seen = windowOver(room, start, normal, next, depth === 0 ? Infinity : 0.12);
  // Varnish matters where the camera sees it, itself or in a mirror. Elsewhere its rare glints would only be noise.
  const share = mirrored && gloss > 0 ? gloss + (1 - gloss) * (1 - facing) ** 5 * (1 - roughness) ** 2 : 0;
  if (share > 0 && depth < 3) {
    const d = unit(along(mirror(direction, normal), scatter(normal, next), roughness * 0.5));
    if (dot(d, normal) > 0) add(light, share, follow(room, start, d, next, depth + 1, true));
  }
  const bounced = depth < 2 ? follow(room, start, scatter(normal, next), next, depth + 1, false) : undefined;
  if (found) {
    add(found.bounced, 1, bounced ?? [0, 0, 0]);
    add(found.albedo, 1 - share, albedo);
    add(found.normal, 1, normal);
    found.distance += distance;
  } else if (bounced) add(seen, 1, bounced);
  for (let c = 0; c < 3; c++) seen[c] *= albedo[c];
  add(light, 1 - share, seen);
  return light;
}

/** A random direction over a surface, more often upright (Lambert's cosine). */
function scatter(normal: Vector, next: Random): Vector {
  const turn = 2 * Math.PI * next();
  const out = Math.sqrt(next());
  const [a, b] = across(normal);
  const flat = along(
    [a[0] * out * Math.cos(turn), a[1] * out * Math.cos(turn), a[2] * out * Math.cos(turn)],
    b,
    out * Math.sin(turn),
  );
  return unit(along(flat, normal, Math.sqrt(1 - out * out)));
}

function add(light: Color, share: number, more: Color): void {
  for (let c = 0; c < 3; c++) light[c] += share * more[c];
}

/** Light that falls from one random point of the window on a matt surface. */
function windowOver(room: Room, p: Vector, normal: Vector, next: Random, most: number): Color {
  const { x, y, z, light } = room.window;
  const point: Vector = [x, y[0] + (y[1] - y[0]) * next(), z[0] + (z[1] - z[0]) * next()];
  if (isBar(room, point)) return [0, 0, 0];
  const way = minus(point, p);
  const far = Math.sqrt(dot(way, way));
  const d = unit(way);
  const cosine = dot(d, normal);
  if (cosine <= 0 || room.things.some((thing) => meet(thing, p, d, far) < far)) return [0, 0, 0];
  const share = Math.min(most, (cosine * Math.abs(d[0]) * (y[1] - y[0]) * (z[1] - z[0])) / (Math.PI * far * far));
  return [light[0] * share, light[1] * share, light[2] * share];
}

function isBar({ window: { y, z, bars } }: Room, p: Vector): boolean {
  const v = ((p[1] - y[0]) / (y[1] - y[0])) * bars[0];
  const h = ((p[2] - z[0]) / (z[1] - z[0])) * bars[1];
  return Math.abs(v - Math.round(v)) < 0.05 || Math.abs(h - Math.round(h)) < 0.05;
}

function windowLight(room: Room, from: Vector, d: Vector, before: number): Color | undefined {
  const { x, y, z, light } = room.window;
  const t = (x - from[0]) / d[0];
  if (!(t > 0 && t < before)) return undefined;
  const p = along(from, d, t);
  if (p[1] < y[0] || p[1] > y[1] || p[2] < z[0] || p[2] > z[1]) return undefined;
  return isBar(room, p) ? [0.05, 0.05, 0.05] : light;
}

/** The first thing that a ray meets before `limit`; the table and the wall are no thing. */
function nearest(room: Room, from: Vector, d: Vector, limit: number): { distance: number; thing?: Thing } {
  let distance = limit,
    thing: Thing | undefined;
  const table = -from[1] / d[1];
  const wall = (room.wallAt - from[2]) / d[2];
  if (table > 1e-4 && table < distance) distance = table;
  if (wall > 1e-4 && wall < distance) distance = wall;
  for (const candidate of room.things) {
    const t = meet(candidate, from, d, distance);
    if (t < distance) [distance, thing] = [t, candidate];
  }
  return { distance, thing };
}

/** Sphere tracing (Hart 1996): as far from the thing as it says, so far can the ray go. */
function meet(thing: Thing, from: Vector, d: Vector, limit: number): number {
  const { center, radius } = thing;
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
    const gap = thing.distance(p);
    if (gap < 8e-4) return t;
    t += gap;
  }
  return Infinity;
}

function slope(thing: Thing, p: Vector): Vector {
  const h = 1e-3;
  const at = (x: number, y: number, z: number): number => thing.distance([p[0] + x, p[1] + y, p[2] + z]);
  return unit([at(h, 0, 0) - at(-h, 0, 0), at(0, h, 0) - at(0, -h, 0), at(0, 0, h) - at(0, 0, -h)]);
}
