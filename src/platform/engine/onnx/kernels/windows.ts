// The geometry that convolutions and poolings share, in two or three spatial dimensions.
import * as tf from "@tensorflow/tfjs";
import { channelsFirst, channelsLast, view, type TensorView } from "../tensorView";
import { transposed, type Value } from "../value";

export interface Windows {
  /** For each spatial axis, like all arrays here. */
  readonly inputSize: readonly number[];
  readonly outputSize: readonly number[];
  readonly windowSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padBefore: readonly number[];
  readonly padAfter: readonly number[];
  readonly batch: number;
  readonly channelsIn: number;
  readonly channelsOut: number;
  readonly channelsLast: boolean;
}

type Info = tf.backend_util.Conv2DInfo & tf.backend_util.Conv3DInfo;

/** The windows that TensorFlow.js has computed. */
export function windowsFromInfo(convInfo: tf.backend_util.Conv2DInfo | tf.backend_util.Conv3DInfo): Windows {
  const info = convInfo as Info;
  const axes = info.inDepth === undefined ? ["Height", "Width"] as const : ["Depth", "Height", "Width"] as const;
  const sides = { Depth: "front", Height: "top", Width: "left" } as const;
  const perAxis = (pick: (axis: "Depth" | "Height" | "Width") => number): number[] => axes.map(pick);
  const [inputSize, outputSize] = [perAxis((axis) => info[`in${axis}`]), perAxis((axis) => info[`out${axis}`])];
  const [strides, dilations] = [perAxis((axis) => info[`stride${axis}`]), perAxis((axis) => info[`dilation${axis}`])];
  const windowSize = perAxis((axis) => info[`filter${axis}`]);
  const padBefore = perAxis((axis) => info.padInfo[sides[axis]]);
  // As far as the last window reaches over the edge; TensorFlow.js' own padding may contain rows that no window reads.
  const padAfter = inputSize.map((dim, axis) =>
    Math.max(0, (outputSize[axis] - 1) * strides[axis] + (windowSize[axis] - 1) * dilations[axis] + 1 - dim - padBefore[axis]));
  return {
    inputSize, outputSize, windowSize, strides, dilations, padBefore, padAfter,
    batch: info.batchSize, channelsIn: info.inChannels, channelsOut: info.outChannels, channelsLast: info.dataFormat === "channelsLast",
  };
}

/** An image as ONNX requires it: [batch, channels, ...size]. */
export function toChannelsFirst(x: TensorView, windows: Windows): Value {
  return windows.channelsLast ? channelsFirst(x) : channelsLast(x);
}

/** The view of such an image as a kernel's result. */
export function fromChannelsFirst(value: Value, windows: Windows): TensorView {
  const [batch, channels, ...size] = value.dims;
  return windows.channelsLast ? { value, shape: [batch, ...size, channels], channelAxis: 1 } : view(value);
}

/** [p, q, ...size] to [q, p, ...size]. */
export function swapBatchAndChannels(value: Value): Value {
  return transposed(value, [1, 0, ...value.dims.keys()].filter((axis, i) => i < 2 || axis > 1));
}
