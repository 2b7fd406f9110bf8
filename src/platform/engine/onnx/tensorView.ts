// TensorFlow.js keeps channels last, ONNX convolves channels first. A view records which of the two its value is, so that a chain of
// convolutions and elementwise operations never transposes.
import { apply, int64List, reshaped as reshapedValue, sizeOf, transposed, type Value } from "./value";

/** A value as TensorFlow.js sees it. */
export interface TensorView {
  readonly value: Value;
  /** The shape for TensorFlow.js. */
  readonly shape: readonly number[];
  /** The axis of `value` that holds the last axis of `shape`, the channels; undefined where all axes are in TensorFlow.js' order. */
  readonly channelAxis?: number;
  /** The smaller array that this is a broadcast copy of. */
  readonly broadcastOf?: TensorView;
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((dim, axis) => dim === b[axis]);

/** A view of a value whose axes are in TensorFlow.js' order. */
export function view(value: Value, shape: readonly number[] = value.dims): TensorView {
  return { value, shape };
}

/** One entry for each axis, with the last, the channels', moved to `channelAxis`. */
export function withChannelsAt<Entry>(channelAxis: number, perAxis: readonly Entry[]): Entry[] {
  return [...perAxis.slice(0, channelAxis), perAxis[perAxis.length - 1], ...perAxis.slice(channelAxis, -1)];
}

/** The value with its axes in TensorFlow.js' order. */
export function channelsLast({ value, shape, channelAxis }: TensorView): Value {
  if (channelAxis === undefined) return reshapedValue(value, shape);
  const axes = [...shape.keys()];
  return transposed(value, [...axes.slice(0, channelAxis), ...axes.slice(channelAxis + 1), channelAxis]);
}

/** The value with its channels at `channelAxis`, after its shape is padded with ones in front to `rank` axes. */
export function channelsFirst(x: TensorView, channelAxis = 1, rank: number = x.shape.length): Value {
  const padded = [...Array(rank - x.shape.length).fill(1), ...x.shape];
  const dims = withChannelsAt(channelAxis, padded);
  if (x.channelAxis !== undefined
    && sizeOf(padded.slice(0, x.channelAxis + rank - x.shape.length)) === sizeOf(padded.slice(0, channelAxis)))
    return reshapedValue(x.value, dims);
  const axes = [...padded.keys()];
  return transposed(reshapedValue(channelsLast(x), padded), withChannelsAt(channelAxis, axes));
}

/** The same elements in another shape; channels stay first where the new shape keeps them as an axis of their own. */
export function reshape(x: TensorView, shape: readonly number[]): TensorView {
  if (sameShape(x.shape, shape)) return x;
  if (x.channelAxis !== undefined && shape.length >= 2 && shape[shape.length - 1] === x.shape[x.shape.length - 1]) {
    const outer = sizeOf(x.shape.slice(0, x.channelAxis));
    const possible = [...Array(shape.length - 1).keys()].filter((axis) => sizeOf(shape.slice(0, axis)) === outer);
    const channelAxis = shape.length >= 4 && possible.includes(1) ? 1 : possible[0];
    if (channelAxis !== undefined)
      return { value: reshapedValue(x.value, withChannelsAt(channelAxis, shape)), shape, channelAxis };
  }
  return view(reshapedValue(channelsLast(x), shape), shape);
}

/**
 * The shape to which arrays of these shapes are broadcast together.
 *
 * @throws RangeError when they cannot be
 */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const common = Array<number>(rank).fill(1);
  for (const shape of shapes)
    shape.forEach((dim, i) => {
      const axis = i + rank - shape.length;
      if (dim === 1) return;
      if (common[axis] !== 1 && common[axis] !== dim) {
        const all = shapes.map((one) => `[${one}]`).join(" and ");
        throw new RangeError(`arrays of shapes ${all} cannot be broadcast together: sizes must be equal or 1`);
      }
      common[axis] = dim;
    });
  return common;
}

/** Operands of an elementwise operation in the same layout. */
interface AlignedOperands {
  readonly values: readonly Value[];
  readonly shape: readonly number[];
  readonly channelAxis?: number;
}

/**
 * Brings the operands of an elementwise operation into one layout: that of the largest; channels first for an image and one number
 * for each color.
 */
export function align(operands: readonly TensorView[]): AlignedOperands {
  const shape = broadcastShape(operands.map((x) => x.shape));
  const largest = operands.reduce((best, x) => (layoutPriority(x) > layoutPriority(best) ? x : best));
  if (largest.channelAxis === undefined && !isPerColor(operands, shape)) return { values: operands.map(channelsLast), shape };
  const channelAxis = largest.channelAxis === undefined ? shape.length - 3 : largest.channelAxis + shape.length - largest.shape.length;
  const values = operands.map((x) =>
    x !== largest && sizeOf(x.shape) === 1 ? reshapedValue(channelsLast(x), []) : channelsFirst(x, channelAxis, shape.length));
  return { values, shape, channelAxis };
}

/** Whether an operand has one number for each of two to four colors: with channels last, ONNX Runtime would loop over the pixels. */
function isPerColor(operands: readonly TensorView[], shape: readonly number[]): boolean {
  const colors = shape[shape.length - 1];
  return shape.length >= 3 && colors >= 2 && colors <= 4 && sizeOf(shape) >= 4096
    && operands.some((x) => sizeOf(x.shape) === colors && x.shape[x.shape.length - 1] === colors);
}

/** The largest operand decides; of equally large ones, one with channels first. */
const layoutPriority = (x: TensorView): number => sizeOf(x.shape) * 2 + (x.channelAxis === undefined ? 0 : 1);

/** The dimensions of the value of a view. */
export function dimsOf({ shape, channelAxis }: { shape: readonly number[]; channelAxis?: number }): readonly number[] {
  return channelAxis === undefined ? shape : withChannelsAt(channelAxis, shape);
}

/** Broadcast copies replaced by what they are copies of: the operation broadcasts anyway. */
export function broadcastSources(operands: readonly TensorView[]): readonly TensorView[] {
  return operands.some((x) => x.broadcastOf) ? operands.map((x) => x.broadcastOf ?? x) : operands;
}

/** `x` broadcast to `shape`. */
export function broadcastTo(x: TensorView, shape: readonly number[]): TensorView {
  if (sameShape(x.shape, shape)) return x;
  const value = apply("Expand", [channelsLast(x), int64List(shape)], shape);
  return { value, shape, broadcastOf: x };
}
