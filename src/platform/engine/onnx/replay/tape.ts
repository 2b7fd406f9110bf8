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
 * same. Undefined where it is not one node for each call, as with a custom gradient, whose function may do anything.
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

/** On the tape, a call's node follows one node for each copy that it saves; among the calls, the copies follow the call. */
function isOneNodePerCall(tape: readonly TapeNode[], calls: readonly Call[]): boolean {
  let node = 0;
  for (let call = 0; call < calls.length;) {
    const { kernel, depth } = calls[call++];
    let saved = 0;
    for (; call < calls.length && calls[call].depth > 1; saved++) if (calls[call++].kernel !== "Identity") return false;
    node += saved;
    if (depth !== 1 || tape[node]?.kernelName !== kernel || tape[node].saved.length !== saved) return false;
    node++;
  }
  return node === tape.length;
}
