// Kernels that gather, scatter, sort and accumulate.
import * as tf from "@tensorflow/tfjs";
import { channelsLast, reshape, view, type TensorView } from "../tensorView";
import { apply, cast, constant, int64List, record, reshaped, scalar, type Data, type Type, type Value } from "../value";
import { axesOf, compare, where, type Kernel, type Kernels } from "./kernel";
import { gatherAlong, shapeOnly, slice } from "./shape";

const gather: Kernel = ({ x, indices: indicesView }, { axis, batchDims = 0 }) => {
  const [along] = axesOf(x.shape, axis);
  const indices = cast(channelsLast(indicesView), "int32");
  if (batchDims === 0) return gatherAlong(x, indices, along);
  // With batch dimensions: one list of all slices, and indices into it.
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
    tf.backend_util.segment_util.collectGatherOpShapeInfo(shapeOnly(x), shapeOnly(indicesView), along, batchDims);
  const perBatch = tf.util.sizeFromShape([...indicesView.shape]) / batchSize;
  const slices = reshape(x, [batchSize * outerSize * dimSize, sliceSize]);
  const starts = constant("int32", [batchSize, outerSize, 1],
    Array.from({ length: batchSize * outerSize }, (_, i) => i * dimSize));
  const sliceIndices = apply("Add", [starts, reshaped(indices, [batchSize, 1, perBatch])], [batchSize, outerSize, perBatch]);
  return reshape(gatherAlong(slices, sliceIndices, 0), outputShape);
};

/** Indices, and a length that all of them are below. */
const checked = new WeakMap<Data, number>();

/** Refuses indices outside of an array. Those that are not computed yet are checked by ONNX Runtime. */
function mustBeInside(x: readonly number[], indices: Data, axis: number): void {
  const [along] = axesOf(x, axis);
  indices.forEach((index: number | bigint) => {
    if (index < 0 || index >= x[along])
      throw new RangeError(`GatherV2: the index value ${index} is not in [0, ${x[along] - 1}], ` +
        `the positions along axis ${along} of [${x}]`);
  });
  checked.set(indices, x[along]);
}

/**
 * Checks the numbers that a call reads, as far as they are known. Returns whether its graph depends on them: then it is not that of another
 * call which differs in nothing but numbers. The segments of a gather's gradient are its indices, whose graph is always the same.
 */
export function dependsOnNumbers(kernel: string, inputs: Readonly<Record<string, { shape: readonly number[]; data?: Data }>>, attributes: unknown): boolean {
  const { x, indices, segmentIds } = inputs;
  const { axis, numSegments } = { ...attributes as { axis: number; numSegments: number } }; // GatherNd has none
  if (kernel === "GatherV2" && indices.data) mustBeInside(x.shape, indices.data, axis);
  return kernel === "UnsortedSegmentSum" && segmentIds.data !== undefined && !(checked.get(segmentIds.data)! <= numSegments);
}

const gatherNd: Kernel = ({ params, indices }) => {
  tf.gather_util.prepareAndValidate(shapeOnly(params), shapeOnly(indices));
  const depth = indices.shape[indices.shape.length - 1];
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
  return view(apply("GatherND", [channelsLast(params), cast(channelsLast(indices), "int64")], shape));
};

/** Adds rows of `updates` to an array of zeros. */
function scatter(indices: Value, updates: Value, shape: readonly number[]): TensorView {
  const zeros = apply("Expand", [scalar(0, updates.type), int64List(shape)], shape);
  return view(apply("ScatterND", [zeros, cast(indices, "int64"), updates], shape, { reduction: "add" }, updates.type));
}

const scatterNd: Kernel = ({ indices, updates }, { shape }) => {
  const { sliceRank, numUpdates } = tf.scatter_util.calculateShapes(shapeOnly(updates), shapeOnly(indices), shape);
  const rows = reshaped(channelsLast(updates), [numUpdates, ...shape.slice(sliceRank)]);
  return scatter(reshaped(channelsLast(indices), [numUpdates, sliceRank]), rows, shape);
};

const segmentSum: Kernel = ({ x, segmentIds }, { numSegments }) => {
  const ids = cast(channelsLast(segmentIds), "int32");
  const rowShape = x.shape.slice(segmentIds.shape.length);
  const rows = cast(channelsLast(x), x.value.type === "int32" ? "int32" : "float32");
  const sums = (segments: Value, count: number): TensorView => scatter(reshaped(segments, [...ids.dims, 1]), rows, [count, ...rowShape]);
  const allValid = ids.data && (ids.data as Int32Array).every((id) => id >= 0 && id < numSegments);
  if (allValid) return sums(ids, numSegments);
  // Rows of no segment are added to an additional one, which is cut off.
  const is = (op: string, bound: number): Value => compare(op, ids, scalar(bound, "int32"));
  const outside = apply("Or", [is("Less", 0), is("GreaterOrEqual", numSegments)], ids.dims);
  const segments = where(outside, scalar(numSegments, "int32"), ids, ids.dims);
  return slice(sums(segments, numSegments + 1), [0, ...rowShape.map(() => 0)], [numSegments, ...rowShape]);
};

const oneHot: Kernel = ({ indices }, { depth, onValue, offValue, dtype = "float32" }) => {
  const shape = [...indices.shape, depth];
  const column = cast(reshaped(channelsLast(indices), [...indices.shape, 1]), "int32");
  const hit = compare("Equal", column, constant("int32", [depth], [...Array(depth).keys()]), shape);
  const type = dtype === "bool" ? "int32" : dtype as Type;
  return view(cast(where(hit, scalar(onValue, type), scalar(offValue, type), shape), dtype));
};

/** Always sorted, like TensorFlow.js' cpu kernel: without it ONNX Runtime returns any order. */
const topK: Kernel = ({ x }, { k }) => {
  const dims = [...x.shape.slice(0, -1), k];
  const [values, indices] = record("TopK", [channelsLast(x), int64List([k])], { axis: -1, sorted: 1 },
    [{ type: x.value.type, dims }, { type: "int64", dims }]);
  return [view(values), view(cast(indices, "int32"))];
};

const cumulativeSum: Kernel = ({ x }, { axis, exclusive, reverse }) => {
  const [along] = axesOf(x.shape, axis);
  const value = channelsLast(x);
  const numbers = value.type === "bool" ? cast(value, "int32") : value;
  const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
  return view(apply("CumSum", [numbers, constant("int64", [], [along])], x.shape, attributes));
};

export const gathers: Kernels = {
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  UnsortedSegmentSum: segmentSum,
  OneHot: oneHot,
  TopK: topK,
  Cumsum: cumulativeSum,
};
