// Small random programs: expressions of TensorFlow.js operations, drawn from a seed, as their authors might have written them.
import * as tf from "@tensorflow/tfjs";

/** A step makes one array from those before it. `text` is how one would write it. */
interface Step { readonly text: string; readonly compute: (values: readonly tf.Tensor[]) => tf.Tensor }

/** A program: inputs, and a loss that is computed from them. */
export interface Program {
  readonly text: string;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly numbers: Float32Array }[];
  /** From the inputs to a scalar. */
  readonly loss: (...inputs: tf.Tensor[]) => tf.Scalar;
}

/** Numbers in 0…1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
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

/** Made as large as the other: TensorFlow.js' gradients of these do not know broadcasting. */
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
  const relatives = [shape, shape.map((dim) => (random() < 0.4 ? 1 : dim)), shape.slice(below(shape.length))];
  const shapes: number[][] = relatives.slice(0, 1 + below(3)).map((dims) => [...dims]);
  const inputs = shapes.map((dims) => ({ shape: dims, numbers: Float32Array.from({ length: tf.util.sizeFromShape(dims) }, normal) }));
  const steps: Step[] = [];
  const used = new Set<number>();
  const made = (dims: number[], text: string, from: number[], compute: Step["compute"]): void => {
    from.forEach((at) => used.add(at));
    steps.push({ text: `v${shapes.length} = ${text}`, compute });
    shapes.push(dims);
  };

  const kinds: (() => void)[] = [
    () => {
      const [name, at] = [pick(Object.keys(unary)), below(shapes.length)];
      made(shapes[at], `${name}(v${at})`, [at], (v) => unary[name](v[at]));
    },
    () => {
      const [name, a] = [pick(Object.keys(binary)), below(shapes.length)];
      const fitting = [...shapes.keys()].filter((b) => spread(shapes[a], shapes[b]));
      const b = pick(fitting);
      if (name === "prelu" && spread(shapes[a], shapes[b])!.join() !== shapes[a].join()) return;
      made(spread(shapes[a], shapes[b])!, `${name}(v${a}, v${b})`, [a, b], (v) => binary[name](v[a], v[b]));
    },
    () => {
      const at = below(shapes.length);
      const [name, keep] = [pick(Object.keys(reductions)), random() < 0.5];
      const axes = [...shapes[at].keys()].filter(() => random() < 0.5);
      if (axes.length === 0) return;
      const dims = keep ? shapes[at].map((dim, axis) => (axes.includes(axis) ? 1 : dim)) : shapes[at].filter((_, axis) => !axes.includes(axis));
      made(dims, `${name}(v${at}, [${axes}], ${keep})`, [at], (v) => reductions[name](v[at], axes, keep));
    },
    () => {
      const at = below(shapes.length);
      const perm = [...shapes[at].keys()].sort(() => random() - 0.5);
      made(perm.map((axis) => shapes[at][axis]), `transpose(v${at}, [${perm}])`, [at], (v) => tf.transpose(v[at], perm));
    },
    () => {
      const at = below(shapes.length);
      const size = tf.util.sizeFromShape(shapes[at]);
      const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0);
      const first = pick(divisors);
      const dims = pick([[size], [first, size / first], [1, first, size / first]]);
      made(dims, `reshape(v${at}, [${dims}])`, [at], (v) => tf.reshape(v[at], dims));
    },
    () => {
      const at = below(shapes.length);
      if (shapes[at].length === 0) return;
      const begin = shapes[at].map((dim) => below(dim));
      const size = shapes[at].map((dim, axis) => 1 + below(dim - begin[axis]));
      made(size, `slice(v${at}, [${begin}], [${size}])`, [at], (v) => tf.slice(v[at], begin, size));
    },
    () => {
      const at = below(shapes.length);
      if (shapes[at].length === 0) return;
      const axis = below(shapes[at].length);
      const partners = [...shapes.keys()].filter((b) => shapes[b].length === shapes[at].length &&
        shapes[b].every((dim, other) => other === axis || dim === shapes[at][other]));
      const b = pick(partners);
      const dims = shapes[at].map((dim, other) => (other === axis ? dim + shapes[b][axis] : dim));
      if (tf.util.sizeFromShape(dims) > 2000) return;
      made(dims, `concat([v${at}, v${b}], ${axis})`, [at, b], (v) => tf.concat([v[at], v[b]], axis));
    },
    () => {
      const matrices = [...shapes.keys()].filter((at) => shapes[at].length === 2);
      if (matrices.length === 0) return;
      const [a, b] = [pick(matrices), pick(matrices)];
      const [turnA, turnB] = [random() < 0.5, random() < 0.5];
      const [p, q] = turnA ? [...shapes[a]].reverse() : shapes[a];
      const [r, s] = turnB ? [...shapes[b]].reverse() : shapes[b];
      if (q !== r) return;
      made([p, s], `matMul(v${a}, v${b}, ${turnA}, ${turnB})`, [a, b], (v) => tf.matMul(v[a] as tf.Tensor2D, v[b] as tf.Tensor2D, turnA, turnB));
    },
    () => {
      const at = below(shapes.length);
      if (shapes[at].length === 0) return;
      const axis = below(shapes[at].length);
      const dims = [...shapes[at]];
      const kind = pick(["softmax", "logSoftmax", "cumsum", "reverse", "gather", "pad", "tile", "stack"]);
      if (kind === "softmax") made(dims, `softmax(v${at})`, [at], (v) => tf.softmax(v[at]));
      if (kind === "logSoftmax") made(dims, `logSoftmax(v${at})`, [at], (v) => tf.logSoftmax(v[at]));
      const last = dims.length - 1; // along another axis TensorFlow.js' gradient of cumsum is wrong
      if (kind === "cumsum") made(dims, `cumsum(v${at}, ${last})`, [at], (v) => tf.cumsum(v[at], last));
      if (kind === "reverse") made(dims, `reverse(v${at}, ${axis})`, [at], (v) => tf.reverse(v[at], axis));
      if (kind === "gather") {
        const indices = Array.from({ length: 1 + below(4) }, () => below(dims[axis]));
        dims[axis] = indices.length;
        made(dims, `gather(v${at}, [${indices}], ${axis})`, [at], (v) => tf.gather(v[at], tf.tensor1d(indices, "int32"), axis));
      }
      const pairs = dims.map((): [number, number] => [below(2), below(2)]);
      const reps = dims.map(() => 1 + below(2));
      if (kind === "pad") made(dims.map((dim, i) => dim + pairs[i][0] + pairs[i][1]), `pad(v${at}, [${pairs.join("; ")}])`, [at], (v) => tf.pad(v[at], pairs, 0.5));
      if (kind === "tile" && dims.length <= 4 && tf.util.sizeFromShape(dims) < 500)
        made(dims.map((dim, i) => dim * reps[i]), `tile(v${at}, [${reps}])`, [at], (v) => tf.tile(v[at], reps));
      if (kind === "stack" && dims.length <= 3)
        made([...dims.slice(0, axis), 2, ...dims.slice(axis)], `stack([v${at}, v${at}], ${axis})`, [at], (v) => tf.stack([v[at], v[at]], axis));
    },
    () => {
      const pictures = [...shapes.keys()].filter((at) => shapes[at].length === 3 && shapes[at][0] >= 2 && shapes[at][1] >= 2);
      if (pictures.length === 0) return;
      const at = pick(pictures);
      const [height, width, channels] = shapes[at];
      const kind = pick(["conv2d", "maxPool", "avgPool", "depthwise"]);
      const image = (v: readonly tf.Tensor[]): tf.Tensor3D => v[at] as tf.Tensor3D;
      const halved = [Math.floor(height / 2), Math.floor(width / 2), channels];
      const filter = (several: number): tf.Tensor4D =>
        tf.cos(tf.mul(tf.range(0, 6 * channels * several), 1.7)).reshape([2, 3, channels, several]) as tf.Tensor4D;
      if (kind === "conv2d") made([height, width, 2], `conv2d(v${at})`, [at], (v) => tf.conv2d(image(v), filter(2), 1, "same"));
      if (kind === "depthwise") made([height, width, channels], `depthwiseConv2d(v${at})`, [at], (v) => tf.depthwiseConv2d(image(v), filter(1), 1, "same"));
      if (kind === "maxPool") made(halved, `maxPool(v${at})`, [at], (v) => tf.maxPool(image(v), 2, 2, "valid"));
      if (kind === "avgPool") made(halved, `avgPool(v${at})`, [at], (v) => tf.avgPool(image(v), 2, 2, "valid"));
    },
  ];
  const wanted = 3 + below(7);
  while (steps.length < wanted) pick(kinds)();

  const ends = [...shapes.keys()].filter((at) => !used.has(at));
  const parts = ends.map((at) => `mean(v${at} · wave)`).join(" + ");
  return {
    text: [...inputs.map((input, at) => `v${at}: [${input.shape}]`), ...steps.map(({ text }) => text), `loss = ${parts}`].join("\n"),
    inputs,
    loss: (...given) => {
      const values = [...given];
      for (const { compute } of steps) values.push(compute(values));
      // A wave, so that no gradient is all the same.
      const wave = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.cos(tf.add(tf.range(0, x.size), 0.3)), x.shape);
      return tf.addN(ends.map((at) => tf.mean(tf.mul(values[at], wave(values[at]))))) as tf.Scalar;
    },
  };
}

/** What two shapes have in common when spread over each other; undefined where they do not fit. */
function spread(a: readonly number[], b: readonly number[]): number[] | undefined {
  try {
    return tf.broadcast_util.assertAndGetBroadcastShape([...a], [...b]);
  } catch {
    return undefined;
  }
}
