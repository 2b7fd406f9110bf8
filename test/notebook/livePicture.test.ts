// The live picture where a page draws widgets: a page that is opened later gets it, too.
import assert from "node:assert/strict";
import { afterEach, before, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { fakePage, type FakePage } from "./controls/fakePage"; // first: the library asks for a page's comms when it is loaded
import { setCommHost } from "../../src/comms";
import { live } from "../../src/notebook/live";
import reference from "./controls/ipywidgets.json";
import { inFakeKernel, type Shown } from "./fakeKernel";

before(() => tf.setBackend("cpu"));
afterEach(() => setCommHost(undefined));

const widgetView = "application/vnd.jupyter.widget-view+json";
const steps = 2;

/** A run of three steps, half a second apart, so that each is drawn. */
const run = (view = live()): Promise<Shown[]> => inFakeKernel(async () => {
  for (let index = 0; index <= steps; index++) {
    const image = tf.fill([16, 16, 3], index / 10) as tf.Tensor3D;
    const numbers = { loss: 9 - index, parts: { content: 9 - index }, unweighted: { content: 1 }, gradientNorm: 1, seconds: index };
    await view.update({ index, steps, ...numbers, image });
    image.dispose();
    await sleep(index < steps ? 600 : 0);
  }
});
/** What a page that is opened now gets: the bytes of the pictures that it asks for. */
const later = (page: FakePage): Buffer[] => (page.ask("jupyter.widget.control", { method: "request_states" })[0].buffers ?? []).map((bytes) => Buffer.from(bytes));

it("is a widget where a page has asked for widgets: its bytes are sent, the output is replaced at the end only, and a later page gets the last picture", async () => {
  const page = fakePage();
  assert.deepEqual(later(page), []);
  const shown = await run();
  const [image] = page.models("ImageModel");
  assert.deepEqual(shown[0].data[widgetView], { version_major: 2, version_minor: 0, model_id: image.id });
  const keys = Object.keys(image.opened.data.state as object);
  assert.deepEqual(keys.filter((key) => !(key in reference.states.ImageModel && reference.keysOf7.ImageModel.includes(key))), [], "ipywidgets 8 and 7 have them");
  assert.equal(shown[0].data["image/jpeg"], Buffer.from(image.opened.buffers![0]).toString("base64"), "the twin is the picture");
  assert.deepEqual(shown.slice(0, 2).map(({ data, id }) => [widgetView in data, id === shown[0].id]), [[true, true], [false, true]], "then the best image");
  const sent = image.sent as unknown as { buffers: Uint8Array[] }[];
  assert.ok(sent.length >= 1, "the picture at the end");
  assert.deepEqual(later(page), [Buffer.from(sent.at(-1)!.buffers[0])]);
  assert.notDeepEqual(later(page), [Buffer.from(image.opened.buffers![0])]);
  await run();
  assert.equal(image.sent.at(-1), "closed", "one picture is kept, not one for every run");
  assert.equal(later(page).length, 1);
});

it("is an output that is replaced where no page has asked for widgets", async () => {
  const page = fakePage();
  const shown = await run();
  assert.deepEqual(page.comms, []);
  assert.ok(shown.every(({ data }) => !(widgetView in data)));
});
