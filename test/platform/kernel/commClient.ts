// A Jupyter client that speaks comms, for tests: it sends any message, and keeps all that the kernel says.
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { type Connection, type Message, newHeader, pack, unpack } from "../../../src/platform/kernel/wire";

export class CommClient {
  readonly session: string = `session-${Math.random()}`;
  /** Every message from the kernel, in the order of its arrival. */
  readonly said: Message[] = [];
  private readonly shell = new Dealer({ linger: 0, sendTimeout: 0, sendHighWaterMark: 0 });
  private readonly iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });

  constructor(private readonly connection: Connection) {
    const { ip, shell_port, iopub_port } = connection;
    this.shell.connect(`tcp://${ip}:${shell_port}`);
    this.iopub.connect(`tcp://${ip}:${iopub_port}`);
    this.iopub.subscribe();
    for (const socket of [this.shell, this.iopub]) void this.listen(socket).catch(() => {});
  }

  close(): void {
    this.shell.close();
    this.iopub.close();
  }

  /** Resolves when the kernel's publications arrive. */
  async ready(): Promise<this> {
    for (;;) {
      const id = this.send("kernel_info_request", {});
      await sleep(50);
      if (this.said.some(({ header, parent }) => header.msg_type === "status" && parent.msg_id === id)) return this;
    }
  }

  /** Sends a message, and returns its id. */
  send(type: string, content: object, more: Pick<Message, "metadata" | "buffers"> = {}): string {
    const header = newHeader(type, this.session);
    this.shell.send(pack(this.connection.key, { identities: [], header, parent: {}, content: { ...content }, ...more })).catch(() => {});
    return header.msg_id;
  }

  execute(code: string): string {
    return this.send("execute_request", { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: false });
  }

  /** The first message that `wanted` accepts, as soon as there is one. */
  async hear(what: string, wanted: (message: Message) => boolean): Promise<Message> {
    for (let i = 0; i < 1500; i++) {
      const found = this.said.find(wanted);
      if (found) return found;
      await sleep(10);
    }
    throw new Error(`no ${what} within 15 s; heard: ${this.said.map(({ header }) => header.msg_type).join(" ")}`);
  }

  /** The first message of this type; with `parent`, the answer to that message. */
  answer(type: string, parent?: string): Promise<Message> {
    return this.hear(type, (message) => message.header.msg_type === type && (!parent || message.parent.msg_id === parent));
  }

  /** Resolves when everything that the message caused has been said. */
  idle(parent: string): Promise<Message> {
    return this.hear("idle", ({ content, parent: of }) => content.execution_state === "idle" && of.msg_id === parent);
  }

  /** Runs a cell to its end, and returns what it printed. */
  async run(code: string): Promise<string> {
    const id = this.execute(code);
    await this.idle(id);
    return this.said.filter(({ header, parent }) => parent.msg_id === id && header.msg_type === "stream").map(({ content }) => content.text).join("");
  }

  private async listen(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) this.said.push(unpack(this.connection.key, frames));
  }
}
