// The messages of a running cell, folded into the outputs that a notebook stores.
import type { Output } from "../files/notebookFile";
import type { KernelOutput } from "./kernel";

type Display = Extract<Output, { output_type: "display_data" }>;

export interface OutputFold {
  /** From here on, outputs belong to this list (a cell's `outputs`). */
  into(outputs: Output[]): void;
  /** Adds one message: text of one stream is merged, an update goes to every output with its display id, in whatever cell. */
  add(message: KernelOutput): void;
}

/** Collects outputs for the cells of one run. */
export function foldOutputs(): OutputFold {
  const displays = new Map<string, Display[]>();
  let outputs: Output[] = [];
  let clearNext = false;

  function add({ type, content }: KernelOutput): void {
    if (type === "update_display_data") {
      for (const shown of displays.get(content.transient?.display_id) ?? []) {
        shown.data = content.data;
        shown.metadata = content.metadata ?? {};
      }
      return;
    }
    if (type === "clear_output") {
      if (content.wait) clearNext = true;
      else outputs.length = 0;
      return;
    }
    const output = outputOf(type, content);
    if (!output) return;
    if (clearNext) outputs.length = 0;
    clearNext = false;
    const last = outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
      return;
    }
    outputs.push(output);
    const id = content.transient?.display_id;
    if (id && output.output_type === "display_data") displays.set(id, [...(displays.get(id) ?? []), output]);
  }

  return { into: (list) => void (outputs = list), add };
}

function outputOf(type: string, content: Record<string, any>): Output | undefined {
  const { data, metadata = {} } = content;
  if (type === "stream") return { output_type: type, name: content.name, text: content.text };
  if (type === "display_data") return { output_type: type, data, metadata };
  if (type === "execute_result")
    return { output_type: type, data, metadata, execution_count: content.execution_count ?? null };
  if (type === "error")
    return { output_type: type, ename: content.ename, evalue: content.evalue, traceback: content.traceback };
  return undefined; // execute_input and whatever else is not stored
}
