// Comms of the Jupyter protocol, both ways, also while a cell runs: tslab ignores them.
import { randomUUID } from "node:crypto";
import type { ZmqServer } from "tslab/dist/jupyter";
import { type Comm, type CommHost, type CommListener, type CommMessage, setCommHost } from "../../comms";
import type { Handler } from "./reportFailures";
import { ownSession } from "./ownSession";
import { type Header, type Message, messageType, newHeader, pack, unpack } from "./wire";

interface OpenComm {
  readonly target: string;
  listener: CommListener;
}

const types = new Set(["comm_open", "comm_msg", "comm_close", "comm_info_request"]);

/**
 * Answers the messages of comms, and lets the library open comms (`commHost`). They end with the kernel: each is closed before it shuts
 * down or restarts, so that the page keeps no control that nothing hears. In a run without a `reader` the library gets none: nobody
 * would turn a knob, and none of them will be known when the notebook is opened.
 */
export function serveComms(server: ZmqServer, handler: Handler, { reader }: { reader: boolean }): void {
  const open = new Map<string, OpenComm>();
  const targets = new Map<string, Parameters<CommHost["accept"]>[1]>();
  const askedFor = new Set<string>();
  // What is sent belongs to the message that is being answered, or else to the cell that runs or ran last.
  let answered: Header | undefined;
  let cell: Header | undefined;

  function publish(type: string, content: Message["content"], { metadata, buffers }: Partial<CommMessage> = {}): void {
    const parent = answered ?? cell;
    if (!parent) return; // nobody has said anything to this kernel yet
    send(server.iopub, { identities: [], header: newHeader(type, ownSession), parent, content, metadata, buffers });
  }
  function send(socket: { send(frames: (Buffer | string)[]): Promise<void> }, message: Message): void {
    socket.send(pack(server.connInfo.key, message)).catch(() => {}); // the socket was closed: the kernel ends
  }

  function commOf(id: string): Comm {
    return {
      id,
      send: (message) => void (open.has(id) && publish("comm_msg", { comm_id: id, data: message.data }, message)),
      close: (message = { data: {} }) => void (open.delete(id) && publish("comm_close", { comm_id: id, data: message.data }, message)),
    };
  }

  const host: CommHost = {
    open(target, message, listener) {
      const id = randomUUID();
      open.set(id, { target, listener });
      publish("comm_open", { comm_id: id, target_name: target, data: message.data }, message);
      return commOf(id);
    },
    accept: (target, opened) => void targets.set(target, opened),
    askedFor: (target) => askedFor.has(target),
  };
  if (reader) setCommHost(host);

  function receive(type: string, { content, metadata, buffers }: Message): void {
    const { comm_id: id, target_name: target, data = {} } = content as { comm_id: string; target_name: string; data?: CommMessage["data"] };
    const message: CommMessage = { data, metadata, buffers };
    if (type === "comm_open") {
      askedFor.add(target);
      const opened = targets.get(target);
      if (!opened) return publish("comm_close", { comm_id: id, data: {} });
      const known: OpenComm = { target, listener: {} };
      open.set(id, known);
      known.listener = opened(commOf(id), message);
    } else if (type === "comm_msg") open.get(id)?.listener.message?.(message);
    else {
      const closed = open.get(id);
      open.delete(id);
      closed?.listener.closed?.();
    }
  }

  function information({ target_name }: Message["content"]): object {
    const wanted = [...open].filter(([, { target }]) => target_name === undefined || target === target_name);
    return { status: "ok", comms: Object.fromEntries(wanted.map(([id, { target }]) => [id, { target_name: target }])) };
  }

  const handle = server.handleShellMessage.bind(server);
  server.handleShellMessage = async (socket, ...frames) => {
    const type = messageType(frames) ?? "";
    if (!types.has(type)) return handle(socket, ...frames);
    const message = unpack(server.connInfo.key, frames);
    const { identities, header } = message;
    answered = header;
    publish("status", { execution_state: "busy" });
    try {
      if (type !== "comm_info_request") receive(type, message);
      else send(socket, { identities, header: newHeader("comm_info_reply", ownSession), parent: header, content: { ...information(message.content) } });
    } finally {
      publish("status", { execution_state: "idle" });
      answered = undefined;
    }
  };
  const headers = new WeakMap<object, Header>();
  const execute = server.handleExecute.bind(server);
  server.handleExecute = (socket, message) => {
    headers.set(message.content, message.header);
    return execute(socket, message);
  };
  const { handleExecuteImpl } = handler;
  handler.handleExecuteImpl = (request, ...writers) => {
    cell = headers.get(request);
    return handleExecuteImpl.call(handler, request, ...writers);
  };
  const shutdown = handler.handleShutdown;
  handler.handleShutdown = (request) => {
    for (const [id, { listener }] of [...open]) {
      commOf(id).close();
      listener.closed?.();
    }
    return shutdown.call(handler, request);
  };
}
