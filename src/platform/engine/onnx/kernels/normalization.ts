// Softmax and normalizations.
import { channelsFirst, channelsLast, view, type TensorView } from "../tensorView";
import { apply, float, scalar } from "../value";
import { elementwise, elementwiseOp, type Kernel, type Kernels } from "./kernel";

/** (x − mean) / √(variance + ε) · scale + offset. */
const batchNorm: Kernel = ({ x, mean, variance, offset, scale }, { varianceEpsilon = 0.001 }) => {
  const deviation = elementwise([variance], ([value]) =>
    apply("Sqrt", [apply("Add", [value, scalar(varianceEpsilon)], value.dims)], value.dims));
  const unit = elementwiseOp("Div", [elementwiseOp("Sub", [x, mean]), deviation]);
  const scaled = scale ? elementwiseOp("Mul", [unit, scale]) : unit;
  return offset ? elementwiseOp("Add", [scaled, offset]) : scaled;
};

/** Local response normalization. TensorFlow.js' alpha is per channel, ONNX' for the whole window. */
const localResponse: Kernel = ({ x }, { depthRadius, bias, alpha, beta }) => {
  const size = 2 * depthRadius + 1;
  const value = channelsFirst(x);
  const attributes = { size, bias: float(bias), alpha: float(alpha * size), beta: float(beta) };
  return { value: apply("LRN", [value], value.dims, attributes), shape: x.shape, channelAxis: 1 } as TensorView;
};

export const normalizations: Kernels = {
  Softmax: ({ logits }, { dim }) => {
    const value = channelsLast(logits);
    return view(apply("Softmax", [value], value.dims, { axis: dim }));
  },
  FusedBatchNorm: batchNorm,
  LRN: localResponse,
};
