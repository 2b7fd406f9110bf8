// Matrix products.
import { broadcastShape, channelsLast, view, type TensorView } from "../tensorView";
import { apply, sizeOf, transposed, type Value } from "../value";
import { applyActivation } from "./fused";
import { elementwiseOp, type Kernel, type Kernels } from "./kernel";

/** A matrix, or a stack of them, that is to be transposed where `isTransposed`. */
interface Operand { readonly value: Value; readonly isTransposed: boolean }

/** With channels first, the value is the matrix transposed: nothing needs to be moved. */
function operandOf(x: TensorView, isTransposed: boolean): Operand {
  const channelsBeforePositions = x.channelAxis !== undefined && x.channelAxis === x.shape.length - 2;
  return channelsBeforePositions ? { value: x.value, isTransposed: !isTransposed } : { value: channelsLast(x), isTransposed };
}

/** The product of two matrices, or of two stacks of them. */
function matrixProduct(a: TensorView, b: TensorView, transposeA: boolean, transposeB: boolean): TensorView {
  const rank = Math.max(a.shape.length, b.shape.length);
  const [innerA, innerB] = [a.shape[a.shape.length - (transposeA ? 2 : 1)], b.shape[b.shape.length - (transposeB ? 1 : 2)]];
  if (Math.min(a.shape.length, b.shape.length) < 2 || innerA !== innerB) {
    const text = (x: TensorView, isTransposed: boolean): string => `[${x.shape}]${isTransposed ? " transposed" : ""}`;
    throw new RangeError(`matMul: ${text(a, transposeA)} and ${text(b, transposeB)} have no product: the inner sizes must be equal`);
  }
  const [rows, columns] = [a.shape[a.shape.length - (transposeA ? 1 : 2)], b.shape[b.shape.length - (transposeB ? 2 : 1)]];
  const batch = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, rows, columns];
  const [left, right] = [operandOf(a, transposeA), operandOf(b, transposeB)];
  const channelsFirst = a.channelAxis !== undefined && !transposeA && left.isTransposed; // rows are positions in the result too
  if (!channelsFirst) return view(multiply(left, right, shape), shape);
  const flip = ({ value, isTransposed }: Operand): Operand => ({ value, isTransposed: !isTransposed });
  return { value: multiply(flip(right), flip(left), [...batch, columns, rows]), shape, channelAxis: rank - 2 }; // (AB)ᵀ = BᵀAᵀ
}

function multiply(a: Operand, b: Operand, dims: readonly number[]): Value {
  const attributes = { transA: Number(a.isTransposed), transB: Number(b.isTransposed) };
  if (a.value.type === "float32" && dims.length === 2) return apply("Gemm", [a.value, b.value], dims, attributes);
  if (!a.isTransposed && !b.isTransposed) return apply("MatMul", [a.value, b.value], dims);
  if (a.value.type === "float32") return apply("FusedMatMul", [a.value, b.value], dims, attributes);
  return apply("MatMul", [matrixOf(a), matrixOf(b)], dims);
}

/**
 * The sum of two products that share an operand as one product: AC + BC = (A + B)C. The gradient of a Gram matrix is such a sum, and
 * as large as the features.
 */
export function sumOfProducts(x: Value, y: Value): Value | undefined {
  if (x.node?.op !== "Gemm" || y.node?.op !== "Gemm" || x === y) return undefined;
  const [p, q] = [x, y].map(({ node }) => node!.inputs.map((value, side): Operand =>
    ({ value: value!, isTransposed: node!.attributes[side === 0 ? "transA" : "transB"] === 1 })));
  const shared = [0, 1].find((side) => p[side].value === q[side].value && p[side].isTransposed === q[side].isTransposed);
  if (shared === undefined) return undefined;
  const [a, b] = [p, q].map((operands) => matrixOf(operands[1 - shared]));
  if (sizeOf(a.dims) > sizeOf(x.dims)) return undefined;
  const sum = { value: apply("Add", [a, b], a.dims), isTransposed: false };
  return shared === 0 ? multiply(p[0], sum, x.dims) : multiply(sum, p[1], x.dims);
}

/** The matrix itself, transposed where it is to be. */
function matrixOf({ value, isTransposed }: Operand): Value {
  const rank = value.dims.length;
  return isTransposed ? transposed(value, [...Array(rank - 2).keys(), rank - 1, rank - 2]) : value;
}

const fused: Kernel = ({ a, b, bias, preluActivationWeights }, { transposeA, transposeB, activation, leakyreluAlpha }) => {
  const result = matrixProduct(a, b, transposeA, transposeB);
  return applyActivation(bias ? elementwiseOp("Add", [result, bias]) : result, activation, leakyreluAlpha, preluActivationWeights);
};

export const products: Kernels = {
  BatchMatMul: ({ a, b }, { transposeA, transposeB }) => matrixProduct(a, b, transposeA, transposeB),
  _FusedMatMul: fused,
};
