// A worker of a sweep: a process that runs the cells that it is sent. `fork(worker, [folder])`; then messages { index }.
// It ends with the process that started it, and leaves no half file.
import { localRunner } from "./localRunner";
import { readSweep } from "./sweepFolder";

/** What a worker sends. */
export type Message = { readonly step: number } | { readonly done: true } | { readonly failed: string };

const [folder] = process.argv.slice(2);
const stop = new AbortController();
const runner = localRunner(folder, readSweep(folder), new Map(), stop.signal);

process.once("disconnect", () => stop.abort());
process.on("SIGINT", () => {}); // Ctrl-C reaches the whole terminal: the parent process decides
process.on("message", ({ index }: { index: number }) => {
  runner.run(index, (step) => send({ step }))
    .then(() => send({ done: true }), (error: Error) => send({ failed: error.message }))
    .finally(() => { if (stop.signal.aborted) process.exit(); });
});

function send(message: Message): void {
  if (process.connected) process.send!(message);
}
