// Reporting to the front end why a cell failed: tslab sends neither an `error` message nor the error in its reply.
import { setImmediate } from "node:timers/promises";
import type { JupyterHandlerImpl, ZmqServer } from "tslab/dist/jupyter";
import type { ErrorContent } from "./describeFailure";
import { batched } from "./sockets";

type ExecuteRequest = Parameters<JupyterHandlerImpl["handleExecute"]>[0];
type Parent = Parameters<ZmqServer["publishStatus"]>[1];

/** tslab's handler with the members that its types call private. */
export interface Handler extends Omit<JupyterHandlerImpl, "handleExecute"> {
  execCount: number;
  execQueue: { reset(delay?: number): void };
  handleExecute: JupyterHandlerImpl["handleExecute"];
  handleExecuteImpl: (request: ExecuteRequest, ...writers: unknown[]) => Promise<unknown>;
}

/** Sends what `describe` returns as an `error` message and in the reply, and batches the text that the cell prints. */
export function reportFailures(
  server: ZmqServer,
  handler: Handler,
  describe: () => ErrorContent | undefined,
): void {
  const parents = new WeakMap<object, Parent>();
  let running: ExecuteRequest | undefined;
  const { handleExecute, handleExecuteImpl } = handler;
  const serverExecute = server.handleExecute.bind(server);
  const reset = handler.execQueue.reset.bind(handler.execQueue);

  server.handleExecute = (socket, message) => {
    parents.set(message.content, message);
    return serverExecute(socket, message);
  };
  handler.handleExecuteImpl = async (request, ...writers) => {
    running = request;
    // tslab publishes "busy" when a request arrives; in "run all" the cell before then publishes "idle", which would stay.
    await setImmediate();
    const parent = parents.get(request);
    if (parent) server.publishStatus("busy", parent);
    return handleExecuteImpl.call(handler, request, ...writers);
  };
  // After a failure tslab refuses requests for 200 ms, so that "run all" stops, unless the client asked it not to.
  handler.execQueue.reset = (delay) => {
    const continues = (running as { stop_on_error?: boolean }).stop_on_error === false;
    reset(continues ? undefined : delay);
  };
  handler.handleExecute = async (request, writeStream, writeDisplay) => {
    const outputs = batched(writeStream, writeDisplay);
    const reply = await handleExecute.call(handler, request, outputs.stream, outputs.display);
    outputs.flush();
    if ((reply.status as string) === "abort") return { ...reply, status: "aborted" as never };
    if (reply.status !== "error") return { ...reply, payload: [], user_expressions: {} };
    const described = describe() ?? { ename: "Error", evalue: "the cell failed", traceback: [] };
    const message = parents.get(request)!.createReply();
    message.header.msg_type = "error";
    message.content = described;
    message.signAndSend(server.connInfo.key, server.iopub);
    return { ...reply, ...described };
  };
}
