// Executing cells one after the other, and telling the front end why one failed: tslab sends neither an `error` message nor the
// error in its reply.
import { setImmediate } from "node:timers/promises";
import type { JupyterHandlerImpl, ZmqServer } from "tslab/dist/jupyter";
import { abortQueue } from "./abortQueue";
import type { ErrorContent } from "./describeFailure";
import { batched } from "./sockets";

type ExecuteRequest = Parameters<JupyterHandlerImpl["handleExecute"]>[0];
type Reply = Awaited<ReturnType<JupyterHandlerImpl["handleExecute"]>>;
type Parent = Parameters<ZmqServer["publishStatus"]>[1];

/** tslab's handler with the members that its types call private. */
export interface Handler extends Omit<JupyterHandlerImpl, "handleExecute"> {
  execCount: number;
  execQueue: { reset(delay?: number): void };
  handleExecute: JupyterHandlerImpl["handleExecute"];
  handleExecuteImpl: (request: ExecuteRequest, ...writers: unknown[]) => Promise<unknown>;
}

/**
 * Sends what `describe` returns as an `error` message and in the reply, batches the text that the cell prints, and after a
 * failure aborts the requests that its client had sent before. Returns what drops them when stop is pressed between two cells.
 */
export function reportFailures(
  server: ZmqServer,
  handler: Handler,
  describe: () => ErrorContent | undefined,
): { drop(): void } {
  const parents = new WeakMap<object, Parent>();
  const queue = abortQueue();
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const { handleExecute, handleExecuteImpl } = handler;
  const serverExecute = server.handleExecute.bind(server);
  const reset = handler.execQueue.reset.bind(handler.execQueue);

  server.handleExecute = (socket, message) => {
    parents.set(message.content, message);
    queue.arrived(message.content, message.header);
    return serverExecute(socket, message);
  };
  handler.handleExecuteImpl = async (request, ...writers) => {
    // tslab publishes "busy" when a request arrives; in "run all" the cell before then publishes "idle", which would stay.
    await setImmediate();
    const parent = parents.get(request);
    if (parent) server.publishStatus("busy", parent);
    return handleExecuteImpl.call(handler, request, ...writers);
  };
  // tslab would refuse whatever arrives within 200 ms after a failure, and nothing later.
  handler.execQueue.reset = () => reset();

  const aborted = { status: "aborted" } as unknown as Reply;
  const execute: Handler["handleExecute"] = async (request, writeStream, writeDisplay) => {
    if (queue.aborts(request)) return aborted;
    const outputs = batched(writeStream, writeDisplay);
    const reply = await handleExecute.call(handler, request, outputs.stream, outputs.display);
    outputs.flush();
    if (reply.status !== "error") return { ...reply, payload: [], user_expressions: {} };
    const described = describe() ?? { ename: "Error", evalue: "the cell failed", traceback: [] };
    const message = parents.get(request)!.createReply();
    message.header.msg_type = "error";
    message.content = described;
    message.signAndSend(server.connInfo.key, server.iopub);
    if ((request as { stop_on_error?: boolean }).stop_on_error !== false) queue.failed();
    return { ...reply, ...described };
  };
  handler.handleExecute = (request, ...writers) => {
    waiting++;
    const reply = turn.then(() => (waiting--, execute(request, ...writers)));
    turn = reply.catch(() => {});
    return reply;
  };
  return { drop: () => void (waiting > 0 && queue.failed()) };
}
