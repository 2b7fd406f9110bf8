// ReLU gradient: dy · [y > 0]. It is most of what a network's gradient computes besides convolutions, so it is recorded in the form
// that is cheapest where it stands.
import { apply, derive, float, int64List, scalar, type Value } from "../value";

/** [y > 0] for a relu's output y: 1 where it is active, 0 elsewhere. */
export function reluMask(y: Value): Value {
  return derive(y, key, () => positiveMask(y));
}
const key = "reluMask";

/** [y > 0] as HardSigmoid(3e38·y): one op, which ONNX Runtime fuses into convolutions, unlike a comparison and a cast. */
function positiveMask(y: Value): Value {
  return apply("HardSigmoid", [y], y.dims, { alpha: float(3e38), beta: float(0) });
}

/** `dy` times a `reluMask`, where there is a faster way than a plain product; otherwise undefined. */
export function reluBackward(dy: Value, mask: Value): Value | undefined {
  const [y, derivedAs] = mask.derivedFrom ?? [];
  if (!y || derivedAs !== key || dy.dims.join() !== y.dims.join()) return undefined;
  if (dy.node?.op === "MaxUnpool") return maskBeforeUnpool(dy, y);
  if (!isInBlockedLayout(y)) return undefined;
  const blocked = dy.node?.op === "Conv" ? dy : sumInBlockedLayout(dy);
  return blocked && apply("Mul", [blocked, positiveMask(toBlockedLayout(y))], dy.dims);
}

/** Only a window's maximum has a gradient, so the pooled gradient is masked, before it is unpooled: a quarter of the work. */
function maskBeforeUnpool({ node, dims }: Value, y: Value): Value | undefined {
  const [pooledGradient, indices, size] = node!.inputs as Value[];
  const pool = indices.node?.inputs[0]?.node;
  if (pool?.inputs[0] !== y) return undefined;
  const masked = apply("Mul", [pooledGradient, positiveMask(pool.outputs[0])], pooledGradient.dims);
  return apply("MaxUnpool", [masked, indices, size], dims, node!.attributes);
}

/** The sum of a convolution's output, which is in the blocked layout, and another gradient, such as that of a loss at this layer. */
function sumInBlockedLayout({ node, dims }: Value): Value | undefined {
  if (node?.op !== "Add") return undefined;
  const [a, b] = node.inputs as [Value, Value];
  if (a.dims.join() !== b.dims.join()) return undefined;
  if (a.node?.op === "Conv") return apply("Add", [a, toBlockedLayout(b)], dims);
  return b.node?.op === "Conv" ? apply("Add", [toBlockedLayout(a), b], dims) : undefined;
}

/**
 * An identity convolution, which brings a value into ONNX Runtime's blocked layout. That layout supports convolutions, sums and
 * products, and a HardSigmoid fused into a convolution; so the whole backward pass of a network stays in it.
 */
function toBlockedLayout(value: Value): Value {
  const [, channels] = value.dims;
  const ones = apply("Expand", [scalar(1), int64List([channels, 1, 1, 1])], [channels, 1, 1, 1]);
  return apply("Conv", [value, ones], value.dims, { group: channels });
}

/** Whether ONNX Runtime has a relu's output in its blocked layout: it follows a convolution with whole blocks of 16 channels. */
function isInBlockedLayout({ node, dims }: Value): boolean {
  if (dims.length !== 4 || dims[1] % 16 !== 0) return false;
  const input = node?.inputs[0]?.node;
  return input?.op === "Conv" || (input?.op === "Add" && input.inputs.some((operand) => operand?.node?.op === "Conv"));
}
