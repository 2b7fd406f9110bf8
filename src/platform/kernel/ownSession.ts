// The session of all that the kernel says, as other kernels have it. tslab answers each client in that client's own session; a front end
// drops a message whose session is not that of the newest one that it received ("widget model not found"), and with two pages on one kernel
// those change all the time.
import { randomUUID } from "node:crypto";
import type { ZmqServer } from "tslab/dist/jupyter";

export const ownSession: string = randomUUID();

/** Lets tslab's replies be of `ownSession`. */
export function speakInOwnSession(server: ZmqServer): void {
  const publishStatus = server.publishStatus.bind(server);
  // "busy" is the first thing that tslab says about any message, with the very object that it then makes its replies of.
  server.publishStatus = (status, parent) => {
    const { createReply } = Object.getPrototypeOf(parent) as typeof parent;
    parent.createReply = () => {
      const reply = createReply.call(parent);
      reply.header.session = ownSession;
      return reply;
    };
    publishStatus(status, parent);
  };
}
