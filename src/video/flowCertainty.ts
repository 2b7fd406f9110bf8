// Where a flow can be believed: not where something appears from behind, nor at the edge of what moves.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import { mustBeFlow, warp, type Flow } from "./warp";

/**
 * Where what `flow` leads to is not what was there before: `[height, width]`, 1 or 0. Ruder et al. 2016, eq. 5 (Sundaram et al. 2010): with
 * ŵ the flow from this frame to the one before, w the one back, and w̃ = w at the place that ŵ leads to,
 *
 *   |w̃ + ŵ|² > 0.01 (|w̃|² + |ŵ|²) + 0.5
 *
 * for there and back again should end where it began. Also 1 where ŵ leads outside, by more than the half
 * pixel that the outermost ones reach.
 *
 * @param flow ŵ, from this frame to the one before; `reverse` w, from the one before to this
 */
export function disocclusions(flow: Flow, reverse: Flow): tf.Tensor2D {
  mustBeFlow(flow, "the flow");
  mustBeFlow(reverse, "the reverse flow");
  mustHaveSameShape(flow.shape, reverse.shape, "two flows are compared there and back", ["the flow", "the reverse"]);
  const [height, width] = flow.shape;
  return tf.tidy(() => {
    const back = warp(reverse, flow);
    const bound = tf.add(tf.mul(0.01, tf.add(squaredLength(back), squaredLength(flow))), 0.5);
    const [u, v] = tf.split(flow, 2, 2).map((part) => tf.reshape(part, [height, width]));
    const [x, y] = [tf.add(u, tf.range(0, width).reshape([1, width])), tf.add(v, tf.range(0, height).reshape([height, 1]))];
    const outside = [tf.less(x, -0.5), tf.greater(x, width - 0.5), tf.less(y, -0.5), tf.greater(y, height - 0.5)];
    return tf.cast([tf.greater(squaredLength(tf.add(back, flow)), bound), ...outside].reduce(tf.logicalOr), "float32") as tf.Tensor2D;
  });
}

/**
 * The edges of what moves, where a flow is blurred: `[height, width]`, 1 or 0. Ruder et al. 2016, eq. 6, with central differences:
 *
 *   |∇û|² + |∇v̂|² > 0.01 |ŵ|² + 0.002
 */
export function motionBoundaries(flow: Flow): tf.Tensor2D {
  mustBeFlow(flow, "the flow");
  const [height, width] = flow.shape;
  return tf.tidy(() => {
    const padded = tf.concat([tf.slice(flow, [0, 0, 0], [1, -1, -1]), flow, tf.slice(flow, [height - 1, 0, 0], [1, -1, -1])], 0);
    const wide = tf.concat([tf.slice(flow, [0, 0, 0], [-1, 1, -1]), flow, tf.slice(flow, [0, width - 1, 0], [-1, 1, -1])], 1);
    const down = tf.div(tf.sub(tf.slice(padded, [2, 0, 0], [height, width, 2]), tf.slice(padded, [0, 0, 0], [height, width, 2])), 2);
    const right = tf.div(tf.sub(tf.slice(wide, [0, 2, 0], [height, width, 2]), tf.slice(wide, [0, 0, 0], [height, width, 2])), 2);
    const bound = tf.add(tf.mul(0.01, squaredLength(flow)), 0.002);
    return tf.cast(tf.greater(tf.add(squaredLength(down), squaredLength(right)), bound), "float32") as tf.Tensor2D;
  });
}

/**
 * c, where `flow` can be believed: `[height, width]`, 1 where it is neither a disocclusion nor a motion boundary, else 0. The caller owns it.
 *
 * @param flow from this frame to another one; `reverse` from that to this
 */
export function flowCertainty(flow: Flow, reverse: Flow): tf.Tensor2D {
  return tf.tidy(() => tf.sub(1, tf.maximum(disocclusions(flow, reverse), motionBoundaries(flow))) as tf.Tensor2D);
}

/** u² + v² at each pixel. */
function squaredLength(flow: tf.Tensor): tf.Tensor {
  return tf.sum(tf.square(flow), 2);
}
