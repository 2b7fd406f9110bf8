// An independent VGG: plain loops over float64 arrays, forward and backward, written from the definitions alone.

/** `[height][width][channels]`, flat. */
export interface Volume {
  height: number;
  width: number;
  channels: number;
  data: Float64Array;
}
export interface NaiveFilter {
  kernel: ArrayLike<number>; // [3, 3, in, out]
  bias: ArrayLike<number>;
}
/** What a pooling computes of a window, and by what that is multiplied. */
const poolings = {
  max: ["max", 1], average: ["average", 1], l2: ["l2", 1], scaledAverage: ["average", 2], scaledL2: ["l2", 0.78],
} as const;
export type NaivePooling = keyof typeof poolings;
interface Step {
  output: Volume;
  back(gradient: Float64Array): Float64Array;
}

export function volume(height: number, width: number, channels: number, data?: ArrayLike<number>): Volume {
  return { height, width, channels, data: data ? Float64Array.from(data) : new Float64Array(height * width * channels) };
}

export function convolve(x: Volume, { kernel, bias }: NaiveFilter): Step {
  const outputs = bias.length;
  const y = volume(x.height, x.width, outputs);
  const each = (visit: (from: number, tap: number, to: number) => void): void => {
    for (let r = 0; r < x.height; r++) for (let c = 0; c < x.width; c++)
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) {
        const [row, column] = [r + i - 1, c + j - 1];
        if (row < 0 || column < 0 || row >= x.height || column >= x.width) continue;
        visit((row * x.width + column) * x.channels, (i * 3 + j) * x.channels * outputs, (r * x.width + c) * outputs);
      }
  };
  for (let p = 0; p < y.data.length; p++) y.data[p] = bias[p % outputs];
  each((from, tap, to) => {
    for (let a = 0; a < x.channels; a++) for (let b = 0; b < outputs; b++)
      y.data[to + b] += x.data[from + a] * kernel[tap + a * outputs + b];
  });
  return { output: y, back(gradient) {
    const g = new Float64Array(x.data.length);
    each((from, tap, to) => {
      for (let a = 0; a < x.channels; a++) for (let b = 0; b < outputs; b++)
        g[from + a] += gradient[to + b] * kernel[tap + a * outputs + b];
    });
    return g;
  } };
}

export function rectify(x: Volume): Step {
  const output = { ...x, data: x.data.map((v) => Math.max(0, v)) };
  return { output, back: (gradient) => gradient.map((g, i) => (x.data[i] > 0 ? g : 0)) };
}

export function pool(x: Volume, pooling: NaivePooling): Step {
  const [kind, factor] = poolings[pooling];
  const y = volume(Math.floor(x.height / 2), Math.floor(x.width / 2), x.channels);
  const four = (p: number): number[] => {
    const channel = p % x.channels;
    const column = Math.floor(p / x.channels) % y.width;
    const row = Math.floor(p / x.channels / y.width);
    return [0, 1, 2, 3].map((k) => ((2 * row + (k >> 1)) * x.width + 2 * column + (k & 1)) * x.channels + channel);
  };
  y.data.forEach((_, p) => {
    const v = four(p).map((i) => x.data[i]);
    y.data[p] = kind === "max" ? Math.max(...v) : kind === "average" ? (v[0] + v[1] + v[2] + v[3]) / 4
      : Math.sqrt(v.reduce((s, a) => s + a * a, 0));
  });
  const output = { ...y, data: y.data.map((value) => factor * value) };
  return { output, back(gradient) {
    const g = new Float64Array(x.data.length);
    gradient.forEach((slope, p) => {
      const dy = factor * slope;
      const inputs = four(p);
      if (kind === "max") g[inputs.find((i) => x.data[i] === y.data[p])!] += dy;
      else for (const i of inputs) g[i] += kind === "average" ? dy / 4 : y.data[p] > 0 ? (dy * x.data[i]) / y.data[p] : 0;
    });
    return g;
  } };
}

/** G = FᵀF / M of `[positions][channels]`. */
export function naiveGram({ data, channels }: Volume): Float64Array {
  const positions = data.length / channels;
  const g = new Float64Array(channels * channels);
  for (let p = 0; p < positions; p++) for (let i = 0; i < channels; i++) for (let j = 0; j < channels; j++)
    g[i * channels + j] += (data[p * channels + i] * data[p * channels + j]) / positions;
  return g;
}

/** All layers of `names` (`conv…`, `relu…`, `pool…`) in order, and a backward pass for gradients at any of them. */
export function run(
  image: Volume, names: readonly string[], filters: ReadonlyMap<string, NaiveFilter>, kind: NaivePooling,
): { features: Map<string, Volume>; back(gradients: Map<string, Float64Array>): Float64Array } {
  const steps: [string, Step][] = [];
  let x = image;
  for (const name of names) {
    const step = name.startsWith("conv") ? convolve(x, filters.get(name)!) : name.startsWith("relu") ? rectify(x) : pool(x, kind);
    steps.push([name, step]);
    x = step.output;
  }
  return {
    features: new Map(steps.map(([name, { output }]) => [name, output])),
    back(gradients) {
      let g = new Float64Array(x.data.length);
      for (const [name, step] of [...steps].reverse()) {
        const atLayer = gradients.get(name);
        if (atLayer) g = g.map((v, i) => v + atLayer[i]);
        g = Float64Array.from(step.back(g));
      }
      return g;
    },
  };
}
