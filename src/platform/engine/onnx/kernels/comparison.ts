// Comparisons, logic and selection.
import { reshape } from "../tensorView";
import { apply, cast, type Value } from "../value";
import { compare, elementwise, elementwiseOp, isNaN, where, type Kernel, type Kernels } from "./kernel";

const comparisonOp = (op: string): Kernel => ({ a, b }) => elementwise([a, b], ([x, y], dims) =>
  (x.type === "bool" && op !== "Equal" ? compare(op, cast(x, "int32"), cast(y, "int32"), dims) : compare(op, x, y, dims)));

const not = (value: Value): Value => apply("Not", [value], value.dims);
const isInf = (value: Value): Value => apply("IsInf", [value], value.dims, {}, "bool");

const predicate = (test: (value: Value) => Value): Kernel => ({ x }) => elementwise([x], ([value]) => test(cast(value, "float32")));

/** The larger or smaller of two; NaN where either is. */
const extreme = (op: string): Kernel => ({ a, b }) => elementwise([a, b], ([x, y], dims) => {
  if (x.type === "bool") [x, y] = [cast(x, "int32"), cast(y, "int32")];
  return apply(op, [x, y], dims);
});

/** A condition of a lower rank selects whole rows. */
const select: Kernel = ({ condition, t, e }) => {
  const missing = condition.shape.length === 0 ? 0 : Math.max(0, t.shape.length - condition.shape.length);
  const rows = reshape(condition, [...condition.shape, ...Array<number>(missing).fill(1)]);
  return elementwise([rows, t, e], ([selected, yes, no], dims) =>
    (yes.type === "bool" ? cast(where(selected, cast(yes, "int32"), cast(no, "int32"), dims), "bool") : where(selected, yes, no, dims)));
};

export const comparison: Kernels = {
  Equal: comparisonOp("Equal"),
  NotEqual: ({ a, b }) => elementwise([a, b], ([x, y], dims) => not(compare("Equal", x, y, dims))),
  Greater: comparisonOp("Greater"),
  GreaterEqual: comparisonOp("GreaterOrEqual"),
  Less: comparisonOp("Less"),
  LessEqual: comparisonOp("LessOrEqual"),
  LogicalAnd: ({ a, b }) => elementwiseOp("And", [a, b]),
  LogicalOr: ({ a, b }) => elementwiseOp("Or", [a, b]),
  LogicalNot: ({ x }) => elementwise([x], ([value]) => not(cast(value, "bool"))),
  IsNan: predicate(isNaN),
  IsInf: predicate(isInf),
  IsFinite: predicate((value) => not(apply("Or", [isNaN(value), isInf(value)], value.dims))),
  Maximum: extreme("Max"),
  Minimum: extreme("Min"),
  Select: select,
};
