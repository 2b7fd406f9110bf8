// Gradient descent with momentum: the simplest optimizer, and the baseline for the others.
import { maxAbs } from "../math/vectors";
import { numberWhere, type Spec } from "../spec";
import { type Clip, clipEnds, clipOption, expectGradient, expectOption, expectState, isFraction, isPositive } from "./checks";
import type { Optimizer } from "./optimizer";

export interface GradientDescentOptions {
  /**
   * The learning rate: the step is `rate` × gradient. Its unit is pixel value² per unit of loss, so a rate that suits
   * one loss does not suit another, nor the same loss multiplied by 10. Default: chosen once, from the first gradient
   * that is not 0, such that the pixel that moves farthest in that step moves by 0.02.
   */
  readonly rate?: number;
  /** μ, the fraction of the last velocity that remains: 0 (default) is plain gradient descent; 0.9 is usual. */
  readonly momentum?: number;
  /** The range to which every coordinate is clipped after a step: `[0, 1]`, an image's (default), or `false` for none. */
  readonly clip?: Clip;
}

/** The velocity, and the rate in use: 0 until one is chosen. */
export interface GradientDescentState {
  readonly rate: number;
  readonly velocity: Float32Array;
}

/** How far the first step moves the pixel that moves farthest, where the rate is chosen here (pixel values are 0…1). */
const firstStep = 0.02;

/**
 * Gradient descent with heavy-ball momentum (Polyak 1964), in the form of torch's SGD:
 *
 *     v ← μ v + ∇f(x)        x ← x − rate · v        then x is clipped to 0…1, unless `clip` says otherwise
 *
 * Along a narrow valley the velocity grows up to 1/(1−μ) times the gradient; across it, the gradients cancel. Calls `f` exactly
 * once a step, with the very array `x`.
 *
 * It clips by default, as `adam` does and `lbfgs` does not. Clipping moves the point only: the velocity sums the gradients as they
 * were. With parameters other than pixels (`reparameterize`), give `clip: false`.
 *
 * @throws RangeError for an option outside its range, or a state or gradient of another length than `x`.
 */
export function gradientDescent(options: GradientDescentOptions = {}): Optimizer<GradientDescentState> {
  const { rate, momentum = 0, clip = [0, 1] } = options;
  const name = "gradientDescent";
  expectOption(name, "rate", rate, rate === undefined || isPositive(rate), "a finite number above 0");
  expectOption(name, "momentum", momentum, isFraction(momentum), "a number from 0 up to, not including, 1");
  const [low, high] = clipEnds(name, clip);

  return {
    name,
    settings: { rate, momentum, clip },
    init: (x) => ({ rate: rate ?? 0, velocity: new Float32Array(x.length) }),

    async step(f, x, state) {
      expectState(name, state.velocity, x);
      const { value, gradient } = await f(x);
      expectGradient(name, gradient, x);
      // Rounded as float32 tensors round, so that a bare loop of tensor operations gives the same bytes.
      const chosen = Math.fround(rate ?? (state.rate || rateFor(gradient)));
      const velocity = new Float32Array(x.length);
      const next = new Float32Array(x.length);
      for (let i = 0; i < x.length; i++) {
        velocity[i] = momentum * state.velocity[i] + gradient[i];
        next[i] = Math.min(high, Math.max(low, x[i] - Math.fround(chosen * velocity[i])));
      }
      return { x: next, value, state: { rate: chosen, velocity } };
    },

    resizeState: ({ rate, velocity }, { vector }) => ({ rate, velocity: vector(velocity, "gradient") }),
  };
}

/** The rate that moves the coordinate with the largest derivative by `firstStep`; 0, not chosen yet, for a zero gradient. */
function rateFor(gradient: Float32Array): number {
  const largest = maxAbs(gradient);
  return largest > 0 ? firstStep / largest : 0;
}

export const gradientDescentSpec: Spec<Optimizer, GradientDescentOptions> = {
  name: "gradientDescent", make: gradientDescent,
  options: {
    rate: numberWhere(undefined, "a number above 0", isPositive),
    momentum: numberWhere(0, "a number from 0 up to, not including, 1", isFraction), clip: clipOption,
  },
  shorthand: "rate",
  summary: "plain gradient descent, with momentum", source: "Polyak 1964",
};
