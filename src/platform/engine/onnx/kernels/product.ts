// Matrix products.
import { commonShape, laid, plain, type Laid } from "../tensorView";
import { apply, sizeOf, transposed, type Value } from "../value";
import { activated } from "./fused";
import { each, type Kernel, type Kernels } from "./kernel";

/** A matrix, and whether it stands on its side. */
interface Operand { readonly value: Value; readonly turned: boolean }

/** Channels first is a matrix on its side: nothing needs to be moved. */
function operand(x: Laid, turned: boolean): Operand {
  const sideways = x.lead !== undefined && x.lead === x.shape.length - 2;
  return sideways ? { value: x.value, turned: !turned } : { value: plain(x), turned };
}

/** The product of two matrices, or of two stacks of them. */
export function product(a: Laid, b: Laid, transposeA: boolean, transposeB: boolean): Laid {
  const rank = Math.max(a.shape.length, b.shape.length);
  const [inner, other] = [a.shape[a.shape.length - (transposeA ? 2 : 1)], b.shape[b.shape.length - (transposeB ? 1 : 2)]];
  if (Math.min(a.shape.length, b.shape.length) < 2 || inner !== other) {
    const side = (x: Laid, turned: boolean): string => `[${x.shape}]${turned ? " transposed" : ""}`;
    throw new RangeError(`matMul: ${side(a, transposeA)} and ${side(b, transposeB)} have no product: the inner sizes must be equal`);
  }
  const [rows, columns] = [a.shape[a.shape.length - (transposeA ? 1 : 2)], b.shape[b.shape.length - (transposeB ? 2 : 1)]];
  const batch = commonShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, rows, columns];
  const [left, right] = [operand(a, transposeA), operand(b, transposeB)];
  const sideways = a.lead !== undefined && !transposeA && left.turned; // positions stay rows, so channels stay first
  if (!sideways) return laid(multiply(left, right, shape), shape);
  const flip = ({ value, turned }: Operand): Operand => ({ value, turned: !turned });
  return { value: multiply(flip(right), flip(left), [...batch, columns, rows]), shape, lead: rank - 2 };
}

function multiply(a: Operand, b: Operand, dims: readonly number[]): Value {
  const attributes = { transA: Number(a.turned), transB: Number(b.turned) };
  if (a.value.type === "float32" && dims.length === 2) return apply("Gemm", [a.value, b.value], dims, attributes);
  if (!a.turned && !b.turned) return apply("MatMul", [a.value, b.value], dims);
  if (a.value.type === "float32") return apply("FusedMatMul", [a.value, b.value], dims, attributes);
  return apply("MatMul", [upright(a), upright(b)], dims);
}

/**
 * The sum of two products that share an operand is one product: AC + BC = (A + B)C. The gradient of a Gram matrix is such a sum,
 * and as large as the features.
 */
export function sumOfProducts(x: Value, y: Value): Value | undefined {
  if (x.node?.op !== "Gemm" || y.node?.op !== "Gemm" || x === y) return undefined;
  const [p, q] = [x, y].map(({ node }) => node!.inputs.map((value, side): Operand =>
    ({ value: value!, turned: node!.attributes[side === 0 ? "transA" : "transB"] === 1 })));
  const side = [0, 1].find((at) => p[at].value === q[at].value && p[at].turned === q[at].turned);
  if (side === undefined) return undefined;
  const [a, b] = [p, q].map((operands) => upright(operands[1 - side]));
  if (sizeOf(a.dims) > sizeOf(x.dims)) return undefined;
  const sum = { value: apply("Add", [a, b], a.dims), turned: false };
  return side === 0 ? multiply(p[0], sum, x.dims) : multiply(sum, p[1], x.dims);
}

function upright({ value, turned }: Operand): Value {
  const rank = value.dims.length;
  return turned ? transposed(value, [...Array(rank - 2).keys(), rank - 1, rank - 2]) : value;
}

const fused: Kernel = ({ a, b, bias, preluActivationWeights }, { transposeA, transposeB, activation, leakyreluAlpha }) => {
  const result = product(a, b, transposeA, transposeB);
  return activated(bias ? each("Add", [result, bias]) : result, activation, leakyreluAlpha, preluActivationWeights);
};

export const products: Kernels = {
  BatchMatMul: ({ a, b }, { transposeA, transposeB }) => product(a, b, transposeA, transposeB),
  _FusedMatMul: fused,
};

