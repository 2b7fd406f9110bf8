// A front end that sends before the kernel listens gets every answer.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type JupyterHandlerImpl, ZmqServer } from "tslab/dist/jupyter";
import { Dealer } from "zeromq";
import { bindAtOnce } from "../../../src/platform/kernel/sockets";
import { newHeader, pack } from "../../../src/platform/kernel/wire";

const folder = mkdtempSync(path.join(tmpdir(), "bind-test-"));
const file = path.join(folder, "connection.json");
after(() => rmSync(folder, { recursive: true }));
const handler = { handleKernel: () => ({}), close() {} } as unknown as JupyterHandlerImpl;
const asked = 20;

test("messages that wait for the kernel's port to open are all answered", async () => {
  // With tslab's own way of binding, two to seven of sixty starts lost messages.
  for (let start = 0; start < 60; start++) {
    const [shell_port, iopub_port, control_port, stdin_port, hb_port] = await freePorts();
    const connection = { transport: "tcp", ip: "127.0.0.1", key: "key", shell_port, iopub_port, control_port, stdin_port, hb_port };
    writeFileSync(file, JSON.stringify(connection));
    const client = new Dealer({ linger: 0, reconnectInterval: 1, receiveTimeout: 5000 });
    client.connect(`tcp://127.0.0.1:${shell_port}`);
    for (let i = 0; i < asked; i++)
      void client.send(pack("key", { identities: [], header: newHeader("kernel_info_request", "session"), parent: {}, content: {} }));
    await wait(5);
    const server = new ZmqServer(handler, file);
    bindAtOnce(server);
    try {
      await server.init();
      for (let i = 0; i < asked; i++) await client.receive();
    } finally {
      client.close();
      server.close();
    }
  }
});

async function freePorts(): Promise<number[]> {
  const servers = Array.from({ length: 5 }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
