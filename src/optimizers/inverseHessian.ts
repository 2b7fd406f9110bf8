// The inverse Hessian of L-BFGS: never a matrix, but the last few steps that it is made of, and its product with a vector.
import { addScaledInPlace, addScaledInPlaceThenDot, dot, norm, scaleInPlace } from "../math/vectors";

/** One step of the history: s = Δx, y = Δgradient, and ρ = 1/(sᵀy), in Nocedal & Wright's letters. */
export interface Pair {
  readonly s: Float32Array;
  readonly y: Float32Array;
  readonly rho: number;
}

/** The smallest relative change that float32 can show. */
const resolution = 2 ** -23;

/**
 * The pair of a step from x (gradient g) to x′ (gradient g′): what it says about the curvature. Undefined where sᵀy does not stand
 * above the float32 rounding of the two gradients, or is negative.
 */
export function pairOf(x: Float32Array, g: Float32Array, xNext: Float32Array, gNext: Float32Array): Pair | undefined {
  const [s, y] = [new Float32Array(x.length), new Float32Array(x.length)];
  let [sy, ss, gg, ggNext] = [0, 0, 0, 0]; // inner products: four sums in one pass take no longer than one
  for (let i = 0; i < x.length; i++) {
    const si = Math.fround(xNext[i] - x[i]); // the actual step, not t × direction: the two differ by rounding
    const yi = Math.fround(gNext[i] - g[i]);
    s[i] = si;
    y[i] = yi;
    sy += si * yi;
    ss += si * si;
    gg += g[i] * g[i];
    ggNext += gNext[i] * gNext[i];
  }
  return sy > resolution * Math.sqrt(ss) * (Math.sqrt(gg) + Math.sqrt(ggNext)) ? { s, y, rho: 1 / sy } : undefined;
}

/** The pair of a step s and a change y of the gradient, both given. Undefined where sᵀy is not positive beyond the rounding of y. */
export function pairFrom(s: Float32Array, y: Float32Array): Pair | undefined {
  const curvature = dot(s, y);
  return curvature > resolution * norm(s) * norm(y) ? { s, y, rho: 1 / curvature } : undefined;
}

/**
 * H·v, where H is the BFGS approximation of the inverse Hessian that starts from γI, γ = sᵀy/yᵀy of the newest pair (Nocedal &
 * Wright, eq. 7.20), and is updated with each of the pairs, oldest first: the two-loop recursion (Algorithm 7.4). It never builds
 * the matrix, which would have 10¹² entries for an image. With no pairs, H is the identity.
 */
export function inverseHessianTimes(pairs: readonly Pair[], v: Float32Array): Float32Array {
  const r = v.slice();
  if (pairs.length === 0) return r;
  const alphas: number[] = [];
  const newest = pairs.length - 1;
  let product = dot(pairs[newest].s, r); // of r with the vector that comes next
  for (let i = newest; i >= 0; i--) {
    const { y, rho } = pairs[i];
    alphas[i] = rho * product;
    if (i > 0) product = addScaledInPlaceThenDot(r, -alphas[i], y, pairs[i - 1].s);
    else addScaledInPlace(r, -alphas[i], y);
  }
  const gamma = 1 / (pairs[newest].rho * dot(pairs[newest].y, pairs[newest].y));
  scaleInPlace(gamma, r);
  product = dot(pairs[0].y, r);
  for (let i = 0; i <= newest; i++) {
    const { s, rho } = pairs[i];
    const step = alphas[i] - rho * product;
    if (i < newest) product = addScaledInPlaceThenDot(r, step, s, pairs[i + 1].y);
    else addScaledInPlace(r, step, s);
  }
  return r;
}
