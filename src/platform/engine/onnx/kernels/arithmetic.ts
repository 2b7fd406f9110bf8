// Elementwise arithmetic.
import { broadcastTo, type TensorView } from "../tensorView";
import { apply, cast, scalar, type Value } from "../value";
import { boolToInt, compare, elementwise, elementwiseOp, inFloat32, scalarLike, unary, where, type Kernel, type Kernels } from "./kernel";
import { sumOfProducts } from "./product";
import { reluBackward } from "./reluGradient";

/** The number that every element of `x` equals, where that is known at recording time. */
function uniformValue({ broadcastOf }: TensorView): number | undefined {
  return broadcastOf?.value.structural && broadcastOf.value.dims.length === 0 ? Number(broadcastOf.value.data![0]) : undefined;
}

/** Products with ones, of which gradients have many, are only broadcasts. */
const multiply: Kernel = ({ a, b }) => {
  const product = (): TensorView => elementwise([boolToInt(a), boolToInt(b)], ([x, y], dims) =>
    reluBackward(x, y) ?? reluBackward(y, x) ?? apply("Mul", [x, y], dims));
  if (a.value.type === "bool") return product();
  if (uniformValue(a) === 1) return broadcastWith(b, a);
  if (uniformValue(b) === 1) return broadcastWith(a, b);
  return product();
};

/** `x` broadcast to the common shape with `other`. */
function broadcastWith(x: TensorView, other: TensorView): TensorView {
  const rank = Math.max(x.shape.length, other.shape.length);
  const dimAt = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1;
  return broadcastTo(x, Array.from({ length: rank }, (_, axis) => (dimAt(x.shape, axis) === 1 ? dimAt(other.shape, axis) : dimAt(x.shape, axis))));
}

/** a / b rounded toward −∞. */
const floorDivide: Kernel = ({ a, b }) => elementwise([a, b], ([x, y], dims) =>
  (x.type === "int32" ? intQuotient(x, y, dims) : apply("Floor", [apply("Div", [x, y], dims)], dims)));

/** ONNX rounds integer quotients toward 0, which is one too many where the remainders of Mod and Div differ. */
function intQuotient(x: Value, y: Value, dims: readonly number[]): Value {
  const { large, divisor } = safeDivisor(y);
  const op = (name: string, p: Value, q: Value): Value => apply(name, [p, q], dims);
  const quotient = op("Div", x, divisor);
  const exact = compare("Equal", op("Sub", x, op("Mul", quotient, divisor)), op("Mod", x, divisor), dims);
  const floor = op("Sub", quotient, cast(apply("Not", [exact], dims), "int32"));
  return where(large, floor, op("Mul", x, y), dims); // x / ±1 is x · ±1, and x / 0 is 0 as on the cpu backend
}

/** The remainder with the sign of the divisor, as in TensorFlow; of integers by 0 it is 0, as on the cpu backend. */
const modulo: Kernel = ({ a, b }) => elementwise([a, b], ([x, y], dims) => {
  if (x.type === "int32") return apply("Mod", [x, safeDivisor(y).divisor], dims);
  const quotient = apply("Floor", [apply("Div", [x, y], dims)], dims);
  return apply("Sub", [x, apply("Mul", [quotient, y], dims)], dims);
});

/** 1 in place of a divisor of −1, 0 or 1: dividing by 0, or −2³¹ by −1, would crash the process. */
function safeDivisor(y: Value): { large: Value; divisor: Value } {
  const is = (op: string, bound: number): Value => compare(op, y, scalar(bound, "int32"));
  const large = apply("Or", [is("Greater", 1), is("Less", -1)], y.dims);
  return { large, divisor: where(large, y, scalar(1, "int32"), y.dims) };
}

const squaredDifference: Kernel = ({ a, b }) => elementwise([a, b], ([x, y], dims) => {
  const difference = apply("Sub", [x, y], dims);
  return apply("Mul", [difference, difference], dims);
});

/** ONNX only has the arctangent of one number; the quadrants are distinguished here. */
const arctangent2: Kernel = ({ a, b }) => elementwise([a, b], ([y, x], dims) => {
  const [zero, pi, half] = [scalarLike(x, 0), scalar(Math.PI), scalar(Math.PI / 2)];
  const op = (name: string, ...inputs: Value[]): Value => apply(name, inputs, dims);
  const is = (name: string, p: Value, q: Value): Value => compare(name, p, q, dims);
  const choose = (condition: Value, yes: Value, no: Value): Value => where(condition, yes, no, dims);
  const below = is("Less", y, zero);
  const arc = op("Atan", op("Div", y, x));
  const left = op("Add", arc, choose(below, scalar(-Math.PI), pi));
  const onAxis = choose(below, scalar(-Math.PI / 2), choose(is("Greater", y, zero), half, op("Mul", op("Add", x, y), zero)));
  return choose(is("Equal", x, zero), onAxis, choose(is("Less", x, zero), left, arc));
});

const add = (a: TensorView, b: TensorView): TensorView =>
  elementwise([a, b], ([x, y], dims) => sumOfProducts(x, y) ?? apply("Add", [x, y], dims));

export const arithmetic: Kernels = {
  Add: ({ a, b }) => add(boolToInt(a), boolToInt(b)),
  AddN: (inputs) => Object.values(inputs).reduce(add),
  Sub: ({ a, b }) => elementwiseOp("Sub", [boolToInt(a), boolToInt(b)]),
  Multiply: multiply,
  RealDiv: ({ a, b }) => elementwise([a, b], ([x, y], dims) => apply("Div", [cast(x, "float32"), cast(y, "float32")], dims)),
  FloorDiv: floorDivide,
  Mod: modulo,
  Pow: ({ a, b }) => elementwiseOp("Pow", [a, b]),
  Atan2: arctangent2,
  SquaredDifference: squaredDifference,
  Neg: ({ x }) => elementwiseOp("Neg", [boolToInt(x)]),
  Abs: ({ x }) => elementwiseOp("Abs", [boolToInt(x)]),
  Square: ({ x }) => elementwise([x], ([value]) => apply("Mul", [value, value], value.dims)),
  Sqrt: unary("Sqrt"),
  Rsqrt: ({ x }) => inFloat32(x, (value) => apply("Reciprocal", [apply("Sqrt", [value], value.dims)], value.dims)),
  Reciprocal: unary("Reciprocal"),
  Exp: ({ x }) => elementwise([x], ([value]) => apply("Exp", [cast(value, "float32")], value.dims)),
  Log: unary("Log"),
  Ceil: unary("Ceil"),
  Floor: unary("Floor"),
  Round: unary("Round"), // half to even, in TensorFlow.js as in ONNX
  Sin: unary("Sin"), Cos: unary("Cos"), Tan: unary("Tan"),
  Asin: unary("Asin"), Acos: unary("Acos"), Atan: unary("Atan"),
  Sinh: unary("Sinh"), Cosh: unary("Cosh"), Tanh: unary("Tanh"),
  Asinh: unary("Asinh"), Acosh: unary("Acosh"), Atanh: unary("Atanh"),
  Erf: unary("Erf"),
};
