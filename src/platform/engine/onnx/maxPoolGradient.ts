// The gradient of a max pooling for GPUs. It is recorded as MaxUnpool, for which ONNX Runtime has a kernel only on the CPU: gradient and
// indices would travel to the host and back. Where windows tile the image it is computed by comparisons.
import { apply, constant, int64List, scalar, setOrigin, sizeOf, type Attributes, type Node, type Type, type Value } from "./value";

/**
 * A MaxUnpool as elementwise operations, where window and stride are equal: dy at the first place of each window that equals the window's
 * maximum, 0 elsewhere. An image [..., height, width] is viewed as [..., rows of windows, row in window, windows in a row, column in
 * window], so that what belongs to a window, such as its maximum, is broadcast over its places.
 */
export function asTiles({ op, inputs, outputs, attributes, origin }: Node): Node[] | undefined {
  if (op !== "MaxUnpool") return undefined;
  const [gradient, indices] = inputs as [Value, Value];
  const pooling = indices.node?.inputs[0]?.node;
  const window = attributes.kernel_shape as readonly number[];
  if (pooling?.op !== "MaxPool" || String(window) !== String(attributes.strides)) return undefined;
  setOrigin(origin);
  const nodes: Node[] = [];
  const emit = (name: string, operands: readonly Value[], dims: readonly number[], settings?: Attributes, type?: Type): Value => {
    const value = apply(name, operands, dims, settings, type);
    nodes.push(value.node!);
    return value;
  };
  const reshape = (value: Value, dims: readonly number[]): Value => emit("Reshape", [value, int64List(dims)], dims);

  const [image] = pooling.inputs as [Value];
  const [maximum] = pooling.outputs;
  const [batch, channels, ...size] = outputs[0].dims;
  const counts = maximum.dims.slice(2); // of windows along each axis
  const covered = counts.map((count, axis) => count * window[axis]);
  const tiled = [batch, channels, ...covered];
  const isCovered = String(covered) === String(size); // otherwise no window reads the last rows or columns
  const cropped = isCovered ? image
    : emit("Slice", [image, int64List(covered.map(() => 0)), int64List(covered), int64List(covered.map((_, axis) => axis + 2))], tiled);
  const split = ([first, ...others]: readonly number[], ofWindow: readonly number[]): number[] =>
    [batch * channels * first, ofWindow[0], ...others.flatMap((count, i) => [count, ofWindow[i + 1]])];
  const dims = split(counts, window);
  const perWindow = (value: Value): Value => reshape(value, split(counts, window.map(() => 1)));

  // The first of equal maxima: places are numbered backward, so that it has the greatest number.
  const numbers = Array.from({ length: sizeOf(window) }, (_, i) => sizeOf(window) - i);
  const places = constant("float32", window.flatMap((length) => [1, length]), numbers);
  const isMaximum = emit("Equal", [reshape(cropped, dims), perWindow(maximum)], dims, {}, "bool");
  const numbered = emit("Where", [isMaximum, places, scalar(0)], dims, {}, "float32");
  const greatest = emit("MaxPool", [reshape(numbered, tiled)], maximum.dims, { kernel_shape: window, strides: window });
  const first = emit("Clip", [greatest, scalar(1)], maximum.dims); // where the maximum is NaN no place equals it
  const isFirst = emit("Equal", [numbered, perWindow(first)], dims, {}, "bool");
  const result = reshape(emit("Where", [isFirst, perWindow(gradient), scalar(0)], dims, {}, "float32"), tiled);
  if (!isCovered) {
    const missing = [0, 0, ...size.map((dim, axis) => dim - covered[axis])];
    emit("Pad", [result, int64List([...missing.map(() => 0), ...missing])], outputs[0].dims);
  }
  nodes.push({ ...nodes.pop()!, outputs });
  return nodes;
}
