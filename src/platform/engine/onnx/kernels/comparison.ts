// Comparisons, logic and choice.
import { reshape } from "../tensorView";
import { apply, cast, type Value } from "../value";
import { each, elementwise, type Kernel, type Kernels } from "./kernel";

const compared = (op: string): Kernel => ({ a, b }) => elementwise([a, b], ([x, y], dims) => {
  const numbers = x.type === "bool" && op !== "Equal" ? [cast(x, "int32"), cast(y, "int32")] : [x, y];
  return apply(op, numbers, dims, {}, "bool");
});

const not = (value: Value): Value => apply("Not", [value], value.dims);
const infinite = (value: Value): Value => apply("IsInf", [value], value.dims, {}, "bool");
const absent = (value: Value): Value => apply("IsNaN", [value], value.dims, {}, "bool");

const tested = (test: (value: Value) => Value): Kernel => ({ x }) => elementwise([x], ([value]) => test(cast(value, "float32")));

/** The larger or smaller of two; NaN where either is. */
const extreme = (op: string): Kernel => ({ a, b }) => elementwise([a, b], ([x, y], dims) => {
  if (x.type === "bool") [x, y] = [cast(x, "int32"), cast(y, "int32")];
  return apply(op, [x, y], dims);
});

/** A condition of a lower rank chooses whole rows. */
const select: Kernel = ({ condition, t, e }) => {
  const missing = condition.shape.length === 0 ? 0 : Math.max(0, t.shape.length - condition.shape.length);
  const rows = reshape(condition, [...condition.shape, ...Array<number>(missing).fill(1)]);
  return elementwise([rows, t, e], ([chosen, yes, no], dims) => {
    if (yes.type !== "bool") return apply("Where", [chosen, yes, no], dims, {}, yes.type);
    return cast(apply("Where", [chosen, cast(yes, "int32"), cast(no, "int32")], dims, {}, "int32"), "bool");
  });
};

export const comparison: Kernels = {
  Equal: compared("Equal"),
  NotEqual: ({ a, b }) => elementwise([a, b], ([x, y], dims) => not(apply("Equal", [x, y], dims, {}, "bool"))),
  Greater: compared("Greater"),
  GreaterEqual: compared("GreaterOrEqual"),
  Less: compared("Less"),
  LessEqual: compared("LessOrEqual"),
  LogicalAnd: ({ a, b }) => each("And", [a, b]),
  LogicalOr: ({ a, b }) => each("Or", [a, b]),
  LogicalNot: ({ x }) => elementwise([x], ([value]) => not(cast(value, "bool"))),
  IsNan: tested(absent),
  IsInf: tested(infinite),
  IsFinite: tested((value) => not(apply("Or", [absent(value), infinite(value)], value.dims))),
  Maximum: extreme("Max"),
  Minimum: extreme("Min"),
  Select: select,
};
