// Optical flow at one size: from a flow that is nearly right to one that is better.
import { medianFiltered, plane, slopes, valueAt, type Plane } from "./plane";

/** u to the right and v down. */
export interface Motion {
  readonly u: Plane;
  readonly v: Plane;
}

export interface TvL1Options {
  /** λ: how much the images count, against the smoothness of the flow; for gray values 0…255. */
  readonly dataWeight: number;
  /** How often the second image is warped by the flow found so far. */
  readonly warps: number;
  /** Iterations at each warp. */
  readonly iterations: number;
}

/** θ, how closely the flow and its copy that fits the images are tied; τ, the length of a step of the dual variables. */
const [theta, tau] = [0.3, 0.25];

/**
 * Improves `start`, the flow from `from` to `to`, gray values 0…255. What is minimized (Zach, Pock & Bischof 2007):
 *
 *   ∫ |∇u| + |∇v| + λ |to(x + u, y + v) − from(x, y)|
 *
 * The first part, total variation, lets a flow jump at the edge of a thing; the absolute value of the second forgives what is seen in one image
 * only. With to(x + u) ≈ to(x + u₀) + ∇to · (u − u₀) it is solved by turns: for a copy of the flow that fits the images, which has a
 * closed form at each pixel, and for the smooth flow near that copy (Chambolle's dual steps). As in Sánchez, Meinhardt-Llopis & Facciolo
 * 2013; here with a fixed number of iterations, a median filter between the warps (Wedel et al. 2009), and without the images where the flow
 * leads outside, so that it is filled from inside.
 */
export function tvL1(from: Plane, to: Plane, start: Motion, { dataWeight, warps, iterations }: TvL1Options): Motion {
  const toSlopes = slopes(to);
  let motion = start;
  for (let i = 0; i < warps; i++) {
    const data = linearized(from, to, toSlopes, motion);
    motion = iterated(data, motion, dataWeight * theta, iterations);
    motion = { u: medianFiltered(motion.u), v: medianFiltered(motion.v) };
  }
  return motion;
}

/** ρ(u, v) = `rest` + `x` u + `y` v: the difference of the images as a linear function of the flow. Zero where the flow leads outside. */
interface LinearData {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly rest: Float32Array;
}

function linearized(from: Plane, to: Plane, toSlopes: { x: Plane; y: Plane }, { u, v }: Motion): LinearData {
  const { height, width } = from;
  const size = height * width;
  const data = { x: new Float32Array(size), y: new Float32Array(size), rest: new Float32Array(size) };
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      const [x, y] = [column + u.values[i], row + v.values[i]];
      if (x < 0 || y < 0 || x > width - 1 || y > height - 1) continue;
      data.x[i] = valueAt(toSlopes.x, x, y);
      data.y[i] = valueAt(toSlopes.y, x, y);
      data.rest[i] = valueAt(to, x, y) - data.x[i] * u.values[i] - data.y[i] * v.values[i] - from.values[i];
    }
  return data;
}

function iterated(data: LinearData, start: Motion, step: number, iterations: number): Motion {
  const { height, width } = start.u;
  const [u, v] = [Float32Array.from(start.u.values), Float32Array.from(start.v.values)];
  const dual = { u: [new Float32Array(u.length), new Float32Array(u.length)], v: [new Float32Array(u.length), new Float32Array(u.length)] } as const;
  for (let n = 0; n < iterations; n++) {
    fitData(u, v, data, step);
    smoothOut(u, dual.u, height, width);
    smoothOut(v, dual.v, height, width);
  }
  return { u: plane(height, width, u), v: plane(height, width, v) };
}

/** Moves the flow at each pixel along the slope of the image to where the images agree, by λθ times the slope at most. */
function fitData(u: Float32Array, v: Float32Array, { x, y, rest }: LinearData, step: number): void {
  for (let i = 0; i < u.length; i++) {
    const squared = x[i] * x[i] + y[i] * y[i];
    if (squared < 1e-9) continue;
    const difference = rest[i] + x[i] * u[i] + y[i] * v[i];
    const move = Math.max(-step, Math.min(step, -difference / squared));
    u[i] += move * x[i];
    v[i] += move * y[i];
  }
}

/** u ← u + θ div p, then p ← (p + τ/θ ∇u) / (1 + τ/θ |∇u|): one step to the smallest total variation near u. */
function smoothOut(u: Float32Array, [px, py]: readonly [Float32Array, Float32Array], height: number, width: number): void {
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      const across = (column < width - 1 ? px[i] : 0) - (column > 0 ? px[i - 1] : 0);
      const down = (row < height - 1 ? py[i] : 0) - (row > 0 ? py[i - width] : 0);
      u[i] += theta * (across + down);
    }
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      const dx = column < width - 1 ? u[i + 1] - u[i] : 0;
      const dy = row < height - 1 ? u[i + width] - u[i] : 0;
      const shrink = 1 + (tau / theta) * Math.sqrt(dx * dx + dy * dy);
      px[i] = (px[i] + (tau / theta) * dx) / shrink;
      py[i] = (py[i] + (tau / theta) * dy) / shrink;
    }
}
