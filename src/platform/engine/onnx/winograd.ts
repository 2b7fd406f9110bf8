// 3×3 convolutions with half the multiplications: Winograd's minimal filtering along the rows, F(4, 3). Four rows of the result
// come from six products along the width instead of twelve. Winograd, "Arithmetic Complexity of Computations" (1980); Lavin and
// Gray, "Fast Algorithms for Convolutional Neural Networks" (2016), equation 6 and section 4.3. Rows only: in both
// directions, tried, the sums before and after cost what they save with 512 channels, and more with fewer.
import { kernelOf } from "./filter";
import type { Pending } from "./graph";
import { apply, constant, leaf, list, recordFor, type Node, type Value } from "./value";

/**
 * A recorded 3×3 convolution of stride 1 that is to be done so: of an image [batch, in, y, x] with a filter [3, 3, in, out], or with
 * `backwards` with a filter [3, 3, out, in] turned by 180°, which is the gradient of one; `pads` as ONNX has them.
 */
export const byRows = "ConvByRows";

/** What each of the six products takes of six rows of the image (Bᵀ). */
const before = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
];

/**
 * Whether it pays: with filters that stay, which are brought into six parts once, with so many channels that the products are most of
 * the work, and enough positions to make up for reading twice as many filters. Bounds measured on two cores with AVX-512.
 */
export function paysByRows(filter: Value, [batch, , height, width]: readonly number[]): boolean {
  const [rows, columns, channelsIn, channelsOut] = filter.dims;
  return filter.uploaded === true && filter.data instanceof Float32Array && filter.dims.length === 4 && rows === 3 && columns === 3
    && (channelsIn * channelsOut) / (channelsIn + channelsOut) >= 64 && batch * height * width >= 256;
}

/** The graph with every such convolution written out in ONNX's operations: by rows on a CPU, as it is on a GPU. */
export function spelledOut(graph: Pending, provider: string): Pending {
  if (!graph.nodes.some(({ op }) => op === byRows)) return graph;
  const spell = provider === "cpu" ? inRows : plainly;
  const nodes = [...new Set(graph.nodes.flatMap((node) => (node.op === byRows ? spell(node) : [node])))];
  const names = new Map(graph.names);
  const structurals = [...graph.structurals];
  for (const { inputs, outputs } of nodes)
    for (const value of [...inputs, ...outputs]) {
      if (!value || names.has(value.id)) continue;
      names.set(value.id, `w${names.size}`);
      if (!value.node) structurals.push(value);
    }
  return { ...graph, nodes, names, structurals };
}

/** As ONNX Runtime's own convolution. */
function plainly({ inputs, outputs, attributes, origin }: Node): Node[] {
  recordFor(origin);
  const [image, filter] = inputs as [Value, Value];
  const kernel = kernelOf(filter, attributes.backwards === 1);
  const conv = apply("Conv", [image, kernel], outputs[0].dims, { pads: attributes.pads }).node!;
  const before = [kernel.node!.inputs[0]!.node, kernel.node].filter((node) => node !== undefined);
  return [...before, { ...conv, outputs }];
}

/** As six convolutions along the width, with sums before and after. */
function inRows({ inputs, outputs, attributes, origin }: Node): Node[] {
  recordFor(origin);
  const nodes: Node[] = [];
  const put = (value: Value): Value => {
    nodes.push(value.node!);
    return value;
  };
  const [image, filter] = inputs as [Value, Value];
  const [result] = outputs;
  const [batch, channels, height, width] = result.dims;
  const [top, left, , right] = attributes.pads as number[];
  const quads = Math.ceil(height / 4);

  /** The rows of the image that product `at` takes, added up: what lies between zeros. */
  const rowsFor = (at: number): Value => {
    const [, depth, tall, wide] = image.dims;
    const first = Math.min(top, before[at].findIndex((factor) => factor !== 0));
    const taps = before[at].slice(first, at === 5 ? 6 : 5);
    const after = Math.max(0, (quads - 1) * 4 + first + taps.length - top - tall);
    const kernel = constant("float32", [depth, 1, taps.length, 1], Array(depth).fill(taps).flat());
    return put(apply("Conv", [image, kernel], [batch, depth, quads, wide], { group: depth, strides: [4, 1], pads: [top - first, 0, after, 0] }));
  };

  const filters = partsOf(filter, attributes.backwards === 1);
  const part = [batch, channels, quads, width];
  const [m0, m1, m2, m3, m4, m5] = before.map((_, at) =>
    put(apply("Conv", [rowsFor(at), filters[at]], part, { pads: [0, left, 0, right] })));
  const sum = (a: Value, b: Value): Value => put(apply("Add", [a, b], part));
  /** `a` times `factor`, and `b`: ONNX Runtime adds in the same pass, and stays in its blocked layout. */
  const times = (factor: number, a: Value, b: Value): Value => {
    const same = constant("float32", [channels, 1, 1, 1], Array(channels).fill(factor));
    return sum(put(apply("Conv", [a, same], part, { group: channels })), b);
  };
  // What each row of the result takes of the products (Aᵀ): 1 1 1 1 1 0, 0 1 −1 2 −2 0, 0 1 1 4 4 0, 0 1 −1 8 −8 1.
  const [even, odd] = [sum(m1, m2), times(-1, m2, m1)];
  const [even2, odd2] = [sum(m3, m4), times(-1, m4, m3)];
  const rows = [sum(sum(m0, even), even2), times(2, odd2, odd), times(4, even2, even), times(8, odd2, sum(odd, m5))];
  const apart = [batch, channels, quads, 1, width];
  const lines = rows.map((row) => put(apply("Reshape", [row, list(apart)], apart)));
  const together = put(apply("Concat", lines, [batch, channels, quads, 4, width], { axis: 3 }));
  const whole = [batch, channels, quads * 4, width];
  const all = put(apply("Reshape", [together, list(whole)], whole));
  if (quads * 4 > height) put(apply("Slice", [all, list([0]), list([height]), list([2])], result.dims));
  nodes.push({ ...nodes.pop()!, outputs: [result] });
  return nodes;
}

/** Of a filter, forwards and backwards: as long as nobody else needs the memory, since the next session may ask for them again. */
const made = [new WeakMap<Value, WeakRef<Value[]>>(), new WeakMap<Value, WeakRef<Value[]>>()];

function partsOf(filter: Value, backwards: boolean): Value[] {
  const known = made[Number(backwards)];
  const kept = known.get(filter)?.deref();
  if (kept) return kept;
  const parts = inSix(filter, backwards);
  known.set(filter, new WeakRef(parts));
  return parts;
}

/** The filter for each of the six products, [out, in, 1, 3]: its three rows added up (G). */
function inSix({ data, dims }: Value, backwards: boolean): Value[] {
  const [, , channelsIn, channelsOut] = dims;
  const plane = channelsIn * channelsOut;
  const [outs, ins, outStep, inStep] = backwards ? [channelsIn, channelsOut, channelsOut, 1] : [channelsOut, channelsIn, 1, channelsOut];
  const six = before.map(() => new Float32Array(3 * plane));
  const weights = data as Float32Array;
  for (let start = 0; start < outs; start += 16) // a line of the cache at a time
    for (let i = 0; i < ins; i++)
      for (let o = start; o < Math.min(outs, start + 16); o++)
        for (let column = 0; column < 3; column++) {
          const from = o * outStep + i * inStep + plane * (backwards ? 8 - column : column);
          const step = backwards ? -3 * plane : 3 * plane;
          const [top, middle, bottom] = [weights[from], weights[from + step], weights[from + 2 * step]];
          const to = (o * ins + i) * 3 + column;
          six[0][to] = top / 4;
          six[1][to] = -(top + middle + bottom) / 6;
          six[2][to] = (middle - top - bottom) / 6;
          six[3][to] = top / 24 + middle / 12 + bottom / 6;
          six[4][to] = top / 24 - middle / 12 + bottom / 6;
          six[5][to] = bottom;
        }
  return six.map((part) => leaf("float32", [outs, ins, 1, 3], part));
}
