// The kernel that Jupyter starts: tslab, with what a front end needs and tslab leaves out.
// tslab's server, handler and executor do the work; this file wraps their functions where something is missing:
// error messages with the cell's line, the stop button, messages that get lost, shutdown. Everything that a notebook
// uses works in an unmodified tslab kernel too.
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import type { ConsoleInterface, Executor } from "tslab/dist/executor";
import type { JupyterHandlerImpl } from "tslab/dist/jupyter";
import { Interrupted, setHostSignal } from "../../hostSignal";
import { answerControl, endWithParent } from "./answerControl";
import { helpWithCells } from "./cellHelp";
import { serveComms } from "./comms";
import { esModules } from "./esModules";
import { describeFailure, type Failure, type Problem } from "./describeFailure";
import { listenForStop } from "./listenForStop";
import { namedConverters } from "./namedConverters";
import { speakInOwnSession } from "./ownSession";
import { requireOwnPackages } from "./ownPackages";
import { type Handler, reportFailures } from "./reportFailures";
import { showLast } from "./showLast";
import { bindAtOnce, neverBusy } from "./sockets";
import { type SourceMaps, installStackNames, recordSourceMaps } from "./sourceMaps";

if (require.main === module) {
  launch(process.argv[2]).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  });
}

/** Starts the kernel described by a Jupyter connection file. Resolves when its sockets listen. */
export async function launch(connectionFile: string): Promise<void> {
  if (!connectionFile) throw new Error("usage: node launch.js CONNECTION_FILE (Jupyter passes it)");
  endWithParent();
  // A compiled cell leaves 8 MB of garbage, and the compiler holds 170 MB: V8 would let the one grow to the size of the other before it collects.
  setFlagsFromString("--heap-growing-percent=15");
  requireOwnPackages();
  const maps = recordSourceMaps();
  installStackNames(maps);
  // Loaded only now: tslab must get the TypeScript that records source maps.
  const tslab = {
    ...(require("tslab/dist/converter") as typeof import("tslab/dist/converter")),
    ...(require("tslab/dist/executor") as typeof import("tslab/dist/executor")),
    ...(require("tslab/dist/inspect") as typeof import("tslab/dist/inspect")),
    ...(require("tslab/dist/jupyter") as typeof import("tslab/dist/jupyter")),
  };

  let failure: Failure | undefined;
  const problems: Problem[] = [];
  // In a run without a reader, an error that nothing awaits fails the cell that is running; its line is that of its own cell.
  const strict = process.env.STYLOSCOPE_UNAWAITED === "fail";
  const stray: unknown[] = [];
  // tslab logs why a cell failed: a format string and its values for a compiler error, or else what was thrown.
  const console: ConsoleInterface = {
    log: (...values) => globalThis.console.log(...values),
    error(...values: unknown[]) {
      const [first, file, line, column, message] = values;
      if (values.length === 1) failure = { kind: "thrown", error: first };
      else problems.push({ file: `${file}`.trim(), line: Number(line), column: Number(column), message: `${message}` });
    },
  };
  const converters = namedConverters(tslab.createConverter, maps);
  const executor = tslab.createExecutor(process.cwd(), converters, console);
  const stop = listenForStop(() => giveUp(), () => queue.drop());
  setHostSignal(stop.signal);
  const cells = (globalThis as unknown as { __tslab__: { require(id: string): unknown; import?: unknown } }).__tslab__;
  const modules = esModules(process.cwd(), cells.require);
  Object.assign(cells, { require: modules.require, import: modules.import });
  let giveUp = (): void => {};
  const watched: Executor = { ...executor, execute };
  const handler = new tslab.JupyterHandlerImpl(watched, false) as unknown as Handler;
  const server = new tslab.ZmqServer(handler as unknown as JupyterHandlerImpl, connectionFile);

  async function execute(source: string): Promise<boolean> {
    failure = undefined;
    problems.length = 0;
    maps.begin(handler.execCount, source);
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = () => (executor.interrupt(), reject(new Interrupted("the cell was given up")));
    });
    givenUp.catch(() => {});
    const prepare = async (): Promise<void> => {
      await modules.load(source);
      converters.compile(source);
    };
    const run = async (): Promise<boolean> => {
      if (!(await executor.execute(source))) return false;
      converters.ran();
      await Promise.race([showLast(lastValue()), givenUp]);
      return true;
    };
    const done = await stop.during(prepare, run).catch((error: unknown) => {
      failure = { kind: "thrown", error };
      return false;
    });
    if (strict) await setImmediate(); // what is rejected by now is reported
    if (done && strict && stray.length > 0) {
      failure = { kind: "thrown", error: stray.shift() };
      return false;
    }
    if (problems.length > 0 && !done) failure = { kind: "compile", problems: [...problems] };
    else for (const { line, column, message } of problems) process.stderr.write(`${line}:${column} - ${message}\n`);
    if (!stop.stopped() && !isBrokenOff(failure)) return done;
    if (!done) converters.keepNames();
    if (done || isInterrupted(failure)) failure = { kind: "interrupted" };
    return false;
  }

  /** The value of the last expression of the cell that was run, which tslab no longer has then. */
  function lastValue(): unknown {
    const name = converters.lastExpression();
    if (name === undefined) return undefined;
    const value: unknown = executor.locals[name];
    delete executor.locals[name];
    return value;
  }

  const queue = reportFailures(server, handler, () => failure && describeFailure(failure, handler.execCount, maps));
  speakInOwnSession(server);
  answerControl(server, handler);
  helpWithCells(handler, executor, tslab.printQuickInfo);
  serveComms(server, handler, { reader: !strict });
  neverBusy(server, ["iopub", "shell", "control"]);
  bindAtOnce(server);
  printUnhandled(maps, (error) => strict && stray.push(error));
  await server.init();
}

/** Errors that no cell awaits are printed below the cell that ran last, unless they make a cell fail. */
function printUnhandled(maps: SourceMaps, fails: (error: unknown) => unknown): void {
  const print = (error: unknown): void => {
    if (error instanceof Error && error.name === "Interrupted") return; // a search that nothing awaits was stopped
    if (fails(error)) return;
    const text = error instanceof Error ? maps.rewrite(error.stack ?? String(error)) : String(error);
    process.stderr.write(`Not awaited, so no cell failed: ${text}\n`);
  };
  process.on("uncaughtException", print);
  process.on("unhandledRejection", print);
}

/** Whether the cell ended as it should when it is stopped: not by a mistake of its own. */
function isInterrupted(failure: Failure | undefined): boolean {
  if (failure?.kind !== "thrown") return false;
  const { name, message } = failure.error as Error;
  return isBrokenOff(failure) || name === "Interrupted" || message === "Interrupted asynchronously";
}

function isBrokenOff(failure: Failure | undefined): boolean {
  if (failure?.kind !== "thrown") return false;
  return (failure.error as NodeJS.ErrnoException)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
