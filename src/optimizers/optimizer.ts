// What an optimizer is: two pure functions, with the memory in the open between them.
import type { Kernel } from "../math/resample";

/** The value of a function at a point, and its gradient there (same length as the point). */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float32Array;
}

/** The function to descend on. A line search may call it several times in one step. */
export type Evaluate = (x: Float32Array) => Evaluation | Promise<Evaluation>;

/** Where one step led: the new point, the value at the point that the step *started* from, and the new memory. */
export interface StepResult<State> {
  readonly x: Float32Array;
  readonly value: number;
  readonly state: State;
}

/**
 * A way to go downhill. `init` makes the memory for points like `x`; `step` moves once. Both are pure: neither changes
 * its arguments, so a run can be forked, stored or replayed from any `{ x, state }`.
 */
export interface Optimizer<State = any> {
  readonly name: string;
  /** Its options, so that a saved run goes on under the same. */
  readonly settings?: object;
  /** The optimizer that this one was made from. */
  readonly inner?: Optimizer;
  init(x: Float32Array): State;
  step(f: Evaluate, x: Float32Array, state: State): Promise<StepResult<State>>;
  /** The memory for the same image at another size, to which `resized` takes a vector of one number per pixel and channel. */
  resizeState?(state: State, resized: (vector: Float32Array, kernel: Kernel) => Float32Array): State;
}
