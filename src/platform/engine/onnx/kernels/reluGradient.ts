// The way back through a relu: what comes back passes where the rectified value is above zero. It is most of what a network's
// gradient does besides convolving, so it is done where it is cheapest.
import { apply, derive, float, list, scalar, type Value } from "../value";

/** 1 where `rectified` is above zero, 0 elsewhere. */
export function slopeOf(rectified: Value): Value {
  return derive(rectified, key, () => ramp(rectified));
}
const key = "slope";

/** A ramp too steep to be seen. Unlike a comparison and a cast it is one operation. */
function ramp(value: Value): Value {
  return apply("HardSigmoid", [value], value.dims, { alpha: float(3e38), beta: float(0) });
}

/** `dy` times such a slope, where there is a better way than a product; else nothing. */
export function passed(dy: Value, slope: Value): Value | undefined {
  const [rectified, made] = slope.derivedFrom ?? [];
  if (!rectified || made !== key || dy.dims.join() !== rectified.dims.join()) return undefined;
  if (dy.node?.op === "MaxUnpool") return passedBeforeUnpooling(dy, rectified);
  if (!isBlocked(rectified)) return undefined;
  const blocked = dy.node?.op === "Conv" ? dy : blockedSum(dy);
  return blocked && apply("Mul", [blocked, ramp(blockedCopy(rectified))], dy.dims);
}

/** Each window's largest decides alone what passes: at the size of the pooled, a quarter of the work. */
function passedBeforeUnpooling({ node, dims }: Value, rectified: Value): Value | undefined {
  const [small, places, size] = node!.inputs as Value[];
  const pool = places.node?.inputs[0]?.node;
  if (pool?.inputs[0] !== rectified) return undefined;
  const cut = apply("Mul", [small, ramp(pool.outputs[0])], small.dims);
  return apply("MaxUnpool", [cut, places, size], dims, node!.attributes);
}

/** The sum of what comes from a convolution and of what comes from elsewhere, such as a loss at this layer. */
function blockedSum({ node, dims }: Value): Value | undefined {
  if (node?.op !== "Add") return undefined;
  const [a, b] = node.inputs as [Value, Value];
  if (a.dims.join() !== b.dims.join()) return undefined;
  if (a.node?.op === "Conv") return apply("Add", [a, blockedCopy(b)], dims);
  return b.node?.op === "Conv" ? apply("Add", [blockedCopy(a), b], dims) : undefined;
}

/**
 * Through a convolution that changes nothing: ONNX Runtime's blocked layout knows convolutions, sums and products, and builds
 * ramps into convolutions; so the whole way back through a network stays in it.
 */
function blockedCopy(value: Value): Value {
  const [, channels] = value.dims;
  const one = apply("Expand", [scalar(1), list([channels, 1, 1, 1])], [channels, 1, 1, 1]);
  return apply("Conv", [value, one], value.dims, { group: channels });
}

/** Whether ONNX Runtime has it in its blocked layout: what follows a convolution, of whole blocks of channels. */
function isBlocked({ node, dims }: Value): boolean {
  if (dims.length !== 4 || dims[1] % 16 !== 0) return false;
  const before = node?.inputs[0]?.node;
  return before?.op === "Conv" || (before?.op === "Add" && before.inputs.some((input) => input?.node?.op === "Conv"));
}
