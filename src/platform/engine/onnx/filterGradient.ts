// The gradient of a convolution's filter. It is recorded as a convolution whose kernel is as large as the image, which convolution kernels,
// made for small ones, compute slowly. As matrix products, one for each place of the filter, it takes the fast ones.
import { apply, int64List, setOrigin, sizeOf, type Attributes, type Node, type Value } from "./value";

/** How many times as many places as its result a kernel must have to be taken for the gradient's. */
const leastRatio = 4;

/**
 * A Conv of an image [p, batch, …] with a kernel [q, batch, …] that covers almost all of it: at each place of the result [p, q, …] the
 * product of the image's part under the kernel, [p, batch · positions], and the kernel, [q, batch · positions], transposed.
 *
 * @param leastChannels of p and q: products of fewer rows or columns stay a Conv
 */
export function asProducts({ op, inputs, outputs, attributes, origin }: Node, leastChannels = 1): Node[] | undefined {
  if (op !== "Conv") return undefined;
  const [image, kernel, bias] = inputs as [Value, Value, Value?];
  const [rows, columns, ...size] = outputs[0].dims;
  if (Math.min(rows, columns) < leastChannels) return undefined;
  const window = kernel.dims.slice(2);
  const isPlain = [attributes.strides, attributes.dilations].every((steps) => !steps || (steps as readonly number[]).every((step) => step === 1));
  if (bias || !isPlain || Number(attributes.group ?? 1) !== 1 || sizeOf(window) < leastRatio * sizeOf(size)) return undefined;
  setOrigin(origin);
  const nodes: Node[] = [];
  const emit = (name: string, operands: readonly Value[], dims: readonly number[], settings?: Attributes): Value => {
    const value = apply(name, operands, dims, settings);
    nodes.push(value.node!);
    return value;
  };
  const pads = (attributes.pads as readonly number[] | undefined) ?? window.flatMap(() => [0, 0]);
  const [before, behind] = [pads.slice(0, window.length), pads.slice(window.length)];
  const paddedDims = image.dims.map((dim, axis) => (axis < 2 ? dim : dim + before[axis - 2] + behind[axis - 2]));
  const padded = pads.every((pad) => pad === 0) ? image
    : emit("Pad", [image, int64List([0, 0, ...before, 0, 0, ...behind])], paddedDims);
  const length = kernel.dims[1] * sizeOf(window);
  const flatKernel = emit("Reshape", [kernel, int64List([columns, length])], [columns, length]);
  const axes = int64List(window.map((_, axis) => axis + 2));
  const products = placesOf(size).map((place) => {
    const end = place.map((first, axis) => first + window[axis]);
    const part = emit("Slice", [padded, int64List(place), int64List(end), axes], [rows, kernel.dims[1], ...window]);
    const flatPart = emit("Reshape", [part, int64List([rows, length])], [rows, length]);
    const product = emit("Gemm", [flatPart, flatKernel], [rows, columns], { transB: 1 });
    return emit("Reshape", [product, int64List([rows, columns, 1])], [rows, columns, 1]);
  });
  const joined = products.length === 1 ? products[0] : emit("Concat", products, [rows, columns, products.length], { axis: 2 });
  emit("Reshape", [joined, int64List(outputs[0].dims)], outputs[0].dims);
  nodes.push({ ...nodes.pop()!, outputs });
  return nodes;
}

/** All index tuples of an array of this size, in its order. */
function placesOf([count, ...others]: readonly number[]): number[][] {
  if (count === undefined) return [[]];
  const rest = placesOf(others);
  return Array.from({ length: count }, (_, first) => rest.map((place) => [first, ...place])).flat();
}
