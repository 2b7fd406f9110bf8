// TensorFlow.js keeps channels last, ONNX convolves channels first. A laid value knows which it is, so that a chain of
// convolutions and elementwise operations never turns its data round.
import { apply, list, reshaped as reshapedValue, sizeOf, transposed, type Value } from "./value";

/** A value as TensorFlow.js sees it. */
export interface Laid {
  readonly value: Value;
  /** The shape for TensorFlow.js. */
  readonly shape: readonly number[];
  /** Channels first: the last axis stands after this many leading ones. Undefined: everything where TensorFlow.js has it. */
  readonly lead?: number;
  /** The small array that this is a broadcast copy of. */
  readonly spread?: Laid;
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((dim, at) => dim === b[at]);

/** As laid: a value in TensorFlow.js' own order. */
export function laid(value: Value, shape: readonly number[] = value.dims): Laid {
  return { value, shape };
}

/** The dimensions of `shape` with the channels after `lead` axes. */
export function channelsAfter(lead: number, shape: readonly number[]): number[] {
  return [...shape.slice(0, lead), shape[shape.length - 1], ...shape.slice(lead, -1)];
}

/** The value with its axes where TensorFlow.js has them. */
export function plain({ value, shape, lead }: Laid): Value {
  if (lead === undefined) return reshapedValue(value, shape);
  const axes = [...shape.keys()];
  return transposed(value, [...axes.slice(0, lead), ...axes.slice(lead + 1), lead]);
}

/** The value with its channels after `lead` axes, seen as `rank` axes: missing ones are ones in front. */
export function channelsFirst(x: Laid, lead = 1, rank: number = x.shape.length): Value {
  const padded = [...Array(rank - x.shape.length).fill(1), ...x.shape];
  const dims = channelsAfter(lead, padded);
  if (x.lead !== undefined && sizeOf(padded.slice(0, x.lead + rank - x.shape.length)) === sizeOf(padded.slice(0, lead)))
    return reshapedValue(x.value, dims);
  const axes = [...padded.keys()];
  return transposed(reshapedValue(plain(x), padded), channelsAfter(lead, axes));
}

/** The same numbers in another shape; channels stay first where the new shape keeps them apart. */
export function reshape(x: Laid, shape: readonly number[]): Laid {
  if (sameShape(x.shape, shape)) return x;
  if (x.lead !== undefined && shape.length >= 2 && shape[shape.length - 1] === x.shape[x.shape.length - 1]) {
    const ahead = sizeOf(x.shape.slice(0, x.lead));
    const leads = [...Array(shape.length - 1).keys()].filter((lead) => sizeOf(shape.slice(0, lead)) === ahead);
    const lead = shape.length >= 4 && leads.includes(1) ? 1 : leads[0];
    if (lead !== undefined) return { value: reshapedValue(x.value, channelsAfter(lead, shape)), shape, lead };
  }
  return laid(reshapedValue(plain(x), shape), shape);
}

/**
 * The shape that arrays of these shapes have in common when the shorter are spread over the longer.
 *
 * @throws RangeError when they do not fit
 */
export function commonShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const common = Array<number>(rank).fill(1);
  for (const shape of shapes)
    shape.forEach((dim, at) => {
      const axis = at + rank - shape.length;
      if (dim === 1) return;
      if (common[axis] !== 1 && common[axis] !== dim) {
        const all = shapes.map((one) => `[${one}]`).join(" and ");
        throw new RangeError(`arrays of the shapes ${all} do not fit each other: sizes must be equal or 1`);
      }
      common[axis] = dim;
    });
  return common;
}

/** Operands of an elementwise operation, laid out alike. */
export interface Aligned {
  readonly values: readonly Value[];
  readonly shape: readonly number[];
  readonly lead?: number;
}

/**
 * Lays the operands of an elementwise operation out alike: as the largest of them is; an image beside a number for each
 * color, channels first.
 */
export function aligned(operands: readonly Laid[]): Aligned {
  const shape = commonShape(operands.map((x) => x.shape));
  const first = operands.reduce((best, x) => (weight(x) > weight(best) ? x : best));
  if (first.lead === undefined && !isByColor(operands, shape)) return { values: operands.map(plain), shape };
  const lead = first.lead === undefined ? shape.length - 3 : first.lead + shape.length - first.shape.length;
  const values = operands.map((x) =>
    x !== first && sizeOf(x.shape) === 1 ? reshapedValue(plain(x), []) : channelsFirst(x, lead, shape.length));
  return { values, shape, lead };
}

/** One number for each of two to four colors: channels last, ONNX Runtime would take as many steps as there are pixels. */
function isByColor(operands: readonly Laid[], shape: readonly number[]): boolean {
  const colors = shape[shape.length - 1];
  return shape.length >= 3 && colors >= 2 && colors <= 4 && sizeOf(shape) >= 4096
    && operands.some((x) => sizeOf(x.shape) === colors && x.shape[x.shape.length - 1] === colors);
}

const weight = (x: Laid): number => sizeOf(x.shape) * 2 + (x.lead === undefined ? 0 : 1);

/** The dimensions that an elementwise result has. */
export function dimsOf({ shape, lead }: { shape: readonly number[]; lead?: number }): readonly number[] {
  return lead === undefined ? shape : channelsAfter(lead, shape);
}

/** Without the copies that a broadcast makes anyway; all of them, or none where the others are too small. */
export function unspread(operands: readonly Laid[]): readonly Laid[] {
  return operands.some((x) => x.spread) ? operands.map((x) => x.spread ?? x) : operands;
}

/** `x` spread over `shape`. */
export function expand(x: Laid, shape: readonly number[]): Laid {
  if (sameShape(x.shape, shape)) return x;
  const value = apply("Expand", [plain(x), list(shape)], shape);
  return { value, shape, spread: x };
}
