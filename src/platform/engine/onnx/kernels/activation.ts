// Activations and their gradients.
import { align, type TensorView } from "../tensorView";
import { apply, cast, derive, float, scalar, type Value } from "../value";
import { compare, elementwise, inFloat32, isNaN, scalarLike, unary, where, type Kernel, type Kernels } from "./kernel";
import { reluMask } from "./reluGradient";

/** Recorded once for each value, so that `step` finds it. */
function relu(x: Value): Value {
  return derive(x, "relu", () => apply("Relu", [x], x.dims));
}

/**
 * 1 above zero, `alpha` elsewhere. In the gradient of a relu, the mask is computed from the relu's output y instead of its input:
 * y > 0 exactly where x > 0. So ONNX Runtime can fuse the relu into the convolution before it, and only y is kept in memory.
 */
const step: Kernel = ({ x }, { alpha = 0 }: { alpha?: number }) => inFloat32(x, (value) => {
  const rectified = value.derived?.get("relu");
  if (rectified && alpha === 0) return reluMask(rectified);
  const mask = where(compare("Greater", value, scalar(0)), scalar(1), scalar(alpha));
  return where(isNaN(value), value, mask);
});



/** dy where y ≥ 0, dy · (y + 1) elsewhere. */
const eluGradient: Kernel = ({ dy, y }) => elementwise([dy, y], ([gradient, value], dims) => {
  const below = apply("Mul", [gradient, apply("Add", [value, scalar(1)], dims)], dims);
  return where(compare("GreaterOrEqual", value, scalar(0)), gradient, below);
});



const clip: Kernel = ({ x }, { clipValueMin, clipValueMax }) => elementwise([x], ([value]) =>
  apply("Clip", [value, scalarLike(value, clipValueMin), scalarLike(value, clipValueMax)], value.dims));

/** log(1 + x), accurate near zero (Goldberg; Kahan). */
const log1p: Kernel = ({ x }) => inFloat32(x, (value) => {
  const op = (name: string, ...inputs: Value[]): Value => apply(name, inputs, value.dims);
  const onePlus = op("Add", value, scalar(1));
  const corrected = op("Mul", op("Log", onePlus), op("Div", value, op("Sub", onePlus, scalar(1))));
  const direct = op("Log", onePlus);
  const small = compare("Equal", onePlus, scalar(1));
  const large = compare("Greater", op("Abs", value), scalar(1));
  return where(small, value, where(large, direct, corrected));
});

/** eˣ − 1, near zero as tanh(x/2) · (eˣ + 1), which has no cancellation. */
const expm1: Kernel = ({ x }) => inFloat32(x, (value) => {
  const op = (name: string, ...inputs: Value[]): Value => apply(name, inputs, value.dims);
  const nearZero = op("Mul", op("Tanh", op("Mul", value, scalar(0.5))), op("Add", op("Exp", value), scalar(1)));
  return where(compare("Less", op("Abs", value), scalar(1)), nearZero, op("Sub", op("Exp", value), scalar(1)));
});

const prelu: Kernel = ({ x, alpha }) => elementwise([x, alpha], (values, dims) => {
  const [value, slope] = values.map((one) => cast(one, "float32"));
  return where(compare("Less", value, scalar(0), dims), apply("Mul", [value, slope], dims), value, dims);
});

/** As in TensorFlow.js, the sign of NaN is 0. */
const sign: Kernel = ({ x }) => elementwise([x], ([value]) => {
  const signs = apply("Sign", [value], value.dims);
  return value.type === "float32" ? where(isNaN(value), scalar(0), signs) : signs;
});

export const activation: Kernels = {
  Relu: ({ x }) => {
    const { values: [value], ...layout } = align([x]);
    return { value: relu(value.type === "bool" ? cast(value, "int32") : value), ...layout } as TensorView;
  },
  Relu6: ({ x }) => elementwise([x], ([value]) => apply("Clip", [value, scalarLike(value, 0), scalarLike(value, 6)], value.dims)),
  LeakyRelu: ({ x }, { alpha }) => elementwise([x], ([value]) =>
    apply("LeakyRelu", [cast(value, "float32")], value.dims, { alpha: float(alpha) })),
  Prelu: prelu,
  Elu: unary("Elu", { alpha: float(1) }),
  EluGrad: eluGradient,
  Selu: unary("Selu", { alpha: float(1.7580993408473768 / 1.0507009873554805), gamma: float(1.0507009873554805) }),
  Sigmoid: unary("Sigmoid"),
  Softplus: unary("Softplus"),
  Step: step,
  Sign: sign,
  ClipByValue: clip,
  Log1p: log1p,
  Expm1: expm1,
};
