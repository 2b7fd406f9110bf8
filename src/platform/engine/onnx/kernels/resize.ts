// Enlarging and reducing images. Both ways are linear along each axis, so a gradient is the product with a transposed matrix.
import { channelsFirst, type Laid } from "../tensorView";
import { apply, constant, leaf, list, type Value } from "../value";
import { type Kernel, type Kernels } from "./kernel";
import { take } from "./shape";

interface Way {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Which place of the input an output stands at, along one axis. */
function place(at: number, from: number, to: number, { alignCorners, halfPixelCenters }: Way): number {
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return halfPixelCenters ? (at + 0.5) * scale - 0.5 : at * scale;
}

/** The nearest place; TensorFlow counts half pixels without the shift back. */
function nearest(at: number, from: number, to: number, way: Way): number {
  const exact = place(at, from, to, way) + (way.halfPixelCenters ? 0.5 : 0);
  return Math.max(0, Math.min(from - 1, way.alignCorners ? Math.round(exact) : Math.floor(exact)));
}

/** Adds to `weights[to][from]` what each input gives to each output. */
function weightsOf(kind: "bilinear" | "nearest", from: number, to: number, way: Way): Float32Array {
  const weights = new Float32Array(to * from);
  for (let at = 0; at < to; at++) {
    if (kind === "nearest") weights[at * from + nearest(at, from, to, way)] += 1;
    else {
      const exact = Math.max(0, place(at, from, to, way));
      const low = Math.min(from - 1, Math.floor(exact));
      const high = Math.min(from - 1, low + 1);
      weights[at * from + low] += 1 - (exact - low);
      weights[at * from + high] += exact - low;
    }
  }
  return weights;
}

/** The matrices of the last sizes met, so that a loop does not build them again. */
const matrices = new Map<string, Value>();

function matrix(kind: "bilinear" | "nearest", from: number, to: number, way: Way): Value {
  const key = `${kind} ${from} ${to} ${way.alignCorners} ${way.halfPixelCenters}`;
  const found = matrices.get(key) ?? leaf("float32", [to, from], weightsOf(kind, from, to, way));
  matrices.delete(key);
  matrices.set(key, found);
  if (matrices.size > 32) matrices.delete(matrices.keys().next().value!);
  return found;
}

const asPlanes = (value: Value): Laid => {
  const [batch, channels, height, width] = value.dims;
  return { value, shape: [batch, height, width, channels], lead: 1 };
};

const bilinear: Kernel = ({ images }, { alignCorners, halfPixelCenters, size }) => {
  const x = channelsFirst(images);
  const dims = [x.dims[0], x.dims[1], ...size];
  const mode = alignCorners ? "align_corners" : halfPixelCenters ? "half_pixel" : "asymmetric";
  return asPlanes(apply("Resize", [floats(x), undefined, undefined, list(dims)], dims, { mode: "linear", coordinate_transformation_mode: mode }));
};

const floats = (x: Value): Value => (x.type === "float32" ? x : apply("Cast", [x], x.dims, { to: 1 }, "float32"));

const nearestNeighbor: Kernel = ({ images }, { alignCorners, halfPixelCenters, size }) => {
  const way = { alignCorners, halfPixelCenters };
  const [, height, width] = images.shape;
  const [tall, wide] = size as [number, number];
  if (!alignCorners && !halfPixelCenters && tall % height === 0 && wide % width === 0) {
    const x = channelsFirst(images);
    const scales = constant("float32", [4], [1, 1, tall / height, wide / width]);
    return asPlanes(apply("Resize", [x, undefined, scales], [x.dims[0], x.dims[1], tall, wide],
      { mode: "nearest", nearest_mode: "floor", coordinate_transformation_mode: "asymmetric" }));
  }
  const places = (from: number, to: number): Value =>
    constant("int32", [to], Array.from({ length: to }, (_, at) => nearest(at, from, to, way)));
  return take(take(images, places(height, tall), 1), places(width, wide), 2);
};

const gradient = (kind: "bilinear" | "nearest"): Kernel => ({ images, dy }, { alignCorners, halfPixelCenters }) => {
  const way = { alignCorners, halfPixelCenters };
  const slope = channelsFirst(dy);
  const [batch, channels, tall, wide] = slope.dims;
  const [, height, width] = images.shape;
  const across = apply("MatMul", [slope, matrix(kind, width, wide, way)], [batch, channels, tall, width]);
  const down = apply("Transpose", [matrix(kind, height, tall, way)], [height, tall], { perm: [1, 0] });
  return asPlanes(apply("MatMul", [down, across], [batch, channels, height, width]));
};

export const resizes: Kernels = {
  ResizeBilinear: bilinear,
  ResizeBilinearGrad: gradient("bilinear"),
  ResizeNearestNeighbor: nearestNeighbor,
  ResizeNearestNeighborGrad: gradient("nearest"),
};
