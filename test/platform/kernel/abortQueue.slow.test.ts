// "Run all" ends at the first cell that fails, whatever the load.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer } from "zeromq";
import { abortQueue } from "../../../src/platform/kernel/abortQueue";
import { readKernelspec } from "../../../src/platform/kernel/kernelspec";
import { spawnKernel, type KernelProcess } from "../../../src/platform/kernel/spawnKernel";
import { type Header, newHeader, pack, unpack } from "../../../src/platform/kernel/wire";

interface Reply { status: string; ename?: string }

/** A Jupyter client that does not wait for replies, and can send a request later than its header says. */
class Client {
  readonly session = `session-${Math.random()}`;
  private readonly shell = new Dealer({ linger: 0 });
  private readonly replies = new Map<string, (reply: Reply) => void>();

  constructor(private readonly kernel: KernelProcess) {
    const { ip, shell_port } = kernel.connection;
    this.shell.connect(`tcp://${ip}:${shell_port}`);
    void this.listen().catch(() => {});
  }

  close(): void { this.shell.close(); }

  header(clock = 0, type = "execute_request"): Header {
    return { ...newHeader(type, this.session), date: new Date(Date.now() + clock).toISOString() };
  }

  /** Sends a request now; resolves with its reply. */
  send(code: string, header = this.header(), { stop_on_error = true } = {}): Promise<Reply> {
    const content = { code, silent: false, store_history: true, allow_stdin: false, stop_on_error };
    return new Promise((resolve, reject) => {
      this.replies.set(header.msg_id, resolve);
      this.shell.send(pack(this.kernel.connection.key, { identities: [], header, parent: {}, content })).catch(reject);
    });
  }

  private async listen(): Promise<void> {
    for await (const frames of this.shell) {
      const { parent, content } = unpack(this.kernel.connection.key, frames);
      this.replies.get(parent.msg_id!)?.(content as unknown as Reply);
    }
  }
}

let kernel: KernelProcess;
before(async () => {
  kernel = await spawnKernel(readKernelspec(), __dirname, {});
  const client = new Client(kernel);
  await client.send("1");
  client.close();
});
after(() => kernel.kill());

async function withClient(use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(kernel);
  try {
    await use(client);
  } finally {
    client.close();
  }
}
const statuses = (replies: readonly Reply[]): string => replies.map(({ status }) => status).join(" ");

describe("in a kernel", () => {
  for (const clock of [0, 3_600_000, -3_600_000])
    test(`cells sent before the failure are aborted, however late they arrive, with a client's clock off by ${clock / 1000} s`, () =>
      withClient(async (client) => {
        const headers = Array.from({ length: 5 }, () => client.header(clock));
        const failed = client.send('throw new Error("first");', headers[0]);
        const soon = client.send("1", headers[1]);
        assert.equal((await failed).status, "error");
        const late: Promise<Reply>[] = [];
        for (const [i, wait] of [100, 600, 1000].entries()) {
          await sleep(wait);
          late.push(client.send("1", headers[2 + i]));
        }
        assert.equal(statuses(await Promise.all([soon, ...late])), "aborted aborted aborted aborted");
        const next = await client.send("1", client.header(clock));
        assert.equal(next.status, "ok", "a cell that was run after the failure was seen");
      }));

  test("a failure with stop_on_error false aborts none", () => withClient(async (client) => {
    const replies = [client.send("nobody()", undefined, { stop_on_error: false }), client.send("1"), client.send("1")];
    assert.equal(statuses(await Promise.all(replies)), "error ok ok");
  }));

  test("another failure aborts again, and a compile error too", () => withClient(async (client) => {
    for (const code of ["nobody();", "throw 1;", "await Promise.reject(new Error('late'));"]) {
      assert.equal(statuses(await Promise.all([client.send(code), client.send("1")])), "error aborted");
      await sleep(600);
    }
    assert.equal((await client.send("1")).status, "ok");
  }));

  test("one press drops the queue, also when the cell ends by itself after it", () => withClient(async (client) => {
    assert.equal((await client.send('import { best, content, minimize, noise, objective, randomVgg } from "styloscope";' +
      'const network = await randomVgg({ width: 1 / 16 }); const start = noise([32, 32]);' +
      'const goal = objective(network, [content(start, { layers: ["relu1_1"] })]);')).status, "ok");
    const codes = [
      "for await (const step of minimize(goal, { start: noise([32, 32], { seed: 3 }), steps: 1e7 })) {}",
      "await new Promise(() => {});",
    ];
    for (const code of codes) {
      const replies = [client.send(code), client.send("1"), client.send("1")];
      await sleep(1000);
      kernel.kill("SIGINT");
      const [first, ...rest] = await Promise.all(replies);
      assert.equal(first.ename, "Interrupted", code);
      assert.equal(statuses(rest), "aborted aborted");
      await sleep(600);
    }
  }));

  test("no cell of a run-all is executed after a failing one, in 6 tries on a busy machine", () => withClient(async (client) => {
    const hogs = Array.from({ length: 6 }, () => spawn(process.execPath, ["-e", "const end = Date.now() + 60_000; while (Date.now() < end);"], { stdio: "ignore" }));
    try {
      for (let attempt = 0; attempt < 6; attempt++) {
        const replies = [client.send("await new Promise((r) => setTimeout(r, 5)); throw new Error('now');")];
        for (let i = 0; i < 8; i++) {
          const until = Date.now() + (i === 4 ? 120 : 15); // the client is busy too, and reads no reply before the last is sent
          while (Date.now() < until);
          replies.push(client.send("1"));
        }
        const [first, ...rest] = await Promise.all(replies);
        assert.equal(first.status, "error");
        assert.deepEqual(new Set(rest.map(({ status }) => status)), new Set(["aborted"]), `attempt ${attempt}`);
        await sleep(600);
      }
    } finally {
      for (const hog of hogs) hog.kill("SIGKILL");
    }
  }));
});

describe("by the clock", () => {
  const iso = (ms: number): string => new Date(ms).toISOString();

  test("what was sent half a second after the last aborted request runs, and so does all that follows", () => {
    let now = 1000;
    const queue = abortQueue(() => now);
    const ask = (sent: number, arrived = sent): boolean => {
      const request = {};
      now = arrived;
      queue.arrived(request, { session: "s", date: iso(sent) });
      return queue.aborts(request);
    };
    assert.equal(ask(1000), false, "nothing has failed");
    now = 1100;
    queue.failed();
    assert.deepEqual([ask(1050, 5000), ask(1590, 5001), ask(2080, 5002), ask(2590, 5003), ask(2591, 5004)],
      [true, true, true, false, false]);
  });

  test("a header without a date counts as sent when it arrived; a clock set back is believed for a minute", () => {
    let now = 0;
    const queue = abortQueue(() => now);
    const ask = (date: string, arrived: number): boolean => {
      const request = {};
      now = arrived;
      queue.arrived(request, { session: "s", date });
      return queue.aborts(request);
    };
    queue.failed();
    assert.deepEqual([ask("", 450), ask("", 1000)], [true, false]);
    ask(iso(1_000_000), 1_000_000);
    now = 1_000_001;
    queue.failed();
    assert.deepEqual([ask(iso(500_000), 1_030_000), ask(iso(530_002), 1_060_002)], [true, false]);
  });
});
