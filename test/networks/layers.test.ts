// Padding modes, upsampling, instance normalization and tanh: values by plain loops, gradients by differences, on cpu and onnx.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { applyLayer, type LayerParameters } from "../../src/networks/applyLayer";
import {
  convolution, instanceNorm, pool, tanh, upsample, type Operation, type PaddingMode,
} from "../../src/networks/architectures/operation";
import type { StyleWeights } from "../../src/networks/normalizeInstances";
import { outputSize } from "../../src/networks/outputSize";
import { engine } from "../../src/platform/engine/engine";
import { registerOnnx } from "../../src/platform/engine/onnx/register";
import { assertClose, numbers } from "../compare";

type Shape = [images: number, height: number, width: number, channels: number];
/** The value of a batch at a position. */
type At = (image: number, row: number, column: number, channel: number) => number;

function normal(shape: readonly number[], seed: number): tf.Tensor {
  return tf.randomNormal([...shape], 0, 1, "float32", seed);
}

function reader(x: tf.Tensor4D): At {
  const [values, [, height, width, channels]] = [numbers(x), x.shape];
  return (n, r, c, k) => values[((n * height + r) * width + c) * channels + k];
}

function loops([images, height, width, channels]: Shape, value: At): number[] {
  const result: number[] = [];
  for (let n = 0; n < images; n++) for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++) for (let k = 0; k < channels; k++) result.push(value(n, r, c, k));
  return result;
}

/** Which row or column of `side` a padded image shows at `i`, which may lie outside; undefined is a zero. */
function source(i: number, side: number, mode: PaddingMode): number | undefined {
  if (i >= 0 && i < side) return i;
  if (mode === "zero") return undefined;
  if (mode === "replication") return i < 0 ? 0 : side - 1;
  return i < 0 ? -i : 2 * (side - 1) - i;
}

function padded(x: tf.Tensor4D, mode: PaddingMode): At {
  const at = reader(x);
  return (n, r, c, k) => {
    const [row, column] = [source(r, x.shape[1], mode), source(c, x.shape[2], mode)];
    return row === undefined || column === undefined ? 0 : at(n, row, column, k);
  };
}

/** Linear interpolation at `position` between the samples of a line, which continues at both ends with its last sample. */
function between(position: number, side: number, sample: (i: number) => number): number {
  const low = Math.floor(position);
  const inside = (i: number): number => Math.min(side - 1, Math.max(0, i));
  return (1 - (position - low)) * sample(inside(low)) + (position - low) * sample(inside(low + 1));
}

/** Compares the gradient of Σ weights · f(x) with a central difference along the unit gradient plus a random unit direction. */
function checkGradient(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, what: string): void {
  tf.tidy(() => {
    const weights = normal(f(x).shape, 91);
    const loss = (x: tf.Tensor): tf.Scalar => tf.sum(tf.mul(f(x), weights));
    const unit = (t: tf.Tensor): tf.Tensor => tf.div(t, tf.norm(t));
    const gradient = tf.grad(loss)(x);
    const direction = tf.add(unit(gradient), unit(normal(x.shape, 92)));
    const h = 1e-2;
    const value = (t: number): number => loss(tf.add(x, tf.mul(direction, t))).dataSync()[0];
    assertClose((value(h) - value(-h)) / (2 * h), tf.sum(tf.mul(gradient, direction)).dataSync()[0], 3e-3, what);
  });
}

const [images, height, width, channels] = [2, 5, 7, 3] as const;
const modes = ["zero", "reflection", "replication"] as const;
const backends = ["cpu", "onnx"];
let chosen: string;
before(async () => {
  await engine();
  chosen = tf.getBackend();
  registerOnnx("onnx", { provider: "cpu" });
});
after(() => tf.setBackend(chosen));

for (const backend of backends)
  describe(`on ${backend},`, () => {
    let x: tf.Tensor4D;
    before(async () => {
      await tf.setBackend(backend);
      x = normal([images, height, width, channels], 1) as tf.Tensor4D;
    });
    after(() => x.dispose());

    for (const mode of modes) {
      for (const [size, padding, stride] of [[3, 1, 1], [5, 4, 2]])
        it(`a ${size}×${size} convolution with ${mode} padding of ${padding} and stride ${stride} is what plain loops give`, () => tf.tidy(() => {
          const operation = convolution(2, size, { padding, stride, paddingMode: mode });
          const filter = { kernel: normal([size, size, channels, 2], 2) as tf.Tensor4D, bias: tf.tensor1d([0.5, -1]) };
          const y = applyLayer(operation, [x], filter);
          const [kernel, at] = [numbers(filter.kernel), padded(x, mode)];
          const expected = loops(y.shape, (n, r, c, o) => {
            let sum = [0.5, -1][o];
            for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) for (let k = 0; k < channels; k++)
              sum += at(n, r * stride + i - padding, c * stride + j - padding, k) * kernel[((i * size + j) * channels + k) * 2 + o];
            return sum;
          });
          assert.deepEqual(y.shape, [images, outputSize(height, operation), outputSize(width, operation), 2]);
          assertClose(y, expected, 1e-5);
          checkGradient((x) => applyLayer(operation, [x as tf.Tensor4D], filter), x, "image");
          checkGradient((kernel) => applyLayer(operation, [x], { ...filter, kernel: kernel as tf.Tensor4D }), filter.kernel, "kernel");
        }));

      it(`an average pooling with ${mode} padding is what plain loops give`, () => tf.tidy(() => {
        const operation = { ...pool("average", { size: 3, padding: 1 }), paddingMode: mode };
        const y = applyLayer(operation, [x]);
        const at = padded(x, mode);
        assertClose(y, loops(y.shape, (n, r, c, k) => {
          let sum = 0;
          for (let i = -1; i < 2; i++) for (let j = -1; j < 2; j++) sum += at(n, 2 * r + i, 2 * c + j, k) / 9;
          return sum;
        }), 1e-5);
        checkGradient((x) => applyLayer(operation, [x as tf.Tensor4D]), x, "image");
      }));
    }

    for (const factor of [1, 2, 3])
      it(`upsampling ${factor} times repeats the nearest value, or interpolates as PyTorch does without align_corners`, () => tf.tidy(() => {
        const shape: Shape = [images, factor * height, factor * width, channels];
        const at = reader(x);
        const nearest = applyLayer(upsample(factor), [x]);
        assert.deepEqual(nearest.shape, shape);
        assertClose(nearest, loops(shape, (n, r, c, k) => at(n, Math.floor(r / factor), Math.floor(c / factor), k)), 0);
        const center = (i: number): number => (i + 0.5) / factor - 0.5;
        assertClose(applyLayer(upsample(factor, "bilinear"), [x]), loops(shape, (n, r, c, k) => between(center(r), height, (row) =>
          between(center(c), width, (column) => at(n, row, column, k)))), 1e-6);
        for (const interpolation of ["nearest", "bilinear"] as const)
          checkGradient((x) => applyLayer(upsample(factor, interpolation), [x as tf.Tensor4D]), x, interpolation);
      }));

    it("an instance normalization gives every channel of every image its shift as mean and its scale as deviation", () => tf.tidy(() => {
      const affine = { scale: tf.tensor1d([1, 2, -3]), shift: tf.tensor1d([0, 1, -5]) };
      const operation = instanceNorm();
      const at = reader(x);
      const positions = height * width;
      const expected = loops(x.shape, (n, r, c, k) => {
        const values = Array.from({ length: positions }, (_, p) => at(n, Math.floor(p / width), p % width, k));
        const mean = values.reduce((a, b) => a + b) / positions;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / positions;
        return (at(n, r, c, k) - mean) / Math.sqrt(variance + 1e-5) * [1, 2, -3][k] + [0, 1, -5][k];
      });
      assertClose(applyLayer(operation, [x], affine), expected, 1e-5);
      checkGradient((x) => applyLayer(operation, [x as tf.Tensor4D], affine), x, "image");
      checkGradient((scale) => applyLayer(operation, [x], { ...affine, scale }), affine.scale, "scale");
      checkGradient((shift) => applyLayer(operation, [x], { ...affine, shift }), affine.shift, "shift");
    }));

    it("a conditional instance normalization takes one style's scale and shift, or blends them, for all images or for each", () => tf.tidy(() => {
      const [scale, shift] = [3, 4].map((seed) => normal([4, channels], seed));
      const operation = instanceNorm({ styles: 4 });
      const plain = (weights: readonly number[]): LayerParameters => {
        const mixed = (rows: tf.Tensor): tf.Tensor => tf.tensor1d(Array.from({ length: channels }, (_, k) =>
          weights.reduce((sum, weight, style) => sum + weight * numbers(rows)[style * channels + k], 0)));
        return { scale: mixed(scale), shift: mixed(shift) };
      };
      const styled = (style?: StyleWeights): tf.Tensor4D => applyLayer(operation, [x], { scale, shift }, style);
      assertClose(styled(), applyLayer(instanceNorm(), [x], plain([1, 0, 0, 0])), 1e-6, "first");
      assertClose(styled(2), applyLayer(instanceNorm(), [x], plain([0, 0, 1, 0])), 1e-6, "index");
      assertClose(styled([0.5, 0, 0.25, 0.25]), applyLayer(instanceNorm(), [x], plain([0.5, 0, 0.25, 0.25])), 1e-6, "weights");
      const each = styled(tf.tensor2d([[0, 1, 0, 0], [0, 0, 0.5, 0.5]]));
      [plain([0, 1, 0, 0]), plain([0, 0, 0.5, 0.5])].forEach((parameters, n) => {
        const alone = applyLayer(instanceNorm(), [tf.slice(x, [n, 0, 0, 0], [1, -1, -1, -1])], parameters);
        assertClose(tf.slice(each, [n, 0, 0, 0], [1, -1, -1, -1]), alone, 1e-6, `image ${n}`);
      });
      checkGradient((scale) => applyLayer(operation, [x], { scale, shift }, [0.5, 0, 0.25, 0.25]), scale, "scale");
      checkGradient((weights) => applyLayer(operation, [x], { scale, shift }, weights as tf.Tensor1D), tf.tensor1d([0.5, 0, 0.25, 0.25]), "weights");
      assert.throws(() => styled(4), /no style 4: the network has the styles 0 to 3/);
      assert.throws(() => styled([1, 0]), /one weight for each of 4 styles, got \[2\]/);
    }));

    it("a tanh is Math.tanh", () => tf.tidy(() => {
      assertClose(applyLayer(tanh, [x]), numbers(x).map(Math.tanh), 1e-5);
      checkGradient((x) => applyLayer(tanh, [x as tf.Tensor4D]), x, "image");
    }));

    it("a reflection needs more pixels than it mirrors; a factor is a whole number", () => tf.tidy(() => {
      const operation: Operation = convolution(2, 3, { padding: height, paddingMode: "reflection" });
      assert.ok(outputSize(height, operation) < 1 && outputSize(height + 1, operation) >= 1);
      const filter = { kernel: normal([3, 3, channels, 2], 2) as tf.Tensor4D, bias: tf.zeros<tf.Rank.R1>([2]) };
      assert.throws(() => applyLayer(operation, [x], filter), /reflection padding of 5 needs more than 5 rows and columns/);
      assert.throws(() => applyLayer(upsample(1.5), [x]), /a whole factor of at least 1, got 1\.5/);
    }));
  });
