// Requests to a kernel besides cells: an interrupt sent as a message, the history, and the shutdown.
import { Worker } from "node:worker_threads";
import type { ZmqServer } from "tslab/dist/jupyter";
import { isAlive } from "../files/isAlive";
import type { Handler } from "./reportFailures";
import { ownSession } from "./ownSession";
import { messageType, newHeader, pack, unpack } from "./wire";

/** What tslab handles; it prints a warning for anything else. */
const known = new Set(["kernel_info_request", "execute_request", "is_complete_request", "inspect_request", "complete_request", "shutdown_request"]);

/** Answers an interrupt message, a question about the history, and a shutdown: the last messages are sent, then the process ends. */
export function answerControl(server: ZmqServer, handler: Handler): void {
  const handle = server.handleShellMessage.bind(server);
  const close = server.close.bind(server);
  server.handleShellMessage = async (socket, ...frames) => {
    const type = messageType(frames) ?? "";
    if (known.has(type)) return handle(socket, ...frames);
    // JupyterLab asks for the history of every kernel; a message without an answer is for nobody here.
    const answers: Record<string, object | undefined> = { interrupt_request: { status: "ok" }, history_request: { status: "ok", history: [] } };
    const answer = answers[type];
    if (!answer) return;
    const { key } = server.connInfo;
    const { identities, header } = unpack(key, frames);
    if (type === "interrupt_request") process.emit("SIGINT");
    const reply = newHeader(type.replace("request", "reply"), ownSession);
    await socket.send(pack(key, { identities, header: reply, parent: header, content: { ...answer } }));
  };
  handler.handleShutdown = (request) => ({ status: "ok", restart: request.restart === true });
  server.close = () => {
    close();
    setTimeout(() => process.exit(0), 50);   // a running cell would keep the process alive
  };
}

/**
 * Ends this process when the Jupyter that started it has died, as ipykernel does; nothing else would. A cell that never yields cannot
 * be told, so a thread watches too, and kills.
 */
export function endWithParent(): void {
  if (!process.env.JPY_PARENT_PID) return;
  const parent = process.ppid;
  // It may have died before this line; on Windows the variable holds a handle.
  if (process.platform !== "win32" && !isAlive(Number(process.env.JPY_PARENT_PID))) process.exit(1);
  setInterval(() => process.ppid === parent || process.exit(1), 1000).unref();
  const watch = `setInterval(() => process.ppid === ${parent} || setTimeout(() => process.kill(process.pid, "SIGKILL"), 1500), 1000)`;
  new Worker(watch, { eval: true }).unref();
}
