// Optimization of other parameters than pixels: any numbers from which an image is computed.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { ImageShape, Optimizer, VectorKind } from "./optimizer";

/** A differentiable function from a vector of parameters to an image, and its inverse, for images of any size. */
export interface Parameterization {
  readonly name: string;
  /** Its options, so that a saved run is resumed under the same ones only. */
  readonly settings?: object;
  toImage(parameters: tf.Tensor1D, shape: ImageShape): Image;
  toParameters(image: Image): tf.Tensor1D;
  /** A vector of an optimizer's state in these parameters at another size of the image; without it, the optimizer starts again there. */
  resize?(vector: Float32Array, kind: VectorKind, from: ImageShape, to: ImageShape): Float32Array;
}

/** The point in parameters, the image's shape, and the state of the wrapped optimizer. */
export interface ReparameterizedState<State> {
  readonly parameters: Float32Array;
  readonly shape: ImageShape;
  readonly inner: State;
}

/**
 * An optimizer that wraps an optimizer: it minimizes over parameters instead of pixels, `reparameterize(fourier(), lbfgs())`.
 * The loss, its minimum and every image shown stay in pixels; what changes is the path. The gradient is exact: the pixel gradient,
 * backpropagated through `toImage` (the chain rule, as a vector-Jacobian product).
 *
 * Parameters are not pixel values: an optimizer that clips, as `adam` and `gradientDescent` do by default, needs `clip: false`.
 * `lbfgs` does not clip. `coarseToFine` continues with its state at the next size if the parameterization can `resize` it.
 *
 * @throws RangeError for an optimizer that clips parameters to 0…1, or a run that is not over an image
 */
export function reparameterize<State>({ name, settings, toImage, toParameters, resize }: Parameterization, optimizer: Optimizer<State>):
Optimizer<ReparameterizedState<State>> {
  // `init` and `resizeState` are synchronous by contract, so the values are read synchronously: once in a run, and once a size.
  const parametersOf = (x: Float32Array, [height, width]: ImageShape): Float32Array =>
    tf.tidy(() => toParameters(tf.tensor3d(x, [height, width, 3])).dataSync<"float32">());
  return {
    name: `${optimizer.name} over ${name}`,
    settings: { ...optimizer.settings, ...settings },
    inner: optimizer,

    init(x, shape) {
      if (shape === undefined || x.length !== shape[0] * shape[1] * 3)
        throw new RangeError(`${optimizer.name} over ${name} takes the pixels of an image and its shape, [height, width, 3]`);
      const parameters = parametersOf(x, shape);
      return { parameters, shape: [...shape], inner: optimizer.init(parameters, shape) };
    },

    async step(f, x, { parameters, shape, inner }) {
      // `minimize` caches its measurements by array, so each point has one array of pixels, and the current point has `x`.
      const pixels = new Map([[parameters, x]]);
      const pixelsOf = async (point: Float32Array): Promise<Float32Array> => {
        if (!pixels.has(point)) pixels.set(point, await values(() => toImage(tf.tensor1d(point), shape)));
        return pixels.get(point)!;
      };
      const next = await optimizer.step(async (point) => {
        const { value, gradient } = await f(await pixelsOf(point));
        // ⟨gradient, image⟩, whose gradient is that vector-Jacobian product: the onnx engine replays it, as it does none with a given dy.
        const backward = (): tf.Tensor => {
          const pixels = tf.tensor3d(gradient, [...shape]);
          return tf.grad((p: tf.Tensor) => tf.sum(tf.mul(toImage(p as tf.Tensor1D, shape), pixels)))(tf.tensor1d(point));
        };
        return { value, gradient: await values(backward) };
      }, parameters, inner);
      if (isPixels(next.x) && !isPixels(parameters))
        throw new RangeError(`${optimizer.name} clips the parameters (${name}) as if they were pixels: give it clip: false`);
      return { x: await pixelsOf(next.x), value: next.value, state: { parameters: next.x, shape, inner: next.state } };
    },

    ...(resize && optimizer.resizeState && {
      resizeState({ inner }, { from, to, x }) {
        const parameters = parametersOf(x, to);
        const vector = (values: Float32Array, kind: VectorKind): Float32Array => resize(values, kind, from, to);
        return { parameters, shape: [...to], inner: optimizer.resizeState!(inner, { from, to, x: parameters, vector }) };
      },
    } satisfies Pick<Optimizer<ReparameterizedState<State>>, "resizeState">),
  };
}

async function values(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  return tensor.data<"float32">().finally(() => tensor.dispose());
}

const isPixels = (x: Float32Array): boolean => x.every((value) => value >= 0 && value <= 1);
