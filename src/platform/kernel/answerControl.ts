// Requests to a kernel besides cells: an interrupt sent as a message, and the shutdown.
import type { ZmqServer } from "tslab/dist/jupyter";
import type { Handler } from "./reportFailures";
import { messageType, newHeader, pack, unpack } from "./wire";

/** Answers an interrupt message and a shutdown: the last messages are sent, then the process ends. */
export function answerControl(server: ZmqServer, handler: Handler): void {
  const handle = server.handleShellMessage.bind(server);
  const close = server.close.bind(server);
  server.handleShellMessage = async (socket, ...frames) => {
    if (messageType(frames) !== "interrupt_request") return handle(socket, ...frames);
    const { key } = server.connInfo;
    const { identities, header } = unpack(key, frames);
    process.emit("SIGINT");
    const reply = newHeader("interrupt_reply", header.session);
    await socket.send(pack(key, { identities, header: reply, parent: header, content: { status: "ok" } }));
  };
  handler.handleShutdown = (request) => ({ status: "ok", restart: request.restart === true });
  server.close = () => {
    close();
    setTimeout(() => process.exit(0), 50);   // a running cell would keep the process alive
  };
}

/** Ends this process when the Jupyter that started it has died, as ipykernel does; nothing else would. */
export function endWithParent(): void {
  if (!process.env.JPY_PARENT_PID) return;
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), 1000).unref();
}
