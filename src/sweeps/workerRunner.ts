// A runner in another process: if it is killed or runs out of memory, the others go on.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import type { Runner } from "./localRunner";
import type { Message } from "./worker";

const extension = path.extname(__filename);

/**
 * Starts a worker of one thread. Two workers of one thread each take less time than one of two, since much of a pass does not get
 * faster with threads; and where the number of threads is always one, the bytes of a result do not depend on the number of workers.
 */
export function workerRunner(folder: string, signal: AbortSignal): Runner {
  const sources = extension === ".ts"; // sources need ts-node
  const child = fork(path.join(__dirname, `worker${extension}`), [folder], {
    execArgv: sources ? ["--require", require.resolve("ts-node/register")] : [],
    env: {
      ...process.env, STYLOSCOPE_THREADS: "1",
      ...(sources && { TS_NODE_PROJECT: path.resolve(__dirname, "../../tsconfig.json") }),
    },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr!.on("data", (text: Buffer) => { errors = (errors + text.toString()).slice(-2000); });
  const exit = once(child, "exit") as Promise<Exit>;
  const leave = (): void => { if (child.connected) child.disconnect(); };
  signal.addEventListener("abort", leave, { once: true });
  return {
    async run(index, each) {
      const died = exit.then(([code, signal]) => { throw new Error(`${reasonOf(code, signal)}\n${errors}`.trim()); });
      await Promise.race([receive(child, index, each), died]);
    },
    async end() {
      leave();
      await exit;
      signal.removeEventListener("abort", leave);
    },
  };
}

type Exit = [code: number | null, signal: string | null];

function reasonOf(code: number | null, signal: string | null): string {
  if (signal === null) return `its process ended with code ${code}`;
  return `its process was ended by ${signal}${signal === "SIGKILL" ? ": where memory ran out, ask for fewer workers" : ""}`;
}

/** Sends a cell, and listens until it is done or has failed. */
async function receive(child: ChildProcess, index: number, each: (step: number) => void): Promise<void> {
  let listen!: (message: Message) => void;
  try {
    await new Promise<void>((resolve, reject) => {
      listen = (message) => {
        if ("step" in message) each(message.step);
        else if ("done" in message) resolve();
        else reject(new Error(message.failed));
      };
      child.on("message", listen);
      if (child.connected) child.send({ index });
    });
  } finally {
    child.off("message", listen);
  }
}
