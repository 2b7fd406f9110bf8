// Small random programs: expressions of TensorFlow.js operations, generated from a seed.
import * as tf from "@tensorflow/tfjs";

/** A step computes one array from those before it; `text` is its source code. */
interface Step { readonly text: string; readonly compute: (values: readonly tf.Tensor[]) => tf.Tensor }

/** Inputs, and a loss that is computed from them. */
export interface Program {
  readonly text: string;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly numbers: Float32Array }[];
  /** From the inputs to a scalar. */
  readonly loss: (...inputs: tf.Tensor[]) => tf.Scalar;
}

/** Numbers in 0…1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const unary: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  neg: tf.neg, abs: tf.abs, square: tf.square, sin: tf.sin, cos: tf.cos, tanh: tf.tanh, sigmoid: tf.sigmoid, relu: tf.relu,
  elu: tf.elu, selu: tf.selu, softplus: tf.softplus, leakyRelu: (x) => tf.leakyRelu(x, 0.3), relu6: tf.relu6, erf: tf.erf,
  atan: tf.atan, asinh: tf.asinh, expOfTanh: (x) => tf.exp(tf.tanh(x)), logOf: (x) => tf.log(tf.add(tf.square(x), 0.5)),
  sqrtOf: (x) => tf.sqrt(tf.add(tf.square(x), 0.3)), rsqrtOf: (x) => tf.rsqrt(tf.add(tf.abs(x), 0.5)),
  reciprocalOf: (x) => tf.reciprocal(tf.add(tf.abs(x), 0.7)), log1pOf: (x) => tf.log1p(tf.abs(x)), expm1Of: (x) => tf.expm1(tf.sin(x)),
  clip: (x) => tf.clipByValue(x, -0.6, 0.9), half: (x) => tf.mul(x, 0.5), minusOne: (x) => tf.sub(1, x), sign: tf.sign, step: tf.step,
  floor: tf.floor, nanWhereBelow: (x) => tf.sqrt(tf.add(x, 2.5)), mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
};

/** `a` in the common shape with `b`: some of TensorFlow.js' gradients do not support broadcasting. */
const large = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.add(a, tf.mul(b, 0));
const alternating = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.greater(tf.sin(tf.range(0, x.size)), 0.1), x.shape);

const binary: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
  add: tf.add, sub: tf.sub, mul: tf.mul, maximum: (a, b) => tf.maximum(large(a, b), large(b, a)),
  minimum: (a, b) => tf.minimum(large(a, b), large(b, a)), squaredDifference: (a, b) => tf.squaredDifference(large(a, b), large(b, a)),
  divBy: (a, b) => tf.div(a, tf.add(tf.abs(b), 0.6)), atan2: tf.atan2, 
  where: (a, b) => tf.where(alternating(large(a, b)), large(a, b), large(tf.mul(b, 2), a)),
  pow: (a, b) => tf.pow(tf.add(tf.abs(a), 0.5), tf.clipByValue(b, -2, 2)), prelu: tf.prelu,
  masked: (a, b) => tf.mul(b, tf.cast(alternating(a), "float32")),
};

const reductions: Record<string, (x: tf.Tensor, axis: number[], keep: boolean) => tf.Tensor> = {
  sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min, logSumExp: tf.logSumExp,
  variance: (x, axis, keep) => tf.moments(x, axis, keep).variance, norm: (x, axis, keep) => tf.sqrt(tf.add(tf.sum(tf.square(x), axis, keep), 0.1)),
};

/** A program of 3 to 9 steps. */
export function randomProgram(seed: number): Program {
  const random = randomNumbers(seed * 7919 + 13);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)];
  const normal = (): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());

  const shape = Array.from({ length: 1 + below(4) }, () => 1 + below(5));
  const related = [shape, shape.map((dim) => (random() < 0.4 ? 1 : dim)), shape.slice(below(shape.length))];
  const shapes: number[][] = related.slice(0, 1 + below(3)).map((dims) => [...dims]);
  const inputs = shapes.map((dims) => ({ shape: dims, numbers: Float32Array.from({ length: tf.util.sizeFromShape(dims) }, normal) }));
  const steps: Step[] = [];
  const used = new Set<number>();
  const addStep = (dims: number[], text: string, inputs: number[], compute: Step["compute"]): void => {
    inputs.forEach((input) => used.add(input));
    steps.push({ text: `v${shapes.length} = ${text}`, compute });
    shapes.push(dims);
  };

  const kinds: (() => void)[] = [
    () => {
      const [name, index] = [pick(Object.keys(unary)), below(shapes.length)];
      addStep(shapes[index], `${name}(v${index})`, [index], (v) => unary[name](v[index]));
    },
    () => {
      const [name, a] = [pick(Object.keys(binary)), below(shapes.length)];
      const compatible = [...shapes.keys()].filter((b) => broadcastShape(shapes[a], shapes[b]));
      const b = pick(compatible);
      if (name === "prelu" && broadcastShape(shapes[a], shapes[b])!.join() !== shapes[a].join()) return;
      addStep(broadcastShape(shapes[a], shapes[b])!, `${name}(v${a}, v${b})`, [a, b], (v) => binary[name](v[a], v[b]));
    },
    () => {
      const index = below(shapes.length);
      const [name, keep] = [pick(Object.keys(reductions)), random() < 0.5];
      const axes = [...shapes[index].keys()].filter(() => random() < 0.5);
      if (axes.length === 0) return;
      const dims = keep ? shapes[index].map((dim, axis) => (axes.includes(axis) ? 1 : dim)) : shapes[index].filter((_, axis) => !axes.includes(axis));
      addStep(dims, `${name}(v${index}, [${axes}], ${keep})`, [index], (v) => reductions[name](v[index], axes, keep));
    },
    () => {
      const index = below(shapes.length);
      const perm = [...shapes[index].keys()].sort(() => random() - 0.5);
      addStep(perm.map((axis) => shapes[index][axis]), `transpose(v${index}, [${perm}])`, [index], (v) => tf.transpose(v[index], perm));
    },
    () => {
      const index = below(shapes.length);
      const size = tf.util.sizeFromShape(shapes[index]);
      const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0);
      const first = pick(divisors);
      const dims = pick([[size], [first, size / first], [1, first, size / first]]);
      addStep(dims, `reshape(v${index}, [${dims}])`, [index], (v) => tf.reshape(v[index], dims));
    },
    () => {
      const index = below(shapes.length);
      if (shapes[index].length === 0) return;
      const begin = shapes[index].map((dim) => below(dim));
      const size = shapes[index].map((dim, axis) => 1 + below(dim - begin[axis]));
      addStep(size, `slice(v${index}, [${begin}], [${size}])`, [index], (v) => tf.slice(v[index], begin, size));
    },
    () => {
      const index = below(shapes.length);
      if (shapes[index].length === 0) return;
      const axis = below(shapes[index].length);
      const partners = [...shapes.keys()].filter((b) => shapes[b].length === shapes[index].length &&
        shapes[b].every((dim, other) => other === axis || dim === shapes[index][other]));
      const b = pick(partners);
      const dims = shapes[index].map((dim, other) => (other === axis ? dim + shapes[b][axis] : dim));
      if (tf.util.sizeFromShape(dims) > 2000) return;
      addStep(dims, `concat([v${index}, v${b}], ${axis})`, [index, b], (v) => tf.concat([v[index], v[b]], axis));
    },
    () => {
      const matrices = [...shapes.keys()].filter((index) => shapes[index].length === 2);
      if (matrices.length === 0) return;
      const [a, b] = [pick(matrices), pick(matrices)];
      const [transposeA, transposeB] = [random() < 0.5, random() < 0.5];
      const [p, q] = transposeA ? [...shapes[a]].reverse() : shapes[a];
      const [r, s] = transposeB ? [...shapes[b]].reverse() : shapes[b];
      if (q !== r) return;
      addStep([p, s], `matMul(v${a}, v${b}, ${transposeA}, ${transposeB})`, [a, b], (v) => tf.matMul(v[a] as tf.Tensor2D, v[b] as tf.Tensor2D, transposeA, transposeB));
    },
    () => {
      const index = below(shapes.length);
      if (shapes[index].length === 0) return;
      const axis = below(shapes[index].length);
      const dims = [...shapes[index]];
      const kind = pick(["softmax", "logSoftmax", "cumsum", "reverse", "gather", "pad", "tile", "stack"]);
      if (kind === "softmax") addStep(dims, `softmax(v${index})`, [index], (v) => tf.softmax(v[index]));
      if (kind === "logSoftmax") addStep(dims, `logSoftmax(v${index})`, [index], (v) => tf.logSoftmax(v[index]));
      const last = dims.length - 1; // along another axis TensorFlow.js' gradient of cumsum is wrong
      if (kind === "cumsum") addStep(dims, `cumsum(v${index}, ${last})`, [index], (v) => tf.cumsum(v[index], last));
      if (kind === "reverse") addStep(dims, `reverse(v${index}, ${axis})`, [index], (v) => tf.reverse(v[index], axis));
      if (kind === "gather") {
        const indices = Array.from({ length: 1 + below(4) }, () => below(dims[axis]));
        dims[axis] = indices.length;
        addStep(dims, `gather(v${index}, [${indices}], ${axis})`, [index], (v) => tf.gather(v[index], tf.tensor1d(indices, "int32"), axis));
      }
      const pairs = dims.map((): [number, number] => [below(2), below(2)]);
      const reps = dims.map(() => 1 + below(2));
      if (kind === "pad") addStep(dims.map((dim, i) => dim + pairs[i][0] + pairs[i][1]), `pad(v${index}, [${pairs.join("; ")}])`, [index], (v) => tf.pad(v[index], pairs, 0.5));
      if (kind === "tile" && dims.length <= 4 && tf.util.sizeFromShape(dims) < 500)
        addStep(dims.map((dim, i) => dim * reps[i]), `tile(v${index}, [${reps}])`, [index], (v) => tf.tile(v[index], reps));
      if (kind === "stack" && dims.length <= 3)
        addStep([...dims.slice(0, axis), 2, ...dims.slice(axis)], `stack([v${index}, v${index}], ${axis})`, [index], (v) => tf.stack([v[index], v[index]], axis));
    },
    () => {
      const images = [...shapes.keys()].filter((index) => shapes[index].length === 3 && shapes[index][0] >= 2 && shapes[index][1] >= 2);
      if (images.length === 0) return;
      const index = pick(images);
      const [height, width, channels] = shapes[index];
      const kind = pick(["conv2d", "maxPool", "avgPool", "depthwise"]);
      const image = (v: readonly tf.Tensor[]): tf.Tensor3D => v[index] as tf.Tensor3D;
      const halved = [Math.floor(height / 2), Math.floor(width / 2), channels];
      const filter = (outputs: number): tf.Tensor4D =>
        tf.cos(tf.mul(tf.range(0, 6 * channels * outputs), 1.7)).reshape([2, 3, channels, outputs]) as tf.Tensor4D;
      if (kind === "conv2d") addStep([height, width, 2], `conv2d(v${index})`, [index], (v) => tf.conv2d(image(v), filter(2), 1, "same"));
      if (kind === "depthwise") addStep([height, width, channels], `depthwiseConv2d(v${index})`, [index], (v) => tf.depthwiseConv2d(image(v), filter(1), 1, "same"));
      if (kind === "maxPool") addStep(halved, `maxPool(v${index})`, [index], (v) => tf.maxPool(image(v), 2, 2, "valid"));
      if (kind === "avgPool") addStep(halved, `avgPool(v${index})`, [index], (v) => tf.avgPool(image(v), 2, 2, "valid"));
    },
  ];
  const length = 3 + below(7);
  while (steps.length < length) pick(kinds)();

  const results = [...shapes.keys()].filter((index) => !used.has(index));
  const parts = results.map((index) => `mean(v${index} · wave)`).join(" + ");
  return {
    text: [...inputs.map((input, index) => `v${index}: [${input.shape}]`), ...steps.map(({ text }) => text), `loss = ${parts}`].join("\n"),
    inputs,
    loss: (...xs) => {
      const values = [...xs];
      for (const { compute } of steps) values.push(compute(values));
      // Weighted by a wave, so that no gradient is constant.
      const wave = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.cos(tf.add(tf.range(0, x.size), 0.3)), x.shape);
      return tf.addN(results.map((index) => tf.mean(tf.mul(values[index], wave(values[index]))))) as tf.Scalar;
    },
  };
}

/** The shape to which two arrays are broadcast together; undefined where they cannot be. */
function broadcastShape(a: readonly number[], b: readonly number[]): number[] | undefined {
  try {
    return tf.broadcast_util.assertAndGetBroadcastShape([...a], [...b]);
  } catch {
    return undefined;
  }
}
