// Activations and their slopes.
import { aligned, type Laid } from "../tensorView";
import { apply, cast, derive, float, scalar, type Value } from "../value";
import { beside, elementwise, onFloats, unary, type Kernel, type Kernels } from "./kernel";
import { slopeOf } from "./reluGradient";

/** Recorded once for a value, so that its slope finds it. */
export function relu(x: Value): Value {
  return derive(x, "relu", () => apply("Relu", [x], x.dims));
}

const where = (condition: Value, yes: Value, no: Value): Value => apply("Where", [condition, yes, no], condition.dims, {}, yes.type);
const compare = (op: string, a: Value, b: Value): Value => apply(op, [a, b], a.dims, {}, "bool");

/**
 * 1 above zero, `alpha` elsewhere. Where the rectified value is at hand, as in the gradient of a relu, it is asked instead of
 * what came before it: so the convolution and its relu can be one, and only one of the two is kept.
 */
const step: Kernel = ({ x }, { alpha = 0 }: { alpha?: number }) => onFloats(x, (value) => {
  const rectified = value.derived?.get("relu");
  if (rectified && alpha === 0) return slopeOf(rectified);
  const ones = where(compare("Greater", value, scalar(0)), scalar(1), scalar(alpha));
  return where(apply("IsNaN", [value], value.dims, {}, "bool"), value, ones);
});

const elu: Kernel = ({ x }) => onFloats(x, (value) => apply("Elu", [value], value.dims, { alpha: float(1) }));

/** dy where y is above zero, dy · (y + 1) elsewhere. */
const eluGradient: Kernel = ({ dy, y }) => elementwise([dy, y], ([slope, value], dims) => {
  const outer = apply("Mul", [slope, apply("Add", [value, scalar(1)], dims)], dims);
  return where(compare("GreaterOrEqual", value, scalar(0)), slope, outer);
});

const softplus: Kernel = ({ x }) => onFloats(x, (value) => apply("Softplus", [value], value.dims));

const clip: Kernel = ({ x }, { clipValueMin, clipValueMax }) => elementwise([x], ([value]) =>
  apply("Clip", [value, beside(value, clipValueMin), beside(value, clipValueMax)], value.dims));

/** log(1 + x) and eˣ − 1, exact near zero (Goldberg; Kahan). */
const log1p: Kernel = ({ x }) => onFloats(x, (value) => {
  const op = (name: string, ...inputs: Value[]): Value => apply(name, inputs, value.dims);
  const above = op("Add", value, scalar(1));
  const exact = op("Mul", op("Log", above), op("Div", value, op("Sub", above, scalar(1))));
  const plain = op("Log", above);
  const small = compare("Equal", above, scalar(1));
  const large = compare("Greater", op("Abs", value), scalar(1));
  return where(small, value, where(large, plain, exact));
});

const expm1: Kernel = ({ x }) => onFloats(x, (value) => {
  const op = (name: string, ...inputs: Value[]): Value => apply(name, inputs, value.dims);
  // eˣ − 1 = tanh(x/2) · (eˣ + 1), without the cancellation
  const near = op("Mul", op("Tanh", op("Mul", value, scalar(0.5))), op("Add", op("Exp", value), scalar(1)));
  return where(compare("Less", op("Abs", value), scalar(1)), near, op("Sub", op("Exp", value), scalar(1)));
});

const prelu: Kernel = ({ x, alpha }) => elementwise([x, alpha], (values, dims) => {
  const [value, slope] = values.map((one) => cast(one, "float32"));
  return apply("Where", [apply("Less", [value, scalar(0)], dims, {}, "bool"), apply("Mul", [value, slope], dims), value], dims, {}, "float32");
});

/** In TensorFlow.js what is not a number has the sign 0. */
const sign: Kernel = ({ x }) => elementwise([x], ([value]) => {
  const signs = apply("Sign", [value], value.dims);
  if (value.type !== "float32") return signs;
  return where(apply("IsNaN", [value], value.dims, {}, "bool"), scalar(0), signs);
});

export const activation: Kernels = {
  Relu: ({ x }) => {
    const { values: [value], ...rest } = aligned([x]);
    const counted = value.type === "bool" ? cast(value, "int32") : value;
    return { value: relu(counted), ...rest } as Laid;
  },
  Relu6: ({ x }) => elementwise([x], ([value]) => apply("Clip", [value, beside(value, 0), beside(value, 6)], value.dims)),
  LeakyRelu: ({ x }, { alpha }) => elementwise([x], ([value]) =>
    apply("LeakyRelu", [cast(value, "float32")], value.dims, { alpha: float(alpha) })),
  Prelu: prelu,
  Elu: elu,
  EluGrad: eluGradient,
  Selu: unary("Selu", { alpha: float(1.7580993408473768 / 1.0507009873554805), gamma: float(1.0507009873554805) }),
  Sigmoid: unary("Sigmoid"),
  Softplus: softplus,
  Step: step,
  Sign: sign,
  ClipByValue: clip,
  Log1p: log1p,
  Expm1: expm1,
};
