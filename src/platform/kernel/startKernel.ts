// A small Jupyter client: starts a kernel, runs code in it, and receives its outputs. No Python.
import { randomUUID } from "node:crypto";
import { Dealer, Subscriber } from "zeromq";
import type { ExecuteReply, Kernel, KernelOutput, StartOptions } from "./kernel";
import { type Kernelspec, readKernelspec } from "./kernelspec";
import { type KernelProcess, spawnKernel } from "./spawnKernel";
import { type Message, newHeader, pack, unpack } from "./wire";

type Content = Message["content"];
type Receive = (request: Request, message: Message) => void;

interface Request {
  readonly onOutput?: (output: KernelOutput) => void;
  readonly resolve: (reply: Content) => void;
  readonly reject: (error: Error) => void;
  reply?: Content;
  idle?: boolean;
}

/** The part of `patience` that each attempt at starting has. */
const attempts: readonly number[] = [1 / 6, 1 / 3, 1 / 2];

/** Starts a kernel and waits until it answers. The caller shuts it down. */
export async function startKernel(
  { spec = readKernelspec(), cwd = process.cwd(), env = {}, patience = 60_000, signal, largestMessage = -1 }: StartOptions = {},
): Promise<Kernel> {
  for (let attempt = 0; ; attempt++) {
    const child = await spawnKernel(spec, cwd, env);
    const giveUp = (): void => child.kill();
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted) giveUp();
    try {
      return await connect(child, spec, attempts[attempt] * patience, largestMessage);
    } catch (error) {
      child.kill();
      if (signal?.aborted) throw new Error("stopped before the kernel answered");
      // Between choosing the ports and the kernel's binding them another program may take one: the kernel ends, or nothing
      // answers where the client asks. Other ports help.
      if (attempt === attempts.length - 1 || !/in use|did not answer/i.test((error as Error).message)) throw error;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }
}

async function connect(child: KernelProcess, spec: Kernelspec, patience: number, maxMessageSize: number): Promise<Kernel> {
  const { connection } = child;
  const session = randomUUID();
  const requests = new Map<string, Request>();
  const shell = new Dealer({ linger: 0, maxMessageSize });
  const control = new Dealer({ linger: 500 });
  const iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0, maxMessageSize });
  const address = (port: number): string => `${connection.transport}://${connection.ip}:${port}`;
  shell.connect(address(connection.shell_port));
  control.connect(address(connection.control_port));
  iopub.connect(address(connection.iopub_port));
  iopub.subscribe();
  let closed = false;

  function request(type: string, content: Content, onOutput?: Request["onOutput"]): Promise<Content> {
    if (child.ended()) return Promise.reject(child.ended());
    const header = newHeader(type, session);
    return new Promise((resolve, reject) => {
      requests.set(header.msg_id, { onOutput, resolve, reject });
      shell.send(pack(connection.key, { identities: [], header, parent: {}, content })).catch(reject);
    });
  }

  function settle(id: string, pending: Request): void {
    if (!pending.reply || !pending.idle) return;
    requests.delete(id);
    pending.resolve(pending.reply);
  }

  async function listen(socket: Dealer | Subscriber, receive: Receive): Promise<void> {
    try {
      for await (const frames of socket) {
        const message = unpack(connection.key, frames);
        const id = message.parent.msg_id ?? "";
        const pending = requests.get(id);
        if (!pending) continue;
        receive(pending, message);
        settle(id, pending);
      }
    } catch (error) {
      if (!closed) fail(error as Error);
    }
  }

  function fail(error: Error): void {
    for (const pending of requests.values()) pending.reject(error);
    requests.clear();
  }

  function close(): void {
    if (closed) return;
    closed = true;
    for (const socket of [shell, control, iopub]) socket.close();
    child.removeFile();
  }

  child.onEnd((error) => {
    fail(error);
    close();
  });
  void listen(shell, (pending, message) => (pending.reply = message.content));
  void listen(iopub, (pending, { header, content }) => {
    if (header.msg_type !== "status") pending.onOutput?.({ type: header.msg_type, content });
    else if (content.execution_state === "idle") pending.idle = true;
  });

  const sendControl = (type: string, content: Content): void => {
    const message = { identities: [], header: newHeader(type, session), parent: {}, content };
    control.send(pack(connection.key, message)).catch(() => {});
  };

  const info = await answered(() => request("kernel_info_request", {}), patience);
  child.removeFile(); // the kernel has read it; so nothing is left when this process is killed

  // ZeroMQ ends a connection on which too large a message comes; the other reason is that the kernel ends, which is known a little later. Before
  // the kernel answers, another program may hold one of the ports for a moment, and end a connection to itself.
  const tooLarge = (): void => void (child.ended() ?? fail(new Error(`the kernel sent a message of more than ${maxMessageSize / 1e6} MB`)));
  if (maxMessageSize > 0) for (const socket of [shell, iopub]) socket.events.on("disconnect", () => setTimeout(tooLarge, 1000).unref());

  return {
    pid: child.pid,
    info,
    async execute(code, { onOutput } = {}) {
      // Requests are sent one at a time, so there is never one to be refused after a failure.
      const content = { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: false };
      return (await request("execute_request", content, onOutput)) as unknown as ExecuteReply;
    },
    request: (type, content) => request(type, content as Content),
    interrupt() {
      if (spec.interrupt_mode === "message") sendControl("interrupt_request", {});
      else child.kill("SIGINT");
    },
    async shutdown({ patience: wait = 3000 } = {}) {
      if (!child.ended()) sendControl("shutdown_request", { restart: false });
      const timer = setTimeout(() => child.kill("SIGKILL"), wait);
      await new Promise<void>((resolve) => child.onEnd(() => resolve()));
      clearTimeout(timer);
      close();
    },
  };
}

// A subscriber misses what is published before its subscription arrives, so the kernel is asked again until both its
// reply and its `idle` have arrived.
async function answered(ask: () => Promise<Content>, patience: number): Promise<Content> {
  let timer: NodeJS.Timeout | undefined;
  let timeout: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const again = (): void => void ask().then(resolve, reject);
      again();
      timer = setInterval(again, 500);
      const slow = new Error(`the kernel did not answer within ${Math.round(patience / 1000)} s; is the machine very busy?`);
      timeout = setTimeout(() => reject(slow), patience);
    });
  } finally {
    clearInterval(timer);
    clearTimeout(timeout);
  }
}
