// The type of an optimizer: two pure functions, with the state in the open between them.
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
  /** The state at `x`. `shape` is that of the image whose values `x` holds, where it is one: a parameterization needs it. */
  init(x: Float32Array, shape?: ImageShape): State;
  step(f: Evaluate, x: Float32Array, state: State): Promise<StepResult<State>>;
  /**
   * The state for the same image at another size, to warm-start there (`coarseToFine`); without this method the optimizer starts
   * again with `init`.
   */
  resizeState?(state: State, resizing: Resizing): State;
}

/** `[height, width, 3]`. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** What a vector of an optimizer's state is, which says how it looks at another size of the image. */
export type VectorKind = "change" | "gradient" | "squaredGradient";

/** A change of the image's size. */
export interface Resizing {
  readonly from: ImageShape;
  readonly to: ImageShape;
  /** The pixels at the new size. */
  readonly x: Float32Array;
  /**
   * A vector with one number for each pixel and channel at the new size. A change of pixels is resized as an image is. The derivative of a
   * loss that does not depend on the size is divided among the pixels: it is resized, times the old number of pixels over the new.
   */
  readonly vector: (vector: Float32Array, kind: VectorKind) => Float32Array;
}
