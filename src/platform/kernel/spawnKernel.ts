// Starting a kernel's process: free ports, a connection file, and its last words when it dies.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { kernelCommand, type Kernelspec } from "./kernelspec";
import type { Connection } from "./wire";

export interface KernelProcess {
  pid: number;
  connection: Connection;
  /** The temporary folder of the connection file; whoever started the kernel removes it. */
  folder: string;
  kill(signal?: NodeJS.Signals): void;
  /** Why the process is over, once it is. */
  ended(): Error | undefined;
  /** Calls `hear` when the process ends, or at once if it has. */
  onEnd(hear: (why: Error) => void): void;
}

const lastWords = 2000;   // characters of the kernel's own stdout and stderr that an error message quotes

/** Starts the kernel of a kernelspec in folder `cwd`. It may still be loading when this resolves. */
export async function spawnKernel(spec: Kernelspec, cwd: string, env: Record<string, string>): Promise<KernelProcess> {
  const connection = await newConnection();
  const folder = mkdtempSync(path.join(tmpdir(), "styloscope-kernel-"));
  const file = path.join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const [program, ...words] = kernelCommand(spec, file);
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, ...spec.env, ...env, JPY_PARENT_PID: String(process.pid) },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C in the terminal reaches the runner, which decides what the kernel hears.
    detached: process.platform !== "win32",
  });

  let said = "";
  const keep = (data: Buffer): void => void (said = (said + data).slice(-lastWords));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);

  let end: Error | undefined;
  const listeners: ((why: Error) => void)[] = [];
  const killWithUs = (): void => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", killWithUs);
  function over(why: string): void {
    if (end) return;
    process.removeListener("exit", killWithUs);
    end = new Error(`the kernel "${spec.display_name}" ${why}${said.trim() && `; its last words:\n${said.trim()}`}`);
    for (const hear of listeners) hear(end);
  }
  child.on("error", (error) => over(`could not be started with ${program} (${error.message})`));
  child.on("close", (code, signal) => over(`ended (${signal ? `signal ${signal}` : `exit code ${code}`})`));

  return {
    pid: child.pid ?? -1,
    connection,
    folder,
    kill: (signal = "SIGKILL") => void child.kill(signal),
    ended: () => end,
    onEnd: (hear) => void (end ? hear(end) : listeners.push(hear)),
  };
}

async function newConnection(): Promise<Connection> {
  const [shell_port, iopub_port, control_port, stdin_port, hb_port] = await freePorts(5);
  return {
    transport: "tcp", ip: "127.0.0.1", shell_port, iopub_port, control_port, stdin_port, hb_port,
    key: randomUUID(), signature_scheme: "hmac-sha256", kernel_name: "tslab",
  };
}

/** Ports that nothing listens on now, all held together while choosing so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>(
    (resolve, reject) => {
      // A kernel's client elsewhere may be calling this very port: hung up on, it calls again; held, it would wait.
      const server = createServer((socket) => socket.destroy()).once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve(server));
    })));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
