// From the values to compute to their graph: nodes in topological order, leaves, and the structure as text.
import type { Node, Value } from "./value";

/** A recorded graph that has not run yet. */
export interface PendingGraph {
  /** In topological order. */
  readonly nodes: readonly Node[];
  /** Leaves whose data is not part of the structure, in the order in which the nodes use them. */
  readonly leaves: readonly Value[];
  /** Leaves whose data is part of the structure. */
  readonly constants: readonly Value[];
  readonly outputs: readonly Value[];
  readonly names: ReadonlyMap<number, string>;
  /** Equal for graphs that differ in nothing but the data of their leaves. */
  readonly structure: string;
}

let lastMark = 0;

/** The nodes that compute `outputs`, each after its inputs. Iterative: a loop may have recorded a chain too long for recursion. */
function topologicalOrder(outputs: readonly Value[]): Node[] {
  const [visited, done] = [++lastMark, ++lastMark];
  const order: Node[] = [];
  for (const value of outputs) {
    const stack = value.node ? [value.node] : [];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      if (node.mark < visited) {
        node.mark = visited;
        for (const input of node.inputs) if (input?.node && input.node.mark < visited) stack.push(input.node);
      } else {
        stack.pop();
        if (node.mark === visited) {
          node.mark = done;
          order.push(node);
        }
      }
    }
  }
  return order;
}

/** `value` and those of `candidates` whose computation shares a node with it, directly or through others (union-find). */
export function connectedValues(value: Value, candidates: readonly Value[]): Value[] {
  const owner = new Map<Node, number>();
  const parent: number[] = [];
  const find = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  const all = [value, ...candidates];
  all.forEach((candidate, i) => {
    parent.push(i);
    const stack = candidate.node ? [candidate.node] : [];
    while (stack.length > 0) {
      const node = stack.pop()!;
      const visitor = owner.get(node);
      if (visitor !== undefined) parent[find(visitor)] = find(i);
      else {
        owner.set(node, i);
        for (const input of node.inputs) if (input?.node) stack.push(input.node);
      }
    }
  });
  const component = find(0);
  return [...new Set(all.filter((_, i) => find(i) === component))];
}

/** The graph that computes `outputs`. */
export function pendingGraph(outputs: readonly Value[]): PendingGraph {
  outputs = [...outputs].sort((a, b) => a.id - b.id);
  const nodes = topologicalOrder(outputs);
  const names = new Map<number, string>();
  const [leaves, constants]: [Value[], Value[]] = [[], []];
  const structure: string[] = [];
  const nameOf = (value: Value): string => {
    const assigned = names.get(value.id);
    if (assigned !== undefined) return assigned;
    const name = `v${names.size}`;
    names.set(value.id, name);
    if (!value.node) {
      (value.structural ? constants : leaves).push(value);
      structure.push(`${name}:${value.type}[${value.dims}]`, value.structural ? `=${value.data};` : ";");
    }
    return name;
  };
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => (input ? nameOf(input) : ""));
    structure.push(node.outputs.map(nameOf).join(), "=", node.label, "(", inputs.join(), ");");
  }
  structure.push(">", outputs.map(nameOf).join());
  return { nodes, leaves, constants, outputs, names, structure: structure.join("") };
}
