// No message is lost: sockets that are bound before they get one and never "busy", and printed text batched into few messages.
//
// zeromq.js sends while JavaScript is blocked, but by default only 512 times; the next send waits for the event loop,
// and every send until then throws EBUSY. tslab ignores that, so messages are lost, the last `idle` among them. With a
// send timeout of 0 every send takes the direct path, and without a high-water mark ZeroMQ's queue is unlimited.
// Publishers and routers never block, so nothing can be refused.
import type { ZmqServer } from "tslab/dist/jupyter";
import type { Publisher, Router } from "zeromq";

type Socket = Publisher | Router;
type WriteStream = (name: string, text: string) => void;
type WriteDisplay<Data> = (data: Data, update: boolean) => void;

/** Configures each socket when `server` creates it, before it is bound. */
export function neverBusy<Name extends string>(server: Record<Name, Socket>, names: readonly Name[]): void {
  for (const name of names) {
    let socket: Socket;
    Object.defineProperty(server, name, {
      get: () => socket,
      set(created: Socket) {
        created.sendTimeout = 0;
        created.sendHighWaterMark = 0;
        created.linger = 1000; // a client that went away must not keep the kernel from ending
        socket = created;
      },
    });
  }
}

/**
 * Binds the sockets of `server` one after the other, at once. Bound in threads, as tslab does it, one socket gets messages while it or
 * another still refuses to receive and to send ("Socket is blocked by a bind or unbind operation"), and the message is lost.
 */
export function bindAtOnce(server: ZmqServer): void {
  const binding = server as unknown as { bindSocket(socket: Socket, port: number): Promise<void> };
  binding.bindSocket = async (socket, port) => {
    const { transport, ip } = server.connInfo;
    socket.bindSync(`${transport}://${ip}:${port}`);
  };
}

export interface Outputs<Data> {
  stream: WriteStream;
  display: WriteDisplay<Data>;
  flush(): void;
}

const pause = 50; // ms

/**
 * A cell's two writers, with printed text merged: text is sent at once when the last message is `pause` ms old (also while
 * JavaScript is blocked), and otherwise collected until then. Jupyter drops output above 1000 messages a second.
 */
export function batched<Data>(stream: WriteStream, display: WriteDisplay<Data>): Outputs<Data> {
  let name = "";
  let text = "";
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (text === "") return;
    const collected = text;
    text = "";
    sent = Date.now();
    stream(name, collected);
  }

  return {
    stream(to, more) {
      if (to !== name) flush();
      name = to;
      text += more;
      if (Date.now() - sent >= pause) flush();
      else timer ??= setTimeout(flush, pause);
    },
    display(data, update) {
      flush();
      display(data, update);
    },
    flush,
  };
}
