// The type of an optimizer: two pure functions, with the state in the open between them.
import type { ResizeFilter } from "../math/resample";

/** The value of a function at a point, and its gradient there (same length as the point). */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float32Array;
}

/** The function to minimize. A line search may call it several times in one step. */
export type Evaluate = (x: Float32Array) => Evaluation | Promise<Evaluation>;

/** The result of one step: the new point, the value at the point where the step *started*, and the new state. */
export interface StepResult<State> {
  readonly x: Float32Array;
  readonly value: number;
  readonly state: State;
}

/**
 * A minimization algorithm. `init` makes the state for points like `x`; `step` takes one step. Both are pure: they do not change
 * their arguments, so a run can be forked, stored or replayed from any `{ x, state }`.
 *
 * Whether it clips the point to a range is up to the optimizer: `gradientDescent` and `adam` clip to 0…1 by default, `lbfgs`
 * never clips.
 */
export interface Optimizer<State = any> {
  readonly name: string;
  /** Its options, all of them, so that a saved run is resumed under the same ones only. */
  readonly settings?: object;
  /** The optimizer that this one wraps. */
  readonly inner?: Optimizer;
  init(x: Float32Array): State;
  step(f: Evaluate, x: Float32Array, state: State): Promise<StepResult<State>>;
  /**
   * The state for the same image at another size, to warm-start there (`coarseToFine`); without this method the optimizer starts
   * again with `init`. `resize` resizes a vector that has one number for each pixel and channel.
   */
  resizeState?(state: State, resize: (vector: Float32Array, filter: ResizeFilter) => Float32Array): State;
}
