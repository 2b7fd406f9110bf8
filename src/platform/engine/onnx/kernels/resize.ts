// Resizing images. Both methods are linear along each axis, so the gradient is a product with the transposed matrices.
import { channelsFirst, type TensorView } from "../tensorView";
import { apply, cast, constant, int64List, leaf, type Value } from "../value";
import { type Kernel, type Kernels } from "./kernel";
import { gatherAlong } from "./shape";

type Method = "bilinear" | "nearest";

/** TensorFlow.js' conventions for the positions of pixels. */
interface Sampling {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** The position in the input of output position `i`, along one axis. */
function inputPosition(i: number, inputSize: number, outputSize: number, { alignCorners, halfPixelCenters }: Sampling): number {
  const scale = alignCorners && outputSize > 1 ? (inputSize - 1) / (outputSize - 1) : inputSize / outputSize;
  return halfPixelCenters ? (i + 0.5) * scale - 0.5 : i * scale;
}

/** The nearest input index; with half-pixel centers TensorFlow does not shift back by half a pixel. */
function nearestIndex(i: number, inputSize: number, outputSize: number, sampling: Sampling): number {
  const exact = inputPosition(i, inputSize, outputSize, sampling) + (sampling.halfPixelCenters ? 0.5 : 0);
  return Math.max(0, Math.min(inputSize - 1, sampling.alignCorners ? Math.round(exact) : Math.floor(exact)));
}

/** The resampling matrix [output, input] of one axis. */
function resamplingWeights(method: Method, inputSize: number, outputSize: number, sampling: Sampling): Float32Array {
  const weights = new Float32Array(outputSize * inputSize);
  for (let i = 0; i < outputSize; i++) {
    if (method === "nearest") weights[i * inputSize + nearestIndex(i, inputSize, outputSize, sampling)] += 1;
    else {
      const exact = Math.max(0, inputPosition(i, inputSize, outputSize, sampling));
      const low = Math.min(inputSize - 1, Math.floor(exact));
      const high = Math.min(inputSize - 1, low + 1);
      weights[i * inputSize + low] += 1 - (exact - low);
      weights[i * inputSize + high] += exact - low;
    }
  }
  return weights;
}

/** The matrices used last, so that a loop does not build them again. */
const matrices = new Map<string, Value>();

function resamplingMatrix(method: Method, inputSize: number, outputSize: number, sampling: Sampling): Value {
  const key = `${method} ${inputSize} ${outputSize} ${sampling.alignCorners} ${sampling.halfPixelCenters}`;
  const matrix = matrices.get(key) ?? leaf("float32", [outputSize, inputSize], resamplingWeights(method, inputSize, outputSize, sampling));
  matrices.delete(key);
  matrices.set(key, matrix);
  if (matrices.size > 32) matrices.delete(matrices.keys().next().value!);
  return matrix;
}

/** The view of images [batch, channels, height, width]. */
const imageView = (value: Value): TensorView => {
  const [batch, channels, height, width] = value.dims;
  return { value, shape: [batch, height, width, channels], channelAxis: 1 };
};

const bilinear: Kernel = ({ images }, { alignCorners, halfPixelCenters, size }) => {
  const x = channelsFirst(images);
  const dims = [x.dims[0], x.dims[1], ...size];
  const mode = alignCorners ? "align_corners" : halfPixelCenters ? "half_pixel" : "asymmetric";
  const inputs = [cast(x, "float32"), undefined, undefined, int64List(dims)];
  return imageView(apply("Resize", inputs, dims, { mode: "linear", coordinate_transformation_mode: mode }));
};

const nearestNeighbor: Kernel = ({ images }, { alignCorners, halfPixelCenters, size }) => {
  const sampling = { alignCorners, halfPixelCenters };
  const [, height, width] = images.shape;
  const [newHeight, newWidth] = size as [number, number];
  if (!alignCorners && !halfPixelCenters && newHeight % height === 0 && newWidth % width === 0) {
    const x = channelsFirst(images);
    const scales = constant("float32", [4], [1, 1, newHeight / height, newWidth / width]);
    return imageView(apply("Resize", [x, undefined, scales], [x.dims[0], x.dims[1], newHeight, newWidth],
      { mode: "nearest", nearest_mode: "floor", coordinate_transformation_mode: "asymmetric" }));
  }
  const indices = (inputSize: number, outputSize: number): Value =>
    constant("int32", [outputSize], Array.from({ length: outputSize }, (_, i) => nearestIndex(i, inputSize, outputSize, sampling)));
  return gatherAlong(gatherAlong(images, indices(height, newHeight), 1), indices(width, newWidth), 2);
};

const gradient = (method: Method): Kernel => ({ images, dy }, { alignCorners, halfPixelCenters }) => {
  const sampling = { alignCorners, halfPixelCenters };
  const outputGradient = channelsFirst(dy);
  const [batch, channels, newHeight, newWidth] = outputGradient.dims;
  const [, height, width] = images.shape;
  const alongWidth = apply("MatMul", [outputGradient, resamplingMatrix(method, width, newWidth, sampling)], [batch, channels, newHeight, width]);
  const rows = apply("Transpose", [resamplingMatrix(method, height, newHeight, sampling)], [height, newHeight], { perm: [1, 0] });
  return imageView(apply("MatMul", [rows, alongWidth], [batch, channels, height, width]));
};

export const resizes: Kernels = {
  ResizeBilinear: bilinear,
  ResizeBilinearGrad: gradient("bilinear"),
  ResizeNearestNeighbor: nearestNeighbor,
  ResizeNearestNeighborGrad: gradient("nearest"),
};
