// What a forward pass asks of the engine, call by call. Calls that were made before, in the same order, need not be recorded.
import type * as tf from "@tensorflow/tfjs";
import type { Entry } from "../entry";
import { copyOf, isSame } from "./plainData";

/** One call of a kernel. Arrays are numbered in the order in which they appear: what calls return from 0, all others from −1 down. */
export interface Call {
  readonly kernel: string;
  readonly attributes: unknown;
  /** 1 for a kernel that an operation calls; more inside another kernel, or a custom gradient. */
  readonly depth: number;
  readonly inputs: readonly { readonly key: string; readonly array: number; readonly shape: readonly number[] }[];
  readonly outputs: readonly Pick<tf.TensorInfo, "shape" | "dtype">[];
  /** Whether it returns a list. */
  readonly isList: boolean;
}

/** A call as it comes in. */
export interface Incoming {
  readonly kernel: string;
  readonly attributes: unknown;
  readonly depth: number;
  readonly inputs: readonly { readonly key: string; readonly shape: readonly number[]; readonly entry: Entry }[];
}

/** The calls of one forward pass, while they come in. */
export interface Trace {
  /** What the calls have returned, and what else they read, by number. */
  readonly returned: readonly Entry[];
  readonly externals: readonly Entry[];
  /** The known call that this one is, if all calls so far are the beginning of known ones. */
  next(call: Incoming): Call | undefined;
  /** Notes what a call returned; `known` as `next` found it. */
  add(call: Incoming, known: Call | undefined, outputs: readonly Entry[], infos: readonly tf.TensorInfo[], isList: boolean): void;
  /** All calls so far: the very list that is known, where they are that. */
  calls(): readonly Call[];
}

/** A trace that follows one of some known lists of calls as long as it can. */
export function startTrace(known: readonly (readonly Call[])[]): Trace {
  const numbers = new Map<Entry, number>();
  const [returned, externals]: [Entry[], Entry[]] = [[], []];
  let calls: Call[] = []; // in use where no list is followed
  let count = 0;
  let followed: readonly Call[] | undefined = known[0];

  const numberOf = (entry: Entry): number => {
    let number = numbers.get(entry);
    if (number === undefined) numbers.set(entry, number = -externals.push(entry));
    return number;
  };
  const isNext = (expected: Call | undefined, { kernel, attributes, depth, inputs }: Incoming): boolean => {
    if (!expected || expected.kernel !== kernel || expected.depth !== depth || expected.inputs.length !== inputs.length) return false;
    for (let i = 0; i < inputs.length; i++) {
      const [{ key, shape, entry }, input] = [inputs[i], expected.inputs[i]];
      if (numberOf(entry) !== input.array || key !== input.key || !isSame(shape, input.shape)) return false;
    }
    return isSame(attributes, expected.attributes);
  };
  const beginsAlike = (other: readonly Call[], soFar: readonly Call[]): boolean => soFar.every((call, i) => isSame(call, other[i]));

  return {
    returned,
    externals,
    next(call) {
      if (!followed || isNext(followed[count], call)) return followed?.[count];
      calls = followed.slice(0, count);
      followed = known.find((other) => isNext(other[count], call) && beginsAlike(other, calls));
      return followed?.[count];
    },
    add({ kernel, depth, attributes, inputs }, expected, outputs, infos, isList) {
      if (!expected)
        calls.push({
          kernel, depth, isList, attributes: copyOf(attributes),
          inputs: inputs.map(({ key, shape, entry }) => ({ key, shape, array: numberOf(entry) })),
          outputs: infos.map(({ shape, dtype }) => ({ shape, dtype })),
        });
      count++;
      for (const entry of outputs) if (!numbers.has(entry)) numbers.set(entry, returned.push(entry) - 1);
    },
    calls() {
      if (followed?.length === count) return followed;
      const soFar = followed?.slice(0, count) ?? calls;
      return known.find((other) => other.length === count && beginsAlike(other, soFar)) ?? soFar;
    },
  };
}
