// The optimizers by name, in reading order.
import type { Registry, Spec } from "../spec";
import { adamSpec } from "./adam";
import { fourier } from "./fourier";
import { gradientDescentSpec } from "./gradientDescent";
import { lbfgsSpec } from "./lbfgs";
import type { Optimizer } from "./optimizer";
import { reparameterize } from "./reparameterize";

/** Every optimizer on pixels and on Fourier coefficients: `"lbfgs"`, `"fourier lbfgs"`. */
export const optimizers: Registry<Optimizer> = [lbfgsSpec, adamSpec, gradientDescentSpec].flatMap((spec) => [spec, onFourierCoefficients(spec)]);

function onFourierCoefficients(spec: Spec<Optimizer>): Spec<Optimizer> {
  const { clip, ...options } = spec.options;
  return {
    ...spec, name: `fourier ${spec.name}`, options, summary: `${spec.summary}, on Fourier coefficients`,
    // What clips would clip the coefficients as if they were pixels.
    make: (chosen) => reparameterize(fourier(), spec.make(clip ? { ...chosen, clip: false } : chosen)),
  };
}
