// Stands in for a kernel with comms and a page that draws widgets.
import { randomUUID } from "node:crypto";
import { type Comm, type CommListener, type CommMessage, setCommHost } from "../../../src/comms";

export interface FakeComm {
  readonly id: string;
  readonly target: string;
  readonly opened: CommMessage;
  /** What was sent, and "closed" at the end. */
  readonly sent: (CommMessage | "closed")[];
  readonly listener: CommListener;
}

export interface FakePage {
  readonly comms: FakeComm[];
  /** The comms of the models with this name. */
  models(name: string): FakeComm[];
  /** Changes keys of a model, as a hand on its knob does. */
  turn(comm: FakeComm, state: object): void;
  click(comm: FakeComm): void;
  /** Opens a comm to the kernel, and returns what it answers to a message. */
  ask(target: string, data: Record<string, unknown>): CommMessage[];
  /** Ends the kernel. */
  end(): void;
}

const accepted = new Map<string, (comm: Comm, message: CommMessage) => CommListener>();
const asked = new Set<string>();
let page: FakeComm[] = [];

const host = {
  open(target: string, opened: CommMessage, listener: CommListener): Comm {
    const one: FakeComm = { id: randomUUID(), target, opened, sent: [], listener };
    page.push(one);
    return { id: one.id, send: (message) => void one.sent.push(message), close: () => void one.sent.push("closed") };
  },
  accept: (target: string, opened: (comm: Comm, message: CommMessage) => CommListener): void => void accepted.set(target, opened),
  askedFor: (target: string): boolean => asked.has(target),
};
setCommHost(host); // before the library is loaded, as the kernel does

/** A page without anything on it. */
export function fakePage(): FakePage {
  setCommHost(host);
  asked.clear();
  const comms: FakeComm[] = [];
  page = comms;
  return {
    comms,
    models: (name) => comms.filter(({ opened }) => (opened.data.state as { _model_name: string })._model_name === name),
    turn: ({ listener }, state) => listener.message!({ data: { method: "update", state, buffer_paths: [] } }),
    click: ({ listener }) => listener.message!({ data: { method: "custom", content: { event: "click" } } }),
    ask(target, data) {
      asked.add(target);
      const answers: CommMessage[] = [];
      const comm: Comm = { id: "page", send: (message) => void answers.push(message), close() {} };
      accepted.get(target)!(comm, { data: {} }).message!({ data });
      return answers;
    },
    end: () => comms.forEach(({ listener }) => listener.closed?.()),
  };
}
