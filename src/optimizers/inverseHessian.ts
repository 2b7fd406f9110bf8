// The inverse Hessian of L-BFGS: never a matrix, but the last few steps that it is made of, and its product with a vector.
import { addScaledInPlace, dot, norm, subtract } from "../math/vectors";

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
  const s = subtract(xNext, x); // the actual step, not t × direction: the two differ by rounding
  const y = subtract(gNext, g);
  const curvature = dot(s, y);
  return curvature > resolution * norm(s) * (norm(g) + norm(gNext)) ? { s, y, rho: 1 / curvature } : undefined;
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
  const alphas: number[] = [];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i];
    alphas[i] = rho * dot(s, r);
    addScaledInPlace(r, -alphas[i], y);
  }
  const newest = pairs.at(-1);
  const gamma = newest ? 1 / (newest.rho * dot(newest.y, newest.y)) : 1;
  for (let i = 0; i < r.length; i++) r[i] *= gamma;
  for (const [i, { s, y, rho }] of pairs.entries()) addScaledInPlace(r, alphas[i] - rho * dot(y, r), s);
  return r;
}
