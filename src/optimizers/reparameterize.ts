// What an optimizer turns: the pixels, or other numbers from which an image is made.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { Optimizer } from "./optimizer";

/** Numbers for an image: a differentiable function from a vector of parameters to an image of one size, and its inverse. */
export interface Parameterization {
  readonly name: string;
  /** Of the image: `[height, width, 3]`. */
  readonly shape: readonly [number, number, number];
  toImage(parameters: tf.Tensor1D): Image;
  toParameters(image: Image): tf.Tensor1D;
}

/** Where the optimizer stands in parameters, and what it remembers. */
export interface ReparameterizedState<State> {
  readonly parameters: Float32Array;
  readonly inner: State;
}

/**
 * An optimizer made from an optimizer: it descends on parameters instead of pixels, `over(fourier(photo), lbfgs())`. The loss,
 * its minimum and every image shown stay in pixels; what changes is the way there. The gradient is exact: the
 * pixels' gradient, taken back through `toImage` by the chain rule.
 *
 * Parameters are no pixel values: an optimizer that clips, as `adam` and `gradientDescent` do by default, needs `clip: false`.
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
          `${x.length} values: make them for the image where the loop begins`);
      const parameters = tf.tidy(() => toParameters(tf.tensor3d(x, [...shape])).dataSync<"float32">());
      return { parameters, inner: optimizer.init(parameters) };
    },

    async step(f, x, { parameters, inner }) {
      // A loop knows its measurements by array: each point has one image, and the point where it stands has `x`.
      const images = new Map([[parameters, x]]);
      const imageOf = async (point: Float32Array): Promise<Float32Array> => {
        if (!images.has(point)) images.set(point, await values(() => toImage(tf.tensor1d(point))));
        return images.get(point)!;
      };
      const next = await optimizer.step(async (point) => {
        const { value, gradient } = await f(await imageOf(point));
        const back = (): tf.Tensor => tf.grad((p: tf.Tensor) => toImage(p as tf.Tensor1D))(
          tf.tensor1d(point), tf.tensor3d(gradient, [...shape]));
        return { value, gradient: await values(back) };
      }, parameters, inner);
      if (pixelLike(next.x) && !pixelLike(parameters))
        throw new RangeError(`${optimizer.name} clips the parameters (${name}) as if they were pixels: give it clip: false`);
      return { x: await imageOf(next.x), value: next.value, state: { parameters: next.x, inner: next.state } };
    },
  };
}

async function values(make: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(make);
  return tensor.data<"float32">().finally(() => tensor.dispose());
}

const pixelLike = (x: Float32Array): boolean => x.every((value) => value >= 0 && value <= 1);
