// A network as plain data: its layers, and what weights files call their tensors. A new network is one such object.
import type { Convolution, Operation } from "./operation";
import type { WeightsNaming } from "./weightsNaming";

/** One layer: what its authors call it, what it reads (`inputs`; default: the layer before it, or the image), and what it computes. */
export interface Layer {
  readonly name: string;
  /** A second name, where two authors gave it one each. */
  readonly alias?: string;
  readonly inputs?: readonly string[];
  readonly operation: Operation;
}

/** A network as data. */
export interface Architecture {
  /** What it is called on the command line and in errors. */
  readonly name: string;
  /** Shallow to deep: a layer reads only layers before it. */
  readonly layers: readonly Layer[];
  /** The ways of naming that weights files use, tried in order. */
  readonly namings: readonly WeightsNaming[];
  /** Which tensors of a file are a network's of this kind: one of these that no layer uses means that it is another network. */
  readonly tensorPattern: RegExp;
  /** The call that makes it with random filters, for the error of missing weights; default: `randomNetwork(architecture)`. */
  readonly random?: string;
}

/** The names of the layers that layer number `index` reads; "pixels" is the image. */
export function inputsOf(layers: readonly Layer[], index: number): readonly string[] {
  return layers[index].inputs ?? [index === 0 ? "pixels" : layers[index - 1].name];
}

/** By layer name, the number of channels that go in (of its first input) and come out. */
function channelsOf(layers: readonly Layer[], channels = 3): Map<string, { readonly inputs: number; readonly outputs: number }> {
  const found = new Map<string, { inputs: number; outputs: number }>();
  layers.forEach(({ operation, name }, index) => {
    const inputs = inputsOf(layers, index).map((input) => (input === "pixels" ? channels : found.get(input)!.outputs));
    const sum = inputs.reduce((total, count) => total + count, 0);
    const outputs = operation.kind === "convolution" ? operation.channels : operation.kind === "concat" ? sum : inputs[0];
    found.set(name, { inputs: inputs[0], outputs });
  });
  return found;
}

/** The convolutions by layer name, in order, each with the number of its input channels. */
export function convolutionsOf(layers: readonly Layer[]): Map<string, Convolution & { readonly inputs: number }> {
  const channels = channelsOf(layers);
  return new Map(layers.flatMap(({ name, operation }) =>
    (operation.kind === "convolution" ? [[name, { ...operation, inputs: channels.get(name)!.inputs }] as const] : [])));
}

/**
 * The shapes of what is learned, by layer and name, in order: kernel and bias of a convolution, scale and shift of a normalization.
 *
 * @param inputs the channels of what the first layer reads: 3 of an image; of a decoder, those of the features that it decodes
 */
export function parameterShapes(layers: readonly Layer[], inputs = 3): Map<string, Readonly<Record<string, readonly number[]>>> {
  const channels = channelsOf(layers, inputs);
  const found = new Map<string, Record<string, number[]>>();
  for (const { name, operation } of layers) {
    const { inputs: read, outputs } = channels.get(name)!;
    if (operation.kind === "convolution")
      found.set(name, { kernel: [operation.size, operation.size, read, outputs], bias: [outputs] });
    if (operation.kind === "instanceNorm") {
      const shape = operation.styles === undefined ? [outputs] : [operation.styles, outputs];
      found.set(name, { scale: shape, shift: shape });
    }
  }
  return found;
}

/** The same network with `width` times its channels: 1/4 has 16 times less arithmetic. */
export function withWidth(architecture: Architecture, width: number): Architecture {
  const narrowed = (operation: Operation): Operation => (operation.kind !== "convolution" ? operation
    : { ...operation, channels: Math.max(1, Math.round(operation.channels * width)) });
  return { ...architecture, layers: architecture.layers.map((layer) => ({ ...layer, operation: narrowed(layer.operation) })) };
}
