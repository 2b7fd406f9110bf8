// Comms as the Jupyter protocol has them, both ways, also while a cell runs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readKernelspec } from "../../../src/platform/kernel/kernelspec";
import { type KernelProcess, spawnKernel } from "../../../src/platform/kernel/spawnKernel";
import { CommClient } from "./commClient";

let kernel: KernelProcess;
let client: CommClient;
before(async () => {
  kernel = await spawnKernel(readKernelspec(), __dirname, {});
  client = await new CommClient(kernel.connection).ready();
  assert.equal(await client.run(`import { commHost } from "../../../dist/comms"; const host = commHost()!; typeof host.open`), "function\n");
});
after(() => {
  client.close();
  kernel.kill();
});

const commId = ({ content }: { content: Record<string, unknown> }): string => content.comm_id as string;
/** Opens a comm in a cell, and returns its id. */
async function opened(target: string, listener: string): Promise<string> {
  const id = client.execute(`const comm_${target} = host.open("${target}", { data: {} }, ${listener});`);
  await client.idle(id);
  return commId(await client.answer("comm_open", id));
}

test("a cell opens a comm: target, data, metadata and bytes arrive", async () => {
  const id = client.execute(`const opened = host.open("one", { data: { state: { value: 3 } }, metadata: { version: "2.1.0" },
    buffers: [new Uint8Array([0, 255, 7]), new Uint8Array(0)] }, {}); opened.send({ data: { more: true } });`);
  const { content, metadata, buffers } = await client.answer("comm_open", id);
  const { comm_id, ...rest } = content;
  assert.deepEqual(rest, { target_name: "one", data: { state: { value: 3 } } });
  assert.deepEqual([metadata, buffers!.map((bytes) => [...bytes])], [{ version: "2.1.0" }, [[0, 255, 7], []]]);
  assert.deepEqual((await client.answer("comm_msg", id)).content, { comm_id, data: { more: true } });
});

test("a message reaches a cell that runs, and its answer, with bytes, belongs to the message", async (t) => {
  const target = client.execute(`let heard = 0; const talk = host.open("talk", { data: {} }, { message({ data, buffers }) {
    heard = data.value as number; talk.send({ data: { twice: 2 * heard }, buffers }); } });`);
  const comm_id = commId(await client.answer("comm_open", target));
  const cell = client.execute("while (heard !== 21) await new Promise((done) => setTimeout(done, 5)); heard");
  await sleep(100);
  const delays: number[] = [];
  for (let value = 1; value <= 20; value++) {
    const began = performance.now();
    await client.answer("comm_msg", client.send("comm_msg", { comm_id, data: { value } }));
    delays.push(performance.now() - began);
  }
  delays.sort((a, b) => a - b);
  t.diagnostic(`there and back in ${delays[10].toFixed(0)} ms (median of 20), ${delays[19].toFixed(0)} ms at most`);
  const said = client.send("comm_msg", { comm_id, data: { value: 21 } }, { buffers: [Buffer.from([1, 2])] });
  const answer = await client.answer("comm_msg", said);
  await client.idle(cell);
  assert.deepEqual(answer.content, { comm_id, data: { twice: 42 } });
  assert.deepEqual([...answer.buffers![0]], [1, 2]);
  assert.equal((await client.answer("stream", cell)).content.text, "21\n");
  const states = client.said.filter(({ parent }) => parent.msg_id === said).map(({ header, content }) => content.execution_state ?? header.msg_type);
  assert.deepEqual(states, ["busy", "comm_msg", "idle"]);
});

test("comm_info lists what is open, by target; a comm that either end closed is forgotten", async () => {
  const [kept, mine, yours] = [await opened("kept", "{}"), await opened("mine", "{}"), await opened("yours", "{ closed: () => console.log('closed') }")];
  const closing = client.execute("comm_mine.close({ data: { why: 1 } }); comm_mine.send({ data: {} }); comm_mine.close();");
  await client.idle(closing);
  assert.deepEqual((await client.answer("comm_close", closing)).content, { comm_id: mine, data: { why: 1 } });
  assert.equal(client.said.filter(({ parent, header }) => parent.msg_id === closing && /^comm/.test(header.msg_type)).length, 1, "closed once, then silent");
  await client.idle(client.send("comm_close", { comm_id: yours, data: {} }));
  const all = (await client.answer("comm_info_reply", client.send("comm_info_request", {}))).content as { status: string; comms: Record<string, object> };
  assert.equal(all.status, "ok");
  assert.ok(kept in all.comms && !(mine in all.comms) && !(yours in all.comms), JSON.stringify(all));
  const some = (await client.answer("comm_info_reply", client.send("comm_info_request", { target_name: "kept" }))).content;
  assert.deepEqual(some.comms, { [kept]: { target_name: "kept" } });
  await client.hear("the listener's word", ({ content }) => content.text === "closed\n");
});

test("the page opens a comm where a target is accepted, and elsewhere is told that it is closed", async () => {
  await client.run(`host.accept("page", (comm, { data }) => (comm.send({ data: { got: data.a as number } }), { message: ({ data }) => comm.close({ data }) }));`);
  const said = client.send("comm_open", { comm_id: "from the page", target_name: "page", data: { a: 5 } });
  assert.deepEqual((await client.answer("comm_msg", said)).content, { comm_id: "from the page", data: { got: 5 } });
  const more = client.send("comm_msg", { comm_id: "from the page", data: { b: 6 } });
  assert.deepEqual((await client.answer("comm_close", more)).content, { comm_id: "from the page", data: { b: 6 } });
  const nobody = client.send("comm_open", { comm_id: "lost", target_name: "nobody", data: {} });
  assert.deepEqual((await client.answer("comm_close", nobody)).content, { comm_id: "lost", data: {} });
  await client.idle(client.send("comm_msg", { comm_id: "lost", data: {} }));
});

test("of 1,000 messages in a burst during a run none is lost, and the last one is the last", async () => {
  const target = client.execute(`const got: number[] = []; host.open("burst", { data: {} }, { message: ({ data }) => void got.push(data.i as number) });`);
  const comm_id = commId(await client.answer("comm_open", target));
  const cell = client.execute(`for (let end = Date.now() + 20_000; got.at(-1) !== 999 && Date.now() < end;) {
    for (let spin = Date.now() + 20; Date.now() < spin;); await new Promise((done) => setImmediate(done)); } got.every((n, i) => n === i) && got.length`);
  await sleep(100);
  const ids = Array.from({ length: 1000 }, (_, i) => client.send("comm_msg", { comm_id, data: { i } }));
  await client.idle(cell);
  assert.equal((await client.answer("stream", cell)).content.text, "1000\n");
  await client.idle(ids.at(-1)!);
  const idle = new Set(client.said.filter(({ content }) => content.execution_state === "idle").map(({ parent }) => parent.msg_id));
  assert.deepEqual(ids.filter((id) => !idle.has(id)), [], "a front end that waits for idle would wait forever");
});

test("a client goes away during a run: the run goes on, and another client takes over its comm", async (t) => {
  const first = await new CommClient(kernel.connection).ready();
  t.after(() => first.close());
  const target = first.execute(`let turned = 0; const knob = host.open("left", { data: {} }, { message: ({ data }) => void (turned = data.value as number) });`);
  const comm_id = commId(await first.answer("comm_open", target));
  first.execute("while (turned < 2) { knob.send({ data: { turned } }); await new Promise((done) => setTimeout(done, 5)); }");
  first.send("comm_msg", { comm_id, data: { value: 1 } });
  await first.hear("the new value", ({ content }) => (content.data as { turned?: number })?.turned === 1);
  first.close();
  const info = (await client.answer("comm_info_reply", client.send("comm_info_request", { target_name: "left" }))).content;
  assert.deepEqual(Object.keys(info.comms as object), [comm_id]);
  client.send("comm_msg", { comm_id, data: { value: 2 } });
  assert.equal(await client.run("turned"), "2\n");
});

test("all that a kernel says is of its own session, whoever asked: a page drops what is not of the newest message's", async (t) => {
  const second = await new CommClient(kernel.connection).ready();
  t.after(() => second.close());
  const types = ["history_request", "comm_info_request", "complete_request", "inspect_request"];
  for (const type of types) await second.answer(type.replace("request", "reply"), second.send(type, { code: "host", cursor_pos: 4 }));
  await second.idle(second.execute("throw new Error('on purpose')"));
  await second.idle(second.execute(`console.log(1); host.open("mine", { data: {} }, {})`));
  const said = [...client.said, ...second.said];
  assert.deepEqual([...new Set(said.map(({ header }) => header.session))], [client.said[0].header.session]);
  assert.ok(["error", "stream", "status", "comm_open", "execute_reply", "kernel_info_reply"].every((type) => said.some(({ header }) => header.msg_type === type)));
});

test("a page that is opened later, of another client, gets the state of a control, and turns it", async (t) => {
  await client.run(`import { show, slider } from "../../../dist/index"; const late = slider("late", { value: 0.25 }); await show(late);`);
  const second = await new CommClient(kernel.connection).ready();
  t.after(() => second.close());
  second.send("comm_open", { comm_id: "of the second page", target_name: "jupyter.widget.control", data: {} });
  const asked = second.send("comm_msg", { comm_id: "of the second page", data: { method: "request_states" } });
  const { content } = await second.answer("comm_msg", asked);
  const { method, states } = content.data as { method: string; states: Record<string, { model_name: string; state: { value: number; description: string } }> };
  const [id, { model_name, state }] = Object.entries(states).find(([, one]) => one.state.description === "late")!;
  assert.deepEqual([method, model_name, state.value], ["update_states", "FloatSliderModel", 0.25]);
  await second.idle(second.send("comm_msg", { comm_id: id, data: { method: "update", state: { value: 0.5 }, buffer_paths: [] } }));
  assert.equal(await client.run("late.value"), "0.5\n");
});

test("a message with a wrong signature is not heard", async () => {
  const comm_id = await opened("signed", "{ message: () => console.log('heard a forged message') }");
  const forger = new CommClient({ ...kernel.connection, key: "another" });
  forger.send("comm_msg", { comm_id, data: {} });
  await sleep(200);
  forger.close();
  await client.run("1");
  assert.ok(!client.said.some(({ content }) => /forged/.test(String(content.text))));
});

test("before it shuts down a kernel closes its comms, and both ends hear of it", async () => {
  const ending = await spawnKernel(readKernelspec(), __dirname, {});
  const last = await new CommClient(ending.connection).ready();
  try {
    const cell = last.execute(`import { commHost } from "../../../dist/comms"; import { display } from "tslab";
      const view = display && commHost()!.open("view", { data: {} }, { closed: () => console.log("the twin") });`);
    const comm_id = commId(await last.answer("comm_open", cell));
    await last.idle(cell);
    last.send("shutdown_request", { restart: true });
    assert.deepEqual((await last.answer("comm_close")).content, { comm_id, data: {} });
    await last.hear("what the listener did", ({ content }) => content.text === "the twin\n");
    await new Promise<void>((done) => ending.onEnd(() => done()));
  } finally {
    last.close();
    ending.kill();
  }
});
