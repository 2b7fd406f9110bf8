// Execution providers of ONNX Runtime: CPU, WebGPU and CUDA; and the nodes for which WebGPU in version 1.30 has no kernel, or a wrong
// one: they run on the CPU. Found with `npm run conformance -- --backend onnx-webgpu`.
import type { InferenceSession } from "onnxruntime-common";
import { nodeName } from "./model";
import { sizeOf, type Node, type Value } from "./value";

interface ProviderSettings {
  readonly executionProviders: readonly InferenceSession.ExecutionProviderConfig[];
  readonly optimization: Readonly<Record<string, string>>;
}

/** A session's settings for `provider`. */
export function providerSettings(provider: string, nodes: readonly Node[]): ProviderSettings {
  if (provider !== "webgpu") return { executionProviders: [provider], optimization: {} };
  const forceCpuNodeNames = nodes.flatMap((node, index) => (needsCpu(node) ? [nodeName(node, index)] : []));
  return {
    executionProviders: [{ name: provider, ...(forceCpuNodeNames.length > 0 && { forceCpuNodeNames }) }],
    optimization: { disable_specified_optimizers: "ConvActivationFusion" }, // it drops the activation of a 1×1 convolution
  };
}

/** Whether WebGPU cannot run a node. */
function needsCpu({ op, attributes, inputs, outputs }: Node): boolean {
  const pads = attributes.pads as readonly number[] | undefined;
  const [first, second] = inputs.map((input) => input?.dims);
  switch (op) {
    case "MaxPool": return outputs.length > 1; // no indices
    case "Conv": return pads?.some((pad, i) => pad !== pads[(i + pads.length / 2) % pads.length]) === true; // symmetric padding only
    case "ConvTranspose": return attributes.group !== 1 || first!.length !== 4; // one group, two dimensions
    case "Slice": return hasNegativeStep(inputs[4]); // some of them are wrong
    // Broadcasting between operands of equal size and different rank.
    default: return inputs.length === 2 && first!.length !== second!.length && sizeOf(first!) === sizeOf(second!) && sizeOf(first!) > 1;
  }
}

function hasNegativeStep(steps: Value | undefined): boolean {
  return steps?.data !== undefined && Array.from(steps.data as ArrayLike<number | bigint>, Number).some((step) => step < 0);
}
