// The tape that TensorFlow.js writes while a gradient's function runs: what its backward pass will do depends on nothing else.
import type * as tf from "@tensorflow/tfjs";
import type { Call } from "./trace";

export interface TapeNode {
  readonly id: number;
  /** A kernel's name; for a custom gradient that of a scope. */
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  /** Copies for the backward pass, one Identity each. */
  readonly saved: readonly tf.Tensor[];
  readonly gradient?: (dys: readonly tf.Tensor[]) => Record<string, () => tf.Tensor>;
}

/**
 * How the tape connects its tensors, from `xs` to `y`, as numbers: with the same calls and the same links, the backward pass is the
 * same. Undefined where other functions take part in it, such as a custom gradient's, which may do anything.
 */
export function tapeLinks(tape: readonly TapeNode[], calls: readonly Call[], xs: readonly tf.Tensor[], y: tf.Tensor): number[] | undefined {
  if (!isOneNodePerCall(tape, calls)) return undefined;
  const numbers = new Map<number, number>();
  const numberOf = ({ id }: tf.Tensor): number => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  };
  const links = xs.map(numberOf);
  for (const { inputs, outputs } of tape) {
    for (const key in inputs) if (inputs[key]) links.push(numberOf(inputs[key]));
    links.push(-1);
    for (const output of outputs) links.push(numberOf(output));
  }
  links.push(numberOf(y));
  return links;
}

/**
 * Whether each node that an array enters is that of a kernel that an operation called, after one node for each copy that it saves. A custom
 * gradient that no array enters, as that of `stopGradient`, is never asked.
 */
function isOneNodePerCall(tape: readonly TapeNode[], calls: readonly Call[]): boolean {
  const nodes = tape.filter(({ inputs }) => Object.keys(inputs).length > 0);
  let next = 0;
  for (const { kernel, depth, inputs } of calls) {
    if (depth > 1 || inputs.length === 0) continue;
    let index = next;
    while (index < nodes.length && nodes[index].kernelName !== kernel) index++;
    if (nodes[index]?.saved.length !== index - next) return false;
    next = index + 1;
  }
  return next === nodes.length;
}
