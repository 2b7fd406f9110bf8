// Lowers a recorded graph for an execution provider: to ONNX operations only, and to those that are fast there. The graph is recorded
// for the CPU, so on a CPU little changes.
import { asProducts } from "./filterGradient";
import type { PendingGraph } from "./graph";
import { isIdentityConvolution } from "./identityConvolution";
import { asTiles } from "./maxPoolGradient";
import type { Node, Value } from "./value";
import { asOneConvolution, byWinograd } from "./winograd";

/** The nodes that compute a node's outputs in its place, each after its inputs; undefined where the node may stay. */
type Rule = (node: Node) => readonly Node[] | undefined;

/** The graph as `provider` (cpu, webgpu, cuda) shall run it: the same leaves and outputs, the same values up to rounding. */
export function lower(graph: PendingGraph, provider: string): PendingGraph {
  if (provider === "cpu") return replaced(graph, [byWinograd, (node) => asProducts(node, leastChannelsOnCpu)]);
  return withoutUnused(without(replaced(graph, [asOneConvolution, asTiles, (node) => asProducts(node)]), isIdentityConvolution));
}

/** On a CPU the gradient of a filter of 3×3 to 64 channels is three times as fast as products; of 9×9 from or to 3 channels, a fifth. */
const leastChannelsOnCpu = 16;

/** With each node replaced as the first rule for it says. */
function replaced(graph: PendingGraph, rules: readonly Rule[]): PendingGraph {
  const replacement = (node: Node): readonly Node[] => {
    for (const rule of rules) {
      const nodes = rule(node);
      if (nodes) return nodes;
    }
    return [node];
  };
  const nodes = [...new Set(graph.nodes.flatMap(replacement))];
  const names = new Map(graph.names);
  const constants = [...graph.constants];
  for (const { inputs, outputs } of nodes)
    for (const value of [...inputs, ...outputs]) {
      if (!value || names.has(value.id)) continue;
      names.set(value.id, `w${names.size}`);
      if (!value.node) constants.push(value);
    }
  return { ...graph, nodes, names, constants };
}

/** With the first input of each node for which `isIdentity` in place of its output. */
function without(graph: PendingGraph, isIdentity: (node: Node) => boolean): PendingGraph {
  const sources = new Map<Value, Value>();
  const source = (value: Value | undefined): Value | undefined => (value && sources.get(value)) ?? value;
  const nodes = graph.nodes.flatMap((node) => {
    if (!isIdentity(node) || graph.outputs.includes(node.outputs[0])) return [{ ...node, inputs: node.inputs.map(source) }];
    sources.set(node.outputs[0], source(node.inputs[0])!);
    return [];
  });
  return { ...graph, nodes };
}

/** Without nodes whose outputs nothing reads, and without the indices of a max pooling that nothing reads: no GPU kernel has them. */
function withoutUnused(graph: PendingGraph): PendingGraph {
  const used = new Set<Value | undefined>(graph.outputs);
  const nodes: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => used.has(output))) continue;
    node.inputs.forEach((input) => used.add(input));
    const isPlainPooling = node.op === "MaxPool" && !used.has(node.outputs[1]); // other ops' outputs are not optional
    nodes.push(isPlainPooling ? { ...node, outputs: node.outputs.slice(0, 1) } : node);
  }
  return { ...graph, nodes: nodes.reverse() };
}
