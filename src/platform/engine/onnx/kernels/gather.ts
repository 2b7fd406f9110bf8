// Kernels that look up, sort, scatter and count.
import * as tf from "@tensorflow/tfjs";
import { laid, plain, reshape, type Laid } from "../tensorView";
import { apply, cast, constant, list, record, reshaped, scalar, type Type, type Value } from "../value";
import { axesOf, type Kernel, type Kernels } from "./kernel";
import { shapeOnly, slice, take } from "./shape";

const gather: Kernel = ({ x, indices }, { axis, batchDims = 0 }) => {
  const [at] = axesOf(x.shape, axis);
  const places = cast(plain(indices), "int32");
  places.data?.forEach((place: number | bigint) => { // where they are not known yet, ONNX Runtime will say it
    if (place < 0 || place >= x.shape[at])
      throw new RangeError(`GatherV2: the index value ${place} is not in [0, ${x.shape[at] - 1}], ` +
        `the places along axis ${at} of [${x.shape}]`);
  });
  if (batchDims === 0) return take(x, places, at);
  // With batch dimensions: one long list of slices, and indices into it.
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
    tf.backend_util.segment_util.collectGatherOpShapeInfo(shapeOnly(x), shapeOnly(indices), at, batchDims);
  const each = tf.util.sizeFromShape([...indices.shape]) / batchSize;
  const rows = reshape(x, [batchSize * outerSize * dimSize, sliceSize]);
  const starts = constant("int32", [batchSize, outerSize, 1],
    Array.from({ length: batchSize * outerSize }, (_, row) => row * dimSize));
  const where = apply("Add", [starts, reshaped(places, [batchSize, 1, each])], [batchSize, outerSize, each]);
  return reshape(take(rows, where, 0), outputShape);
};

const gatherNd: Kernel = ({ params, indices }) => {
  tf.gather_util.prepareAndValidate(shapeOnly(params), shapeOnly(indices));
  const depth = indices.shape[indices.shape.length - 1];
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
  return laid(apply("GatherND", [plain(params), cast(plain(indices), "int64")], shape));
};

/** Adds rows of `updates` to an array of zeros. */
function scatter(indices: Value, updates: Value, shape: readonly number[]): Laid {
  const zeros = apply("Expand", [scalar(0, updates.type), list(shape)], shape);
  return laid(apply("ScatterND", [zeros, cast(indices, "int64"), updates], shape, { reduction: "add" }, updates.type));
}

const scatterNd: Kernel = ({ indices, updates }, { shape }) => {
  const { sliceRank, numUpdates } = tf.scatter_util.calculateShapes(shapeOnly(updates), shapeOnly(indices), shape);
  const rows = reshaped(plain(updates), [numUpdates, ...shape.slice(sliceRank)]);
  return scatter(reshaped(plain(indices), [numUpdates, sliceRank]), rows, shape);
};

const segmentSum: Kernel = ({ x, segmentIds }, { numSegments }) => {
  const ids = cast(plain(segmentIds), "int32");
  const rows = x.shape.slice(segmentIds.shape.length);
  const numbers = cast(plain(x), x.value.type === "int32" ? "int32" : "float32");
  const sums = (places: Value, count: number): Laid => scatter(reshaped(places, [...ids.dims, 1]), numbers, [count, ...rows]);
  const within = ids.data && (ids.data as Int32Array).every((id) => id >= 0 && id < numSegments);
  if (within) return sums(ids, numSegments);
  // What belongs to no segment goes to one more, which is cut off.
  const is = (op: string, bound: number): Value => apply(op, [ids, scalar(bound, "int32")], ids.dims, {}, "bool");
  const outside = apply("Or", [is("Less", 0), is("GreaterOrEqual", numSegments)], ids.dims);
  const places = apply("Where", [outside, scalar(numSegments, "int32"), ids], ids.dims, {}, "int32");
  return slice(sums(places, numSegments + 1), [0, ...rows.map(() => 0)], [numSegments, ...rows]);
};

const oneHot: Kernel = ({ indices }, { depth, onValue, offValue, dtype = "float32" }) => {
  const shape = [...indices.shape, depth];
  const places = cast(reshaped(plain(indices), [...indices.shape, 1]), "int32");
  const hit = apply("Equal", [places, constant("int32", [depth], [...Array(depth).keys()])], shape, {}, "bool");
  const type = dtype === "bool" ? "int32" : dtype as Type;
  return laid(cast(apply("Where", [hit, scalar(onValue, type), scalar(offValue, type)], shape, {}, type), dtype));
};

/** Always sorted, as TensorFlow.js' cpu kernel has it: ONNX Runtime would give any order otherwise. */
const topK: Kernel = ({ x }, { k }) => {
  const dims = [...x.shape.slice(0, -1), k];
  const [values, places] = record("TopK", [plain(x), list([k])], { axis: -1, sorted: 1 },
    [{ type: x.value.type, dims }, { type: "int64", dims }]);
  return [laid(values), laid(cast(places, "int32"))];
};

const cumulativeSum: Kernel = ({ x }, { axis, exclusive, reverse }) => {
  const [at] = axesOf(x.shape, axis);
  const value = plain(x);
  const numbers = value.type === "bool" ? cast(value, "int32") : value;
  return laid(apply("CumSum", [numbers, constant("int64", [], [at])], x.shape, { exclusive: Number(exclusive), reverse: Number(reverse) }));
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
