// A worker of a sweep: a process that runs the cells that it is told to. `fork(worker, [folder])`; then messages { index }.
// It ends with the process that started it, and leaves no half file.
import { runnerHere } from "./runnerHere";
import { readSweep } from "./sweepFolder";

/** What a worker says. */
export type Told = { readonly step: number } | { readonly done: true } | { readonly failed: string };

const [folder] = process.argv.slice(2);
const stop = new AbortController();
const runner = runnerHere(folder, readSweep(folder), new Map(), stop.signal);

process.once("disconnect", () => stop.abort());
process.on("SIGINT", () => {}); // Ctrl-C reaches the whole terminal: who started this decides
process.on("message", ({ index }: { index: number }) => {
  runner.run(index, (step) => tell({ step }))
    .then(() => tell({ done: true }), (error: Error) => tell({ failed: error.message }))
    .finally(() => { if (stop.signal.aborted) process.exit(); });
});

function tell(told: Told): void {
  if (process.connected) process.send!(told);
}
