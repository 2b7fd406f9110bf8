// L-BFGS: Newton's method, with a curvature learned from the last few steps.
import { addInPlace, dot, largest, minus, norm, plusScaled, same, scaled } from "../math/vectors";
import { numberWhere, wholeNumber, type Spec } from "../spec";
import { expectGradient, expectOption, expectState, isCount, isFraction, isPositive } from "./checks";
import { type LinePoint, lineSearch } from "./lineSearch";
import type { Evaluation, Optimizer } from "./optimizer";

export interface LbfgsOptions {
  /** m, how many steps are remembered. A pair is two images: 10 pairs at 512 × 512 are 63 MB. */
  readonly memory?: number;
  /** Where nothing is known yet: how far the first trial moves the pixel that moves farthest, in pixel values 0…1. */
  readonly firstStep?: number;
  /** Line search: the share of the promised decrease that must be kept. 0 < c1 < c2. */
  readonly c1?: number;
  /** Line search: the share of the slope that may be left. c1 < c2 < 1. */
  readonly c2?: number;
  /** Line search: the most trial points it may look at. */
  readonly evaluations?: number;
  /**
   * The relative rounding of `f`'s values (10⁻⁶ on the WebAssembly engine, tried; default ten times that). Smaller
   * changes are computed from slopes, so a value may rise by this much; with 0 it never rises, but a run ends sooner.
   */
  readonly rounding?: number;
}

/** One remembered step: s = Δx, y = Δgradient, and ρ = 1/(sᵀy). Nocedal & Wright's letters. */
export interface Pair {
  readonly s: Float32Array;
  readonly y: Float32Array;
  readonly rho: number;
}

/** The last `memory` steps, oldest first. */
export interface LbfgsState {
  readonly pairs: readonly Pair[];
}

/**
 * L-BFGS (Liu & Nocedal 1989; Nocedal & Wright, Algorithms 7.4 and 7.5) with a strong Wolfe line search: what Gatys et
 * al. found to work best. A step goes along −H∇f(x), where H ≈ (∇²f)⁻¹ is made of the remembered pairs, and tries the
 * full length first.
 *
 * - **First step.** With no pairs there is no scale, so the trial is steepest descent in which the farthest pixel moves
 *   by `firstStep`: 0.02, five of 255 gray levels, visible and harmless. The usual min(1, 1/‖g‖₁) depends on the unit
 *   of the loss and shrinks with the image; this does neither, and the search lengthens it tenfold where that pays.
 * - **Pairs** are kept where sᵀy > 2⁻²³ ‖s‖(‖g‖ + ‖g′‖): where the curvature stands above the float32 rounding of the
 *   two gradients y is the difference of. (An absolute bound, such as torch's 10⁻¹⁰, would depend on the loss's unit.)
 * - **Restart.** Where −H∇f does not lead down, or the search along it fails, the pairs are dropped and steepest
 *   descent is tried once. Where that fails too there is no progress: the step returns the very `x` it was given.
 * - **No bounds.** Clipping between steps would make the pairs lie: clip a copy, to show it.
 *
 * The memory holds no gradient: a step begins by asking for `f(x)`. The `x` it returns is the very array on which it
 * called `f`, so where `f` remembers its answers by array, as in `minimize`, no point is ever computed twice. `f` must
 * be one and the same function: a loss that draws new random numbers at each call breaks both pairs and line search.
 *
 * @throws RangeError for an option outside its range, or a state or gradient of another length than `x`.
 */
export function lbfgs(options: LbfgsOptions = {}): Optimizer<LbfgsState> {
  const { memory = 10, firstStep = 0.02, c1 = 1e-4, c2 = 0.9, evaluations = 25, rounding = 1e-5 } = options;
  const name = "lbfgs";
  expectOption(name, "memory", memory, isCount(memory), "a whole number, 1 or more");
  expectOption(name, "firstStep", firstStep, isPositive(firstStep), "a finite number above 0");
  expectOption(name, "c1", c1, c1 > 0 && c1 < c2, `above 0 and below c2 (${c2})`);
  expectOption(name, "c2", c2, c2 < 1, "below 1");
  expectOption(name, "evaluations", evaluations, isCount(evaluations), "a whole number, 1 or more");
  expectOption(name, "rounding", rounding, isFraction(rounding), "a number from 0 up to, not including, 1");

  return {
    name,
    settings: { memory, firstStep, c1, c2, evaluations, rounding },
    init: () => ({ pairs: [] }),

    async step(f, x, state) {
      if (state.pairs.length > 0) expectState(name, state.pairs[0].s, x);
      const here = await f(x);
      expectGradient(name, here.gradient, x);

      /** Goes along a direction; undefined where it does not lead down, or leads nowhere. */
      const along = async (direction: Float32Array): Promise<Trial | undefined> => {
        const slope = dot(here.gradient, direction);
        // Written so that NaN fails too: a zero gradient has no steepest direction.
        if (!(slope < 0) || !Number.isFinite(here.value)) return undefined;
        const at = async (t: number): Promise<Trial | undefined> => {
          const there = plusScaled(x, t, direction);
          if (same(there, x)) return undefined;
          const { value, gradient } = await f(there);
          expectGradient(name, gradient, x);
          return { t, value, gradient, slope: dot(gradient, direction), x: there };
        };
        return lineSearch(at, { value: here.value, slope }, { c1, c2, evaluations, rounding });
      };

      let pairs = state.pairs;
      let next = pairs.length > 0 ? await along(scaled(-1, inverseHessianTimes(pairs, here.gradient))) : undefined;
      if (next === undefined) {
        pairs = [];
        next = await along(scaled(-firstStep / largest(here.gradient), here.gradient));
      }
      if (next === undefined) return { x, value: here.value, state: { pairs } };
      const learned = pairOf(x, here.gradient, next.x, next.gradient);
      if (learned !== undefined) pairs = [...pairs, learned].slice(-memory);
      return { x: next.x, value: here.value, state: { pairs } };
    },
  };
}

/** A point that the line search looked at. */
interface Trial extends LinePoint, Evaluation {
  readonly x: Float32Array;
}

/** The smallest relative change that float32 can show. */
const resolution = 2 ** -23;

/** What a step from x (gradient g) to x′ (gradient g′) says about the curvature; undefined where that is rounding. */
function pairOf(x: Float32Array, g: Float32Array, xNext: Float32Array, gNext: Float32Array): Pair | undefined {
  const s = minus(xNext, x); // what was walked, not t × direction: the two differ by rounding
  const y = minus(gNext, g);
  const curvature = dot(s, y);
  return curvature > resolution * norm(s) * (norm(g) + norm(gNext)) ? { s, y, rho: 1 / curvature } : undefined;
}

/**
 * H·v, where H is the BFGS approximation to the inverse Hessian that starts from γI, γ = sᵀy/yᵀy of the newest pair
 * (eq. 7.20), and is updated with each of the pairs, oldest first: the two-loop recursion (Algorithm 7.4). It never
 * makes the matrix, which for an image would have 10¹² entries. With no pairs, H is the identity.
 */
export function inverseHessianTimes(pairs: readonly Pair[], v: Float32Array): Float32Array {
  const r = v.slice();
  const alphas: number[] = [];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i];
    alphas[i] = rho * dot(s, r);
    addInPlace(r, -alphas[i], y);
  }
  const newest = pairs.at(-1);
  const gamma = newest ? 1 / (newest.rho * dot(newest.y, newest.y)) : 1;
  for (let i = 0; i < r.length; i++) r[i] *= gamma;
  for (const [i, { s, y, rho }] of pairs.entries()) addInPlace(r, alphas[i] - rho * dot(y, r), s);
  return r;
}

export const lbfgsSpec: Spec<Optimizer, LbfgsOptions> = {
  name: "lbfgs", make: lbfgs,
  options: {
    memory: wholeNumber(10, 1), firstStep: numberWhere(0.02, "a number above 0", isPositive),
    c1: numberWhere(1e-4, "a number above 0 and below c2", (c1) => c1 > 0 && c1 < 1),
    c2: numberWhere(0.9, "a number above c1 and below 1", (c2) => c2 > 0 && c2 < 1),
    evaluations: wholeNumber(25, 1), rounding: numberWhere(1e-5, "a number from 0 up to, not including, 1", isFraction),
  },
  summary: "a quasi-Newton method with limited memory", source: "Liu & Nocedal 1989",
};
