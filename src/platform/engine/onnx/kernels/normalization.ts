// Softmax and normalizations.
import { channelsFirst, laid, plain, type Laid } from "../tensorView";
import { apply, float, scalar } from "../value";
import { each, elementwise, type Kernel, type Kernels } from "./kernel";

/** (x − mean) / √(variance + ε) · scale + offset. */
const batchNorm: Kernel = ({ x, mean, variance, offset, scale }, { varianceEpsilon = 0.001 }) => {
  const deviation = elementwise([variance], ([value]) =>
    apply("Sqrt", [apply("Add", [value, scalar(varianceEpsilon)], value.dims)], value.dims));
  const unit = each("Div", [each("Sub", [x, mean]), deviation]);
  const scaled = scale ? each("Mul", [unit, scale]) : unit;
  return offset ? each("Add", [scaled, offset]) : scaled;
};

const acrossChannels: Kernel = ({ x }, { depthRadius, bias, alpha, beta }) => {
  const size = 2 * depthRadius + 1;
  const value = channelsFirst(x);
  const attributes = { size, bias: float(bias), alpha: float(alpha * size), beta: float(beta) };
  return { value: apply("LRN", [value], value.dims, attributes), shape: x.shape, lead: 1 } as Laid;
};

export const normalizations: Kernels = {
  Softmax: ({ logits }, { dim }) => {
    const value = plain(logits);
    return laid(apply("Softmax", [value], value.dims, { axis: dim }));
  },
  FusedBatchNorm: batchNorm,
  LRN: acrossChannels,
};
