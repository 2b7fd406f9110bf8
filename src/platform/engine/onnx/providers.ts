// What computes a graph: ONNX Runtime's own CPU code, or a GPU through WebGPU or CUDA; and what the WebGPU code of version 1.27 cannot
// do, or does wrong, which its CPU code does there. Found with `npm run conformance -- --backend onnx-webgpu`.
import type { InferenceSession } from "onnxruntime-common";
import { nodeName } from "./model";
import { sizeOf, type Node, type Value } from "./value";

export interface Settings {
  readonly executionProviders: readonly InferenceSession.ExecutionProviderConfig[];
  readonly optimization: Readonly<Record<string, string>>;
}

/** What a session is to be told for `provider`. */
export function settingsFor(provider: string, nodes: readonly Node[]): Settings {
  if (provider !== "webgpu") return { executionProviders: [provider], optimization: {} };
  const forceCpuNodeNames = nodes.flatMap((node, at) => (isBeyondWebGpu(node) ? [nodeName(node, at)] : []));
  return {
    executionProviders: [{ name: provider, ...(forceCpuNodeNames.length > 0 && { forceCpuNodeNames }) }],
    optimization: { disable_specified_optimizers: "ConvActivationFusion" }, // it loses the activation of a 1×1 convolution
  };
}

function isBeyondWebGpu({ op, attributes, inputs, outputs }: Node): boolean {
  const pads = attributes.pads as readonly number[] | undefined;
  const [first, second] = inputs.map((input) => input?.dims);
  switch (op) {
    case "MaxPool": return outputs.length > 1; // no indices
    case "Conv": return pads?.some((pad, at) => pad !== pads[(at + pads.length / 2) % pads.length]) === true; // takes margins to be alike
    case "ConvTranspose": return attributes.group !== 1 || first!.length !== 4; // one group, two dimensions
    case "Slice": return stepsBack(inputs[4]); // some of them
    default: return inputs.length === 2 && first!.length !== second!.length && sizeOf(first!) === sizeOf(second!) && sizeOf(first!) > 1;
  }
}

function stepsBack(steps: Value | undefined): boolean {
  return steps?.data !== undefined && Array.from(steps.data as ArrayLike<number | bigint>, Number).some((step) => step < 0);
}
