// For the tests that run cells in our kernel: one kernel for a test file, and the outputs of a cell.
import { after, before } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { ExecuteReply, Kernel, KernelOutput } from "../../../src/platform/kernel/kernel";
import { startKernel } from "../../../src/platform/kernel/startKernel";

export interface Ran {
  reply: ExecuteReply;
  outputs: KernelOutput[];
  /** Everything printed, as one text. */
  text: string;
  /** The tracebacks of the error messages, without colors. */
  errors: string[];
}

let kernel: Kernel;
before(async () => (kernel = await startKernel({ cwd: __dirname })));
after(() => kernel.shutdown());

/** Runs a cell in the file's kernel. */
export async function run(code: string, onOutput?: (output: KernelOutput) => void): Promise<Ran> {
  const outputs: KernelOutput[] = [];
  const reply = await inTime(kernel.execute(code, {
    onOutput(output) {
      outputs.push(output);
      onOutput?.(output);
    },
  }));
  const of = (type: string): KernelOutput["content"][] =>
    outputs.filter((output) => output.type === type).map(({ content }) => content);
  const errors = of("error").map(({ traceback }) => stripVTControlCharacters(traceback.join("\n")));
  return { reply, outputs, text: of("stream").map(({ text }) => text).join(""), errors };
}

/** A lost message makes a client wait forever; here it fails the test. */
async function inTime(reply: Promise<ExecuteReply>): Promise<ExecuteReply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the reply or the final idle did not come within 15 s")), 15_000);
  });
  return Promise.race([reply, late]).finally(() => clearTimeout(timer));
}

/** Another request to the file's kernel, with the content of its reply. */
export const request = (type: string, content: object): Promise<Record<string, any>> => kernel.request(type, content);

/** Presses stop. */
export const interrupt = (): void => kernel.interrupt();

/** Runs a cell, presses stop 100 ms after its first output (with `word`: that output), and measures how long it then took. */
export async function runAndStop(code: string, word?: string): Promise<Ran & { ms: number }> {
  let pressed = 0;
  let again: NodeJS.Timeout | undefined;   // so that a stop that does not work fails the test and does not hang it
  let seen = false;
  const press = (): void => {
    pressed = Date.now();
    interrupt();
    again = setInterval(interrupt, 3000);
  };
  const ran = await run(code, ({ content }) => {
    if (seen || (word !== undefined && content.text?.trim() !== word)) return;
    seen = true;
    setTimeout(press, 100);
  });
  clearInterval(again);
  return { ...ran, ms: Date.now() - pressed };
}
