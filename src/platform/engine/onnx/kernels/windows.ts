// How a window slides over an image: what convolutions and poolings have in common. In as many dimensions as there are.
import * as tf from "@tensorflow/tfjs";
import { channelsFirst, laid, plain, type Laid } from "../tensorView";
import { transposed, type Value } from "../value";

export interface Windows {
  /** Size of input and output, and of the window, axis by axis. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** The margins before and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly batch: number;
  readonly channelsIn: number;
  readonly channelsOut: number;
  readonly channelsLast: boolean;
}

type Info = tf.backend_util.Conv2DInfo & tf.backend_util.Conv3DInfo;

/** Windows as TensorFlow.js computes them, in two dimensions or three. */
export function windowsOf(found: tf.backend_util.Conv2DInfo | tf.backend_util.Conv3DInfo): Windows {
  const info = found as Info;
  const axes = info.inDepth === undefined ? ["Height", "Width"] as const : ["Depth", "Height", "Width"] as const;
  const margins = { Depth: "front", Height: "top", Width: "left" } as const;
  const of = (pick: (axis: "Depth" | "Height" | "Width") => number): number[] => axes.map(pick);
  const [from, to] = [of((axis) => info[`in${axis}`]), of((axis) => info[`out${axis}`])];
  const [strides, dilations] = [of((axis) => info[`stride${axis}`]), of((axis) => info[`dilation${axis}`])];
  const size = of((axis) => info[`filter${axis}`]);
  const before = of((axis) => info.padInfo[margins[axis]]);
  // What the last window reaches over the edge; what no window reaches is left out.
  const after = from.map((dim, at) => Math.max(0, (to[at] - 1) * strides[at] + (size[at] - 1) * dilations[at] + 1 - dim - before[at]));
  return {
    from, to, size, strides, dilations, before, after,
    batch: info.batchSize, channelsIn: info.inChannels, channelsOut: info.outChannels, channelsLast: info.dataFormat === "channelsLast",
  };
}

/** An image as ONNX wants it: batch, channels, then the rest. */
export function planes(x: Laid, { channelsLast }: Windows): Value {
  return channelsLast ? channelsFirst(x) : plain(x);
}

/** Such an image as a result. */
export function fromPlanes(value: Value, { channelsLast }: Windows): Laid {
  const [batch, channels, ...rest] = value.dims;
  return channelsLast ? { value, shape: [batch, ...rest, channels], lead: 1 } : laid(value);
}

/** With batch and channels swapped. */
export function swapped(value: Value): Value {
  return transposed(value, [1, 0, ...value.dims.keys()].filter((axis, at) => at < 2 || axis > 1));
}
