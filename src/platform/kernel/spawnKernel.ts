// Starting a kernel's process: free ports, a connection file, and its last output when it dies.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { kernelCommand, type Kernelspec } from "./kernelspec";
import type { Connection } from "./wire";

export interface KernelProcess {
  readonly pid: number;
  readonly connection: Connection;
  /** Removes the connection file and its temporary folder. */
  removeFile(): void;
  kill(signal?: NodeJS.Signals): void;
  /** Why the process ended, once it has. */
  ended(): Error | undefined;
  /** Calls `listener` when the process ends, or at once if it has. */
  onEnd(listener: (why: Error) => void): void;
}

const quoted = 2000; // characters of the kernel's stdout and stderr at the end of an error message

/** Starts the kernel of a kernelspec in folder `cwd`. It may still be loading when this resolves. */
export async function spawnKernel(spec: Kernelspec, cwd: string, env: Readonly<Record<string, string>>): Promise<KernelProcess> {
  const connection = await newConnection();
  const folder = mkdtempSync(path.join(tmpdir(), "styloscope-kernel-"));
  const file = path.join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const [program, ...args] = kernelCommand(spec, file);
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...spec.env, ...env, JPY_PARENT_PID: String(process.pid) },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: Ctrl-C in the terminal reaches the runner, which decides what the kernel gets.
    detached: process.platform !== "win32",
  });

  let output = "";
  const collect = (data: Buffer): void => void (output = (output + data).slice(-quoted));
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);

  let end: Error | undefined;
  const listeners: ((why: Error) => void)[] = [];
  const removeFile = (): void => rmSync(folder, { recursive: true, force: true });
  // SIGKILL goes to the kernel's process group, so that it reaches the programs that cells started.
  const kill = (signal: NodeJS.Signals = "SIGKILL"): void => {
    try {
      if (signal === "SIGKILL" && child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // it has ended
    }
  };
  const killAtExit = (): void => {
    kill();
    removeFile();
  };
  process.once("exit", killAtExit);
  function finish(why: string): void {
    if (end) return;
    process.removeListener("exit", killAtExit);
    end = new Error(`the kernel "${spec.display_name}" ${why}${output.trim() && `; its last output:\n${output.trim()}`}`);
    for (const listener of listeners) listener(end);
  }
  child.on("error", (error) => finish(`could not be started with ${program} (${error.message})`));
  child.on("close", (code, signal) => finish(`ended (${signal ? `signal ${signal}` : `exit code ${code}`})`));

  return {
    pid: child.pid ?? -1,
    connection,
    removeFile,
    kill,
    ended: () => end,
    onEnd: (listener) => void (end ? listener(end) : listeners.push(listener)),
  };
}

async function newConnection(): Promise<Connection> {
  const [shell_port, iopub_port, control_port, stdin_port, hb_port] = await freePorts(5);
  return {
    transport: "tcp", ip: "127.0.0.1", shell_port, iopub_port, control_port, stdin_port, hb_port,
    key: randomUUID(), signature_scheme: "hmac-sha256", kernel_name: "tslab",
  };
}

/** Ports that nothing listens on now, all open at once while choosing, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>(
    (resolve, reject) => {
      // Another kernel's client may be connecting to this very port: disconnected, it tries again; connected, it would wait.
      const server = createServer((socket) => socket.destroy()).once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve(server));
    })));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
