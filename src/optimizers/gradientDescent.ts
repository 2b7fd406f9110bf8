// Gradient descent with momentum: the plainest way downhill, and what the others are measured against.
import { largest } from "../math/vectors";
import { numberWhere, type Spec } from "../spec";
import { type Clip, clipEnds, clipOption, expectGradient, expectOption, expectState, isFraction, isPositive } from "./checks";
import type { Optimizer } from "./optimizer";

export interface GradientDescentOptions {
  /**
   * The learning rate: the step is `rate` × gradient. Its unit is pixel value² per unit of loss, so a rate that suits
   * one loss does not suit another, nor the same loss multiplied by 10. Not given: chosen once, from the first gradient
   * that is not 0, such that the pixel that moves farthest in that step moves by 0.02.
   */
  readonly rate?: number;
  /** μ, how much of the last velocity is kept: 0 (default) is plain gradient descent; 0.9 is usual. */
  readonly momentum?: number;
  /** The range that each coordinate is kept in after a step: `[0, 1]`, an image's (default), or `false` for none. */
  readonly clip?: Clip;
}

/** The velocity, and the rate in use: 0 until it is chosen. */
export interface GradientDescentState {
  readonly rate: number;
  readonly velocity: Float32Array;
}

/** How far the first step moves the pixel that moves farthest, where no rate is given (pixel values are 0…1). */
const firstStep = 0.02;

/**
 * Gradient descent with heavy-ball momentum (Polyak 1964), in the form of torch's SGD:
 *
 *     v ← μ v + ∇f(x)        x ← x − rate · v        then x is clipped
 *
 * In a long valley the velocity grows up to 1/(1−μ) times the gradient; across it, it cancels. Clipping moves the point
 * only: the velocity remembers the gradients as they were. Calls `f` exactly once a step, at the `x` it was given.
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
      const chosen = Math.fround(state.rate || rateFor(gradient));
      const velocity = new Float32Array(x.length);
      const next = new Float32Array(x.length);
      for (let i = 0; i < x.length; i++) {
        velocity[i] = momentum * state.velocity[i] + gradient[i];
        next[i] = Math.min(high, Math.max(low, x[i] - Math.fround(chosen * velocity[i])));
      }
      return { x: next, value, state: { rate: chosen, velocity } };
    },

    carry: ({ rate, velocity }, resized) => ({ rate, velocity: resized(velocity, "bicubic") }),
  };
}

/** The rate that moves the steepest coordinate by `firstStep`; 0, not chosen yet, where there is no slope at all. */
function rateFor(gradient: Float32Array): number {
  const steepest = largest(gradient);
  return steepest > 0 ? firstStep / steepest : 0;
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
