// A forward and backward pass that ran, as far as it is needed to run again with other numbers.
import * as tf from "@tensorflow/tfjs";
import type { Entry } from "../entry";
import { isComparedByContent } from "../initializers";
import type { Ran } from "../sessions";
import { view, type TensorView } from "../tensorView";
import { leaf, type Data, type Value } from "../value";
import { isSame } from "./plainData";
import type { Call } from "./trace";

/** What a forward pass was, known when it ends. */
export interface Forward {
  readonly calls: readonly Call[];
  readonly links: readonly number[];
  /** What its calls returned, and what they read beside it. */
  readonly returned: readonly Entry[];
  readonly externals: readonly Entry[];
  readonly described: readonly External[];
}

export interface Program extends Pick<Forward, "calls" | "links"> {
  readonly externals: readonly External[];
  /** Which of the returned arrays outlived the forward pass. */
  readonly alive: readonly boolean[];
  /** The functions that the backward pass consisted of, by kernel. */
  readonly gradients: ReadonlyMap<string, tf.GradConfig | undefined>;
  readonly session: Ran["session"];
  /** Of the session, in its order: the number of an external, or a constant. */
  readonly inputs: readonly (number | Value)[];
  readonly initializers: readonly { readonly external: number; readonly id: number; readonly content?: Uint8Array }[];
  readonly outputs: readonly Pick<Value, "type" | "dims">[];
  /** Which outputs are the gradients, and the returned arrays by number. */
  readonly grads: readonly Result[];
  readonly results: readonly (Result & { readonly returned: number })[];
}

/** An output of the session, and how TensorFlow.js sees it. */
interface Result extends Omit<TensorView, "value"> {
  readonly output: number;
}

/** All that recording knows of an array that it reads. */
interface External extends Omit<TensorView, "value"> {
  readonly type: string;
  readonly dims: readonly number[];
  readonly uploaded: boolean;
  /** The first external with the same data. */
  readonly first: number;
}

/** Undefined unless all of them have their numbers. */
export function describe(externals: readonly Entry[]): External[] | undefined {
  const values = externals.map(({ view }) => view?.value);
  const described: External[] = [];
  for (const { view } of externals) {
    if (!view?.value.data || view.value.structural || view.broadcastOf) return undefined;
    const { value: { type, dims, uploaded = false }, shape, channelAxis = -1 } = view;
    described.push({ type, dims, uploaded, shape, channelAxis, first: values.indexOf(view.value) });
  }
  return described;
}

/** The program of a forward pass whose gradients were computed by the run `ran`, and nothing else with them; otherwise none. */
export function programOf(
  { calls, links, returned, externals, described }: Forward, alive: readonly boolean[], grads: readonly Entry[], ran: Ran,
): Program | undefined {
  const outputs = new Map(ran.outputs.map((value, index) => [value, index]));
  const resultOf = ({ view }: Entry): Result | undefined => {
    const output = view && outputs.get(view.value);
    return output === undefined ? undefined : { output, shape: view!.shape, channelAxis: view!.channelAxis };
  };
  const results = returned.flatMap((entry, number) => {
    const result = resultOf(entry);
    return result ? [{ ...result, returned: number }] : [];
  });
  const ofGrads = grads.flatMap((entry) => resultOf(entry) ?? []);
  const covered = new Set([...results, ...ofGrads].map(({ output }) => output));
  if (ofGrads.length < grads.length || covered.size < outputs.size) return undefined;
  const numbers = new Map(externals.map(({ view }, i) => [view!.value, described[i].first]));
  return {
    calls, links, alive, session: ran.session, grads: ofGrads, results, externals: described,
    gradients: new Map(calls.map(({ kernel }) => [kernel, tf.getGradient(kernel)])),
    inputs: ran.inputs.map((value) => numbers.get(value) ?? value),
    initializers: ran.initializers.filter((value) => numbers.has(value)).map((value) => ({
      external: numbers.get(value)!, id: value.id, ...(isComparedByContent(value) && { content: bytesOf(value.data!).slice() }),
    })),
    outputs: ran.outputs.map(({ type, dims }) => ({ type, dims })),
  };
}

/** Whether a program does what recording this forward pass, and its backward pass, would do. */
export function isProgramOf(program: Program, { calls, links, externals, described }: Forward): boolean {
  return program.calls === calls && isSame(program.links, links) && isSame(program.externals, described)
    && program.initializers.every(({ external, id, content }) => {
      const { value } = externals[external].view!;
      return content ? Buffer.compare(content, bytesOf(value.data!)) === 0 : value.id === id;
    })
    && [...program.gradients].every(([kernel, config]) => tf.getGradient(kernel) === config);
}

/** The session's inputs. */
export function inputsOf(program: Program, externals: readonly Entry[]): Value[] {
  return program.inputs.map((input) => (typeof input === "number" ? externals[input].view!.value : input));
}

/** The views of a session's outputs: of each gradient, and those of the returned arrays, by number. */
export function viewsOf(program: Program, outputs: readonly Data[]): { grads: TensorView[]; returned: Map<number, TensorView> } {
  const values = program.outputs.map(({ type, dims }, i) => leaf(type, dims, outputs[i], false));
  const viewOf = ({ output, shape, channelAxis }: Result): TensorView => ({ ...view(values[output], shape), channelAxis });
  return { grads: program.grads.map(viewOf), returned: new Map(program.results.map((result) => [result.returned, viewOf(result)])) };
}

function bytesOf(data: Data): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
