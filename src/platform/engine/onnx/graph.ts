// From values that are wanted to the graph that computes them: its nodes in order, its leaves, and its structure as a text.
import type { Node, Value } from "./value";

export interface Pending {
  readonly nodes: readonly Node[];
  /** Leaves whose numbers are not part of the structure, in the order in which the nodes meet them. */
  readonly leaves: readonly Value[];
  readonly structurals: readonly Value[];
  readonly outputs: readonly Value[];
  readonly names: ReadonlyMap<number, string>;
  /** Equal for graphs that differ in nothing but the numbers in their leaves. */
  readonly structure: string;
}

let round = 0;

/** The nodes that compute `wanted`, each after those it needs. Without recursion: a loop may have made a long chain. */
function nodesFor(wanted: readonly Value[]): Node[] {
  const [seen, done] = [++round, ++round];
  const order: Node[] = [];
  for (const value of wanted) {
    const stack = value.node ? [value.node] : [];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      if (node.mark < seen) {
        node.mark = seen;
        for (const input of node.inputs) if (input?.node && input.node.mark < seen) stack.push(input.node);
      } else {
        stack.pop();
        if (node.mark === seen) {
          node.mark = done;
          order.push(node);
        }
      }
    }
  }
  return order;
}

/** Of `candidates`, those whose computation shares a node with that of `value`, directly or through others. */
export function connected(value: Value, candidates: readonly Value[]): Value[] {
  const group = new Map<Node, number>();
  const parent: number[] = [];
  const find = (at: number): number => {
    while (parent[at] !== at) at = parent[at] = parent[parent[at]];
    return at;
  };
  const all = [value, ...candidates];
  all.forEach((candidate, at) => {
    parent.push(at);
    const stack = candidate.node ? [candidate.node] : [];
    while (stack.length > 0) {
      const node = stack.pop()!;
      const known = group.get(node);
      if (known !== undefined) parent[find(known)] = find(at);
      else {
        group.set(node, at);
        for (const input of node.inputs) if (input?.node) stack.push(input.node);
      }
    }
  });
  const home = find(0);
  return [...new Set(all.filter((_, at) => find(at) === home))];
}

/** Puts what `outputs` need in order. */
export function pending(outputs: readonly Value[]): Pending {
  outputs = [...outputs].sort((a, b) => a.id - b.id);
  const nodes = nodesFor(outputs);
  const names = new Map<number, string>();
  const [leaves, structurals]: [Value[], Value[]] = [[], []];
  const parts: string[] = [];
  const nameOf = (value: Value): string => {
    const known = names.get(value.id);
    if (known !== undefined) return known;
    const name = `v${names.size}`;
    names.set(value.id, name);
    if (!value.node) {
      (value.structural ? structurals : leaves).push(value);
      parts.push(`${name}:${value.type}[${value.dims}]`, value.structural ? `=${value.data};` : ";");
    }
    return name;
  };
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => (input ? nameOf(input) : ""));
    parts.push(node.outputs.map(nameOf).join(), "=", node.label, "(", inputs.join(), ");");
  }
  parts.push(">", outputs.map(nameOf).join());
  return { nodes, leaves, structurals, outputs, names, structure: parts.join("") };
}
