// A runner in a process of its own: killed or out of memory, it takes no other with it.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import type { Runner } from "./runnerHere";
import type { Told } from "./worker";

const extension = path.extname(__filename);

/**
 * Starts a worker of one thread. Two workers of one thread each take less time than one of two, since much of a pass does not get
 * faster with threads; and where the number of threads is always one, the bytes of a result do not depend on the number of workers.
 */
export function runnerApart(folder: string, signal: AbortSignal): Runner {
  const sources = extension === ".ts"; // from the sources it needs ts-node, as we do
  const child = fork(path.join(__dirname, `worker${extension}`), [folder], {
    execArgv: sources ? ["--require", require.resolve("ts-node/register")] : [],
    env: {
      ...process.env, STYLOSCOPE_THREADS: "1",
      ...(sources && { TS_NODE_PROJECT: path.resolve(__dirname, "../../tsconfig.json") }),
    },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaints = "";
  child.stderr!.on("data", (text: Buffer) => { complaints = (complaints + text.toString()).slice(-2000); });
  const exit = once(child, "exit") as Promise<Exit>;
  const leave = (): void => { if (child.connected) child.disconnect(); };
  signal.addEventListener("abort", leave, { once: true });
  return {
    async run(index, each) {
      const died = exit.then(([code, signal]) => { throw new Error(`${lastWords(code, signal)}\n${complaints}`.trim()); });
      await Promise.race([hear(child, index, each), died]);
    },
    async end() {
      leave();
      await exit;
      signal.removeEventListener("abort", leave);
    },
  };
}

type Exit = [code: number | null, signal: string | null];

function lastWords(code: number | null, signal: string | null): string {
  if (signal === null) return `its process ended with code ${code}`;
  return `its process was ended by ${signal}${signal === "SIGKILL" ? ": where memory ran out, ask for fewer workers" : ""}`;
}

/** Sends a cell, and listens until it is done or has failed. */
async function hear(child: ChildProcess, index: number, each: (step: number) => void): Promise<void> {
  let listen!: (told: Told) => void;
  try {
    await new Promise<void>((resolve, reject) => {
      listen = (told) => {
        if ("step" in told) each(told.step);
        else if ("done" in told) resolve();
        else reject(new Error(told.failed));
      };
      child.on("message", listen);
      if (child.connected) child.send({ index });
    });
  } finally {
    child.off("message", listen);
  }
}
