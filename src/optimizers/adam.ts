// Adam: gradient descent with a learning rate adapted to each pixel.
import { numberWhere, type Spec } from "../spec";
import { type Clip, clipEnds, clipOption, expectGradient, expectOption, expectState, isFraction, isPositive } from "./checks";
import type { Optimizer } from "./optimizer";

export interface AdamOptions {
  /** α, the learning rate: about how far a pixel moves in one step, in pixel values 0…1. Code for 0…255 uses 10, which is 0.04 here. */
  readonly rate?: number;
  /** β₁, the decay of the mean gradient: it averages about 1/(1−β₁) steps. */
  readonly beta1?: number;
  /** β₂, the decay of the mean squared gradient. 0.99 forgets the large gradients of a start sooner. */
  readonly beta2?: number;
  /** ε, in the unit of the gradient: pixels whose gradient is small compared with it move by less than `rate`. */
  readonly epsilon?: number;
  /** The range to which every coordinate is clipped after a step: `[0, 1]`, an image's (default), or `false` for none. */
  readonly clip?: Clip;
}

/** The paper's t, m and v. For another size of the image t stays, m is resized as a gradient and v as a squared one. */
export interface AdamState {
  readonly steps: number;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/**
 * Adam (Kingma & Ba 2015, Algorithm 1), with bias correction of both moments:
 *
 *     m ← β₁ m + (1−β₁) g          m̂ = m / (1−β₁ᵗ)
 *     v ← β₂ v + (1−β₂) g²         v̂ = v / (1−β₂ᵗ)
 *     x ← x − α m̂ / (√v̂ + ε)       then x is clipped to 0…1, unless `clip` says otherwise
 *
 * The first step moves every pixel by `rate`, up or down; later ones by about `rate` at most. Multiplying the loss by a number
 * changes nothing (as long as ε is small compared with the gradient), so only the *ratios* of the terms' weights matter. Calls
 * `f` exactly once a step, with the very array `x`.
 *
 * It clips by default, as `gradientDescent` does and `lbfgs` does not. Clipping moves the point only: the moments average the
 * gradients as they were. With parameters other than pixels (`reparameterize`), give `clip: false`.
 *
 * @throws RangeError for an option outside its range, or a state or gradient of another length than `x`.
 */
export function adam(options: AdamOptions = {}): Optimizer<AdamState> {
  const { rate = 0.02, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clip = [0, 1] } = options;
  const name = "adam";
  expectOption(name, "rate", rate, isPositive(rate), "a finite number above 0");
  expectOption(name, "beta1", beta1, isFraction(beta1), "a number from 0 up to, not including, 1");
  expectOption(name, "beta2", beta2, isFraction(beta2), "a number from 0 up to, not including, 1");
  expectOption(name, "epsilon", epsilon, isPositive(epsilon), "a finite number above 0");
  const [low, high] = clipEnds(name, clip);

  return {
    name,
    settings: { rate, beta1, beta2, epsilon, clip },
    init: (x) => ({ steps: 0, firstMoment: new Float32Array(x.length), secondMoment: new Float32Array(x.length) }),

    async step(f, x, state) {
      expectState(name, state.firstMoment, x);
      expectState(name, state.secondMoment, x);
      const { value, gradient } = await f(x);
      expectGradient(name, gradient, x);
      const steps = state.steps + 1;
      const correct1 = 1 - beta1 ** steps;
      const correct2 = 1 - beta2 ** steps;
      const firstMoment = new Float32Array(x.length);
      const secondMoment = new Float32Array(x.length);
      const next = new Float32Array(x.length);
      for (let i = 0; i < x.length; i++) {
        const g = gradient[i];
        const m = beta1 * state.firstMoment[i] + (1 - beta1) * g;
        const v = beta2 * state.secondMoment[i] + (1 - beta2) * g * g;
        const moved = x[i] - (rate * (m / correct1)) / (Math.sqrt(v / correct2) + epsilon);
        firstMoment[i] = m;
        secondMoment[i] = v;
        next[i] = Math.min(high, Math.max(low, moved));
      }
      return { x: next, value, state: { steps, firstMoment, secondMoment } };
    },

    resizeState: ({ steps, firstMoment, secondMoment }, { vector }) =>
      ({ steps, firstMoment: vector(firstMoment, "gradient"), secondMoment: vector(secondMoment, "squaredGradient") }),
  };
}

const decay = "a number from 0 up to, not including, 1";

export const adamSpec: Spec<Optimizer, AdamOptions> = {
  name: "adam", make: adam,
  options: {
    rate: numberWhere(0.02, "a number above 0", isPositive), beta1: numberWhere(0.9, decay, isFraction),
    beta2: numberWhere(0.999, decay, isFraction), epsilon: numberWhere(1e-8, "a number above 0", isPositive), clip: clipOption,
  },
  shorthand: "rate",
  summary: "gradient descent with a rate for each pixel", source: "Kingma & Ba 2015",
};
