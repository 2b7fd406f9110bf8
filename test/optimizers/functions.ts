// Functions to descend on, with the points they start from, and the loop that every optimizer test needs.
import type { Evaluate, Evaluation, Optimizer } from "../../src/optimizers/optimizer";

export interface Landscape {
  readonly name: string;
  readonly start: Float32Array;
  readonly f: (x: Float32Array) => Evaluation;
}

/** ½ Σ kᵢ (xᵢ − ½)², the kᵢ falling evenly on a log scale from 1 to 1/condition. */
export function bowl(size: number, condition: number): Landscape {
  const k = Array.from({ length: size }, (_, i) => condition ** (-i / Math.max(1, size - 1)));
  return {
    name: `a bowl of ${size} dimensions, condition ${condition}`,
    start: Float32Array.from({ length: size }, (_, i) => ((i * 37) % 101) / 101),
    f: (x) => ({
      value: k.reduce((sum, ki, i) => sum + (ki * (x[i] - 0.5) ** 2) / 2, 0),
      gradient: Float32Array.from(k, (ki, i) => ki * (x[i] - 0.5)),
    }),
  };
}

/** Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², from −1.2, 1, −1.2, 1 … (Moré, Garbow & Hillstrom 1981, problems 1 and 21). */
export function rosenbrock(size: number): Landscape {
  return {
    name: `Rosenbrock's valley in ${size} dimensions`,
    start: Float32Array.from({ length: size }, (_, i) => (i % 2 ? 1 : -1.2)),
    f: (x) => {
      let value = 0;
      const gradient = new Float64Array(size);
      for (let i = 0; i + 1 < size; i++) {
        const a = x[i + 1] - x[i] ** 2;
        const b = 1 - x[i];
        value += 100 * a * a + b * b;
        gradient[i] += -400 * x[i] * a - 2 * b;
        gradient[i + 1] += 200 * a;
      }
      return { value, gradient: Float32Array.from(gradient) };
    },
  };
}

/** Σ log cosh(aᵢ(xᵢ − ½)), plus 3: nearly linear far away, and its lowest value is not 0. */
export function gutter(size: number): Landscape {
  const a = Array.from({ length: size }, (_, i) => 1 + (i % 7));
  return {
    name: `a gutter with straight walls in ${size} dimensions`,
    start: Float32Array.from({ length: size }, (_, i) => 3 * Math.sin(i)),
    f: (x) => ({
      value: a.reduce((sum, ai, i) => sum + Math.log(Math.cosh(ai * (x[i] - 0.5))), 3),
      gradient: Float32Array.from(a, (ai, i) => ai * Math.tanh(ai * (x[i] - 0.5))),
    }),
  };
}

/** Σ xᵢ − log xᵢ: a cliff at 0, beyond which the value is NaN. Lowest at xᵢ = 1. */
export function cliff(size: number): Landscape {
  return {
    name: `a cliff in ${size} dimensions`,
    start: Float32Array.from({ length: size }, (_, i) => 4 + i),
    f: (x) => ({
      value: x.reduce((sum, xi) => sum + xi - Math.log(xi), 0),
      gradient: x.map((xi) => 1 - 1 / xi),
    }),
  };
}

/** The same landscape with every value and gradient multiplied. */
export function multiplied(by: number, { f, ...land }: Landscape): Landscape {
  const times = (e: Evaluation): Evaluation => ({ value: by * e.value, gradient: e.gradient.map((g) => by * g) });
  return { ...land, name: `${by} × ${land.name}`, f: (x) => times(f(x)) };
}

/** f, with its results cached by array as `minimize` does, and the arrays at which it was really evaluated. */
export function caching(f: Landscape["f"]): { f: Landscape["f"]; asked: Float32Array[] } {
  const answers = new Map<Float32Array, Evaluation>();
  const asked: Float32Array[] = [];
  const ask = (x: Float32Array): Evaluation => {
    const known = answers.get(x);
    if (known) return known;
    const answer = f(x);
    asked.push(x);
    answers.set(x, answer);
    return answer;
  };
  return { f: ask, asked };
}

export interface Visit<State = any> {
  readonly x: Float32Array;
  readonly state: State;
  readonly value?: number;
}

/** The start and the result of each step; ends early where a step makes no progress, or `until` holds. */
export async function descend<State>(
  optimizer: Optimizer<State>,
  f: Evaluate,
  start: Float32Array,
  { steps = 100, until = () => false }: { steps?: number; until?: (x: Float32Array) => boolean } = {},
): Promise<Visit<State>[]> {
  const visits: Visit<State>[] = [{ x: start, state: optimizer.init(start) }];
  for (let i = 0; i < steps && !until(visits[i].x); i++) {
    const next = await optimizer.step(f, visits[i].x, visits[i].state);
    if (next.x === visits[i].x) break;
    visits.push(next);
  }
  return visits;
}

/** Pseudo-random numbers in −1…1, always the same. */
export function scattered(size: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: size }, () => {
    state = (state * 48271) % 2147483647; // Park & Miller's minimal standard
    return (2 * state) / 2147483647 - 1;
  });
}

/** The largest |a − b| / (1 + |b|) over all coordinates. */
export function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]) / (1 + Math.abs(b[i])));
  return worst;
}
