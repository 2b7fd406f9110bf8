// Optimization of other parameters than pixels: any numbers from which an image is computed.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { Optimizer } from "./optimizer";

/** A differentiable function from a vector of parameters to an image of one size, and its inverse. */
export interface Parameterization {
  readonly name: string;
  /** The image's shape: `[height, width, 3]`. */
  readonly shape: readonly [number, number, number];
  toImage(parameters: tf.Tensor1D): Image;
  toParameters(image: Image): tf.Tensor1D;
}

/** The point in parameters, and the state of the wrapped optimizer. */
export interface ReparameterizedState<State> {
  readonly parameters: Float32Array;
  readonly inner: State;
}

/**
 * An optimizer that wraps an optimizer: it minimizes over parameters instead of pixels, `reparameterize(fourier(photo), lbfgs())`.
 * The loss, its minimum and every image shown stay in pixels; what changes is the path. The gradient is exact: the pixel gradient,
 * backpropagated through `toImage` (the chain rule, as a vector-Jacobian product).
 *
 * Parameters are not pixel values: an optimizer that clips, as `adam` and `gradientDescent` do by default, needs `clip: false`.
 * `lbfgs` does not clip. The state cannot be resized: `coarseToFine` with it starts again at each size.
 *
 * @throws RangeError for images of another size, and for an optimizer that clips parameters to 0…1
 */
export function reparameterize<State>({ name, shape, toImage, toParameters }: Parameterization, optimizer: Optimizer<State>):
Optimizer<ReparameterizedState<State>> {
  return {
    name: `${optimizer.name} over ${name}`,
    settings: optimizer.settings,
    inner: optimizer,

    init(x) {
      if (x.length !== shape[0] * shape[1] * shape[2])
        throw new RangeError(`the parameters (${name}) are for images of ${shape.join("×")}, but this one has ` +
          `${x.length} values: make them for the image where the run starts`);
      // `init` is synchronous by contract, so the values are read synchronously: once in a run.
      const parameters = tf.tidy(() => toParameters(tf.tensor3d(x, [...shape])).dataSync<"float32">());
      return { parameters, inner: optimizer.init(parameters) };
    },

    async step(f, x, { parameters, inner }) {
      // `minimize` caches its measurements by array, so each point has one array of pixels, and the current point has `x`.
      const pixels = new Map([[parameters, x]]);
      const pixelsOf = async (point: Float32Array): Promise<Float32Array> => {
        if (!pixels.has(point)) pixels.set(point, await values(() => toImage(tf.tensor1d(point))));
        return pixels.get(point)!;
      };
      const next = await optimizer.step(async (point) => {
        const { value, gradient } = await f(await pixelsOf(point));
        const backward = (): tf.Tensor => tf.grad((p: tf.Tensor) => toImage(p as tf.Tensor1D))(
          tf.tensor1d(point), tf.tensor3d(gradient, [...shape]));
        return { value, gradient: await values(backward) };
      }, parameters, inner);
      if (isPixels(next.x) && !isPixels(parameters))
        throw new RangeError(`${optimizer.name} clips the parameters (${name}) as if they were pixels: give it clip: false`);
      return { x: await pixelsOf(next.x), value: next.value, state: { parameters: next.x, inner: next.state } };
    },
  };
}

async function values(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  return tensor.data<"float32">().finally(() => tensor.dispose());
}

const isPixels = (x: Float32Array): boolean => x.every((value) => value >= 0 && value <= 1);
