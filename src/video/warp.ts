// A flow, and an image moved along it.
import * as tf from "@tensorflow/tfjs";

/**
 * The motion from one image to another, `[height, width, 2]`: what is seen in the first image at column x and row y is seen in the other
 * at x + u, y + v. u, to the right, is channel 0; v, down, is channel 1; in pixels.
 */
export type Flow = tf.Tensor3D;

/**
 * `image` seen through `flow`: W(x, y) = image(x + u, y + v), between four pixels by bilinear interpolation. So with the flow from frame i
 * to frame i − 1, frame i − 1 moves to where frame i has its things ("backward warping": each pixel of the result asks where it came from,
 * so none is left empty). A place outside the image has the color of its nearest edge: `flowCertainty` says where that is.
 *
 * Differentiable in `image` and `flow`. The caller owns the result.
 *
 * @param image `[height, width, channels]`: a picture, a mask with a channel, another flow
 * @throws RangeError where the two have not the same height and width
 */
export function warp(image: tf.Tensor3D, flow: Flow): tf.Tensor3D {
  const [height, width, channels] = image.shape;
  mustBeFlow(flow, "the flow");
  if (flow.shape[0] !== height || flow.shape[1] !== width)
    throw new RangeError(`the image is ${height}×${width}, and the flow ${flow.shape[0]}×${flow.shape[1]}: a flow has the size of its images`);
  return tf.tidy(() => {
    const [u, v] = tf.split(flow, 2, 2);
    const x = tf.clipByValue(tf.add(u, tf.range(0, width).reshape([1, width, 1])), 0, width - 1);
    const y = tf.clipByValue(tf.add(v, tf.range(0, height).reshape([height, 1, 1])), 0, height - 1);
    const [left, top] = [tf.floor(x), tf.floor(y)];
    const [right, below] = [tf.minimum(tf.add(left, 1), width - 1), tf.minimum(tf.add(top, 1), height - 1)];
    const pixels = tf.reshape(image, [height * width, channels]);
    const at = (row: tf.Tensor, column: tf.Tensor): tf.Tensor =>
      tf.reshape(tf.gather(pixels, tf.reshape(tf.cast(tf.add(tf.mul(row, width), column), "int32"), [-1])), [height, width, channels]);
    const between = (a: tf.Tensor, b: tf.Tensor, part: tf.Tensor): tf.Tensor => tf.add(a, tf.mul(part, tf.sub(b, a)));
    const [across, down] = [tf.sub(x, left), tf.sub(y, top)];
    return between(between(at(top, left), at(top, right), across), between(at(below, left), at(below, right), across), down) as tf.Tensor3D;
  });
}

/** @throws TypeError for what is no tensor, RangeError for another shape than `[height, width, 2]` */
export function mustBeFlow(flow: unknown, what: string): asserts flow is Flow {
  if (flow instanceof Promise) throw new TypeError(`${what} is a promise: write \`await\` in front of it`);
  if (!(flow instanceof tf.Tensor)) throw new TypeError(`${what} is no flow; opticalFlow(from, to) computes one`);
  if (flow.rank !== 3 || flow.shape[2] !== 2) throw new RangeError(`${what} must be [height, width, 2], got [${flow.shape.join(", ")}]`);
}
