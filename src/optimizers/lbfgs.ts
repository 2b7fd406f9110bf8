// L-BFGS: a quasi-Newton method, with the curvature estimated from the last few steps.
import { addScaled, dot, isEqual, maxAbs, scale, scaleInPlace } from "../math/vectors";
import { numberWhere, wholeNumber, type Spec } from "../spec";
import { expectGradient, expectOption, expectState, isCount, isFraction, isPositive } from "./checks";
import { inverseHessianTimes, pairFrom, pairOf, type Pair } from "./inverseHessian";
import { type LinePoint, lineSearch } from "./lineSearch";
import type { Evaluation, Optimizer } from "./optimizer";

export interface LbfgsOptions {
  /**
   * m, the number of past steps in the history (torch's `history_size`), at any size of image, so that machines agree: default 20. Each is
   * two images: 20 are 126 MB at 512 × 512, 503 MB at 1024 × 1024. Compared with 10, the loss after 200 evaluations was in the
   * mean over eight objectives 8 % lower with 20, 11 % with 50, 12 % with 100 (vgg19-mini at 64²: two pairs of pictures; transfers by
   * `gram` and `gaussianWasserstein` +8 to −2 %, textures and reconstructions −5 to −30 %); on VGG-19 a transfer by `gram` gained
   * nothing from 20, a texture 19 %. But with 100, a step of `lbfgs` itself takes longer than vgg19-mini at 128².
   */
  readonly memory?: number;
  /** Where there is no history yet: how far the first trial moves the pixel that moves farthest, in pixel values 0…1. */
  readonly firstStep?: number;
  /** Line search: the fraction of the predicted decrease that must be reached. 0 < c1 < c2. */
  readonly c1?: number;
  /** Line search: the fraction of the directional derivative that may remain. c1 < c2 < 1. */
  readonly c2?: number;
  /** Line search: the largest number of trial points, each one evaluation of the loss. */
  readonly evaluations?: number;
  /**
   * The relative rounding error of `f`'s values (10⁻⁶ on the WebAssembly engine, measured; default ten times that). Smaller
   * changes are computed from the derivatives, so a value may rise by this much; with 0 it never rises, but a run ends sooner.
   */
  readonly rounding?: number;
}

/** The history: the last `memory` steps, oldest first. */
export interface LbfgsState {
  readonly pairs: readonly Pair[];
}

/**
 * L-BFGS (Liu & Nocedal 1989; Nocedal & Wright, Algorithms 7.4 and 7.5) with a strong Wolfe line search, which Gatys et
 * al. found to work best. A step goes along −H∇f(x), where H ≈ (∇²f)⁻¹ is built from the pairs (Δx, Δgradient) of past steps,
 * and tries the full length first.
 *
 * - **First step.** With no pairs the step has no scale, so the first trial is a steepest-descent step in which the farthest
 *   pixel moves by `firstStep`: 0.02, five of 255 gray levels. The usual min(1, 1/‖g‖₁) depends on the unit of the loss and
 *   shrinks with the size of the image; this does neither, and the line search lengthens it tenfold where that pays.
 * - **Pairs** are stored where sᵀy > 2⁻²³ ‖s‖(‖g‖ + ‖g′‖): where the curvature stands above the float32 rounding of the
 *   two gradients whose difference y is. (An absolute bound, such as torch's 10⁻¹⁰, would depend on the loss's unit.)
 * - **Restart.** Where −H∇f is not a descent direction, or the line search along it fails, the pairs are dropped and steepest
 *   descent is tried once. Where that fails too there is no progress: the step returns the very array `x` it was called with.
 * - **No clipping**, unlike `adam` and `gradientDescent`, which clip to 0…1 by default: clipped between steps, the pairs would no
 *   longer describe the function. Pixels may leave 0…1; clip a copy to show or save it.
 *
 * The state holds no gradient: a step begins with `f(x)`. The `x` it returns is the very array on which it called `f`, so where
 * `f` caches its results by array, as in `minimize`, no point is evaluated twice. `f` must be deterministic: a loss that
 * draws new random numbers at each call breaks both the pairs and the line search.
 *
 * @throws RangeError for an option outside its range, or a state or gradient of another length than `x`.
 */
export function lbfgs(options: LbfgsOptions = {}): Optimizer<LbfgsState> {
  const { memory = 20, firstStep = 0.02, c1 = 1e-4, c2 = 0.9, evaluations = 25, rounding = 1e-5 } = options;
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
      const start = await f(x);
      expectGradient(name, start.gradient, x);

      /** The line search along a direction; undefined where that is not a descent direction, or there is no progress. */
      const searchAlong = async (direction: Float32Array): Promise<Trial | undefined> => {
        const derivative = dot(start.gradient, direction);
        // Written so that NaN fails too: a zero gradient has no direction of steepest descent.
        if (!(derivative < 0) || !Number.isFinite(start.value)) return undefined;
        const evaluate = async (t: number): Promise<Trial | undefined> => {
          const point = addScaled(x, t, direction);
          if (isEqual(point, x)) return undefined;
          const { value, gradient } = await f(point);
          expectGradient(name, gradient, x);
          return { t, value, gradient, derivative: dot(gradient, direction), x: point };
        };
        return lineSearch(evaluate, { value: start.value, derivative }, { c1, c2, evaluations, rounding });
      };

      let pairs = state.pairs;
      let next = pairs.length > 0 ? await searchAlong(quasiNewtonDirection(pairs, start.gradient)) : undefined;
      if (next === undefined) {
        pairs = [];
        next = await searchAlong(scale(-firstStep / maxAbs(start.gradient), start.gradient));
      }
      if (next === undefined) return { x, value: start.value, state: { pairs } };
      const pair = pairOf(x, start.gradient, next.x, next.gradient);
      if (pair !== undefined) pairs = [...pairs, pair].slice(-memory);
      return { x: next.x, value: start.value, state: { pairs } };
    },

    // s and y at the new size: what is known of the curvature of the coarse shapes, which are the same there.
    resizeState: ({ pairs }, { vector }) => ({
      pairs: pairs.flatMap(({ s, y }) => pairFrom(vector(s, "change"), vector(y, "gradient")) ?? []),
    }),
  };
}

/** −H∇f. */
function quasiNewtonDirection(pairs: readonly Pair[], gradient: Float32Array): Float32Array {
  const direction = inverseHessianTimes(pairs, gradient);
  scaleInPlace(-1, direction);
  return direction;
}

/** A point that the line search evaluated. */
interface Trial extends LinePoint, Evaluation {
  readonly x: Float32Array;
}

export const lbfgsSpec: Spec<Optimizer, LbfgsOptions> = {
  name: "lbfgs", make: lbfgs,
  options: {
    memory: wholeNumber(20, 1), firstStep: numberWhere(0.02, "a number above 0", isPositive),
    c1: numberWhere(1e-4, "a number above 0 and below c2", (c1) => c1 > 0 && c1 < 1),
    c2: numberWhere(0.9, "a number above c1 and below 1", (c2) => c2 > 0 && c2 < 1),
    evaluations: wholeNumber(25, 1), rounding: numberWhere(1e-5, "a number from 0 up to, not including, 1", isFraction),
  },
  summary: "a quasi-Newton method with limited memory", source: "Liu & Nocedal 1989",
};
