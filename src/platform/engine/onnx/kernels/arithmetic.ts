// Arithmetic, element by element.
import { expand, type Laid } from "../tensorView";
import { apply, cast, scalar, type Value } from "../value";
import { beside, each, elementwise, onFloats, unary, type Kernel, type Kernels } from "./kernel";
import { sumOfProducts } from "./product";
import { passed } from "./reluGradient";

const binary = (op: string): Kernel => ({ a, b }) => each(op, [a, b]);

/** Arithmetic on numbers; ONNX has none for bools. */
const counted = (x: Laid): Laid => (x.value.type === "bool" ? elementwise([x], ([value]) => cast(value, "int32")) : x);

/** What every element of `x` is, where that is known when it is recorded. */
function uniform({ spread }: Laid): number | undefined {
  return spread?.value.structural && spread.value.dims.length === 0 ? Number(spread.value.data![0]) : undefined;
}

/** Products with a copy of one, which gradients are full of, are no products. */
const multiply: Kernel = ({ a, b }) => {
  const product = (): Laid => elementwise([counted(a), counted(b)], ([x, y], dims) =>
    passed(x, y) ?? passed(y, x) ?? apply("Mul", [x, y], dims));
  if (a.value.type === "bool") return product();
  if (uniform(a) === 1) return expandTo(b, a);
  if (uniform(b) === 1) return expandTo(a, b);
  return product();
};

function expandTo(x: Laid, other: Laid): Laid {
  const rank = Math.max(x.shape.length, other.shape.length);
  const at = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1;
  return expand(x, Array.from({ length: rank }, (_, axis) => (at(x.shape, axis) === 1 ? at(other.shape, axis) : at(x.shape, axis))));
}

/** a / b rounded towards −∞. */
const floorDivide: Kernel = ({ a, b }) => elementwise([a, b], ([x, y], dims) =>
  (x.type === "int32" ? wholeQuotient(x, y, dims) : apply("Floor", [apply("Div", [x, y], dims)], dims)));

/** Whole numbers in whole numbers: ONNX rounds towards 0, which is one too many where the remainders differ. */
function wholeQuotient(x: Value, y: Value, dims: readonly number[]): Value {
  const { large, divisor } = safe(y);
  const op = (name: string, p: Value, q: Value): Value => apply(name, [p, q], dims);
  const quotient = op("Div", x, divisor);
  const same = apply("Equal", [op("Sub", x, op("Mul", quotient, divisor)), op("Mod", x, divisor)], dims, {}, "bool");
  const floor = op("Sub", quotient, cast(apply("Not", [same], dims), "int32"));
  return apply("Where", [large, floor, op("Mul", x, y)], dims, {}, "int32"); // x / ±1 is x · ±1, and x / 0 is 0 as on the cpu backend
}

/** The remainder with the sign of the divisor, as in TensorFlow; of whole numbers by 0 it is 0, as on the cpu backend. */
const modulo: Kernel = ({ a, b }) => elementwise([a, b], ([x, y], dims) => {
  if (x.type === "int32") return apply("Mod", [x, safe(y).divisor], dims);
  const quotient = apply("Floor", [apply("Div", [x, y], dims)], dims);
  return apply("Sub", [x, apply("Mul", [quotient, y], dims)], dims);
});

/** 1 instead of a divisor of −1, 0 or 1: dividing by 0, and −2³¹ by −1, would end the process. */
function safe(y: Value): { large: Value; divisor: Value } {
  const is = (name: string, bound: number): Value => apply(name, [y, scalar(bound, "int32")], y.dims, {}, "bool");
  const large = apply("Or", [is("Greater", 1), is("Less", -1)], y.dims);
  return { large, divisor: apply("Where", [large, y, scalar(1, "int32")], y.dims, {}, "int32") };
}

const squaredDifference: Kernel = ({ a, b }) => elementwise([a, b], ([x, y], dims) => {
  const difference = apply("Sub", [x, y], dims);
  return apply("Mul", [difference, difference], dims);
});

/** π/2 and its kin: ONNX has the arctangent of one number only. */
const arctangent2: Kernel = ({ a, b }) => elementwise([a, b], ([y, x], dims) => {
  const [zero, pi, half] = [beside(x, 0), scalar(Math.PI), scalar(Math.PI / 2)];
  const op = (name: string, ...inputs: Value[]): Value => apply(name, inputs, dims);
  const is = (name: string, p: Value, q: Value): Value => apply(name, [p, q], dims, {}, "bool");
  const choose = (condition: Value, yes: Value, no: Value): Value => apply("Where", [condition, yes, no], dims, {}, yes.type);
  const below = is("Less", y, zero);
  const arc = op("Atan", op("Div", y, x));
  const left = op("Add", arc, choose(below, scalar(-Math.PI), pi));
  const onAxis = choose(below, scalar(-Math.PI / 2), choose(is("Greater", y, zero), half, op("Mul", op("Add", x, y), zero)));
  return choose(is("Equal", x, zero), onAxis, choose(is("Less", x, zero), left, arc));
});

const add = (a: Laid, b: Laid): Laid => elementwise([a, b], ([x, y], dims) => sumOfProducts(x, y) ?? apply("Add", [x, y], dims));

export const arithmetic: Kernels = {
  Add: ({ a, b }) => add(counted(a), counted(b)),
  AddN: (inputs) => Object.values(inputs).reduce(add),
  Sub: ({ a, b }) => each("Sub", [counted(a), counted(b)]),
  Multiply: multiply,
  RealDiv: ({ a, b }) => elementwise([a, b], ([x, y], dims) => apply("Div", [cast(x, "float32"), cast(y, "float32")], dims)),
  FloorDiv: floorDivide,
  Mod: modulo,
  Pow: binary("Pow"),
  Atan2: arctangent2,
  SquaredDifference: squaredDifference,
  Neg: ({ x }) => each("Neg", [counted(x)]),
  Abs: ({ x }) => each("Abs", [counted(x)]),
  Square: ({ x }) => elementwise([x], ([value]) => apply("Mul", [value, value], value.dims)),
  Sqrt: unary("Sqrt"),
  Rsqrt: ({ x }) => onFloats(x, (value) => apply("Reciprocal", [apply("Sqrt", [value], value.dims)], value.dims)),
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
