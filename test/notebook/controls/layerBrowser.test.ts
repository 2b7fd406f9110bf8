// The layer browser: what it computes, against the network itself, and what a page and a notebook get of it.
import assert from "node:assert/strict";
import { after, afterEach, before, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { fakePage } from "./fakePage"; // first: the library asks for a page's comms when it is loaded
import { setCommHost } from "../../../src/comms";
import { noise, type Image } from "../../../src/image";
import type { Network } from "../../../src/networks/network";
import { randomVgg } from "../../../src/networks/vgg";
import { exciting } from "../../../src/notebook/controls/exciting";
import { layerBrowser } from "../../../src/notebook/controls/layerBrowser";
import { show } from "../../../src/notebook/show";
import { leaksNothing } from "../../compare";
import { inFakeKernel, pictureOf } from "../fakeKernel";

let network: Network;
let photo: Image;
before(async () => {
  network = await randomVgg({ width: 1 / 16 });
  photo = noise([24, 32], { seed: 3 });
});
after(() => { network.dispose(); photo.dispose(); });
afterEach(() => setCommHost(undefined));

const meanOf = (image: Image, layer: string, channel: number): number =>
  tf.tidy(() => tf.mean(tf.gather(network.features(image, [layer])(layer), [channel], 2)).dataSync()[0]);

it("what excites a channel makes it more active than noise and the photograph do, with values in 0…1, and nothing leaks", async () => {
  await leaksNothing(async () => {
    const [found, faint] = [await exciting(network, "relu2_1", 3, { side: 24 }), noise([24, 24], { strength: 0.1 })];
    const [high, low] = [meanOf(found, "relu2_1", 3), meanOf(faint, "relu2_1", 3)];
    assert.ok(high > 1.5 * low && high > meanOf(photo, "relu2_1", 3), `${high} after the ascent, ${low} before it`);
    assert.ok(found.dataSync().every((value) => value >= 0 && value <= 1));
    tf.dispose([found, faint]);
  });
});

it("begins with the most active channel; without a page it is a picture and a line, and nothing leaks", async () => {
  const means = tf.tidy(() => tf.mean(network.features(photo, ["relu3_1"])("relu3_1"), [0, 1]).dataSync());
  const strongest = means.indexOf(Math.max(...means));
  await leaksNothing(async () => {
    const browser = await layerBrowser(network, photo);
    assert.deepEqual([browser.layer.value, browser.channel.value], ["relu3_1", strongest]);
    const [shown] = await inFakeKernel(() => show(browser));
    assert.deepEqual(Object.keys(shown.data), ["image/jpeg", "text/plain"]);
    assert.equal(shown.data["text/plain"], `relu3_1, channel ${strongest} of 0 … ${means.length - 1}`);
    const { width, height } = await pictureOf(shown);
    assert.deepEqual([width, height], [1350, 393]);
    browser.close();
  });
});

it("a page turns the layer and the channel, gets the picture as bytes and how many channels there are, and a burst ends at its last value", async () => {
  const page = fakePage();
  const browser = await layerBrowser(network, photo, { layer: "relu1_1", channel: 2 });
  await inFakeKernel(() => show(browser));
  const [layer] = page.models("DropdownModel");
  const [channel] = page.models("FloatSliderModel");
  const [image] = page.models("ImageModel");
  assert.deepEqual([image.opened.data.buffer_paths, (image.opened.data.state as object)["value" as never]], [[["value"]], undefined]);
  const first = image.opened.buffers![0];
  assert.deepEqual([...first.subarray(0, 3)], [0xff, 0xd8, 0xff], "a JPEG");
  for (let i = 0; i < 100; i++) page.turn(channel, { value: i % 4 });
  page.turn(layer, { index: network.layers.indexOf("relu2_1") });
  await browser.drawn();
  for (const value of [400, 7]) page.turn(channel, { value });
  await browser.drawn();
  assert.deepEqual([browser.layer.value, browser.channel.value], ["relu2_1", 7]);
  const sent = image.sent as { data: { buffer_paths: unknown }; buffers: Uint8Array[] }[];
  assert.ok(sent.length > 0 && sent.length <= 8, `${sent.length} pictures of 102 turns`);
  assert.deepEqual(sent.at(-1)!.data.buffer_paths, [["value"]]);
  assert.notDeepEqual(sent.at(-1)!.buffers[0], first);
  assert.equal(Buffer.from(sent.at(-1)!.buffers[0]).toString("base64"), browser.twin()["image/jpeg"]);
  const told = channel.sent.at(-1) as { data: { state: { max: number } } };
  assert.equal(told.data.state.max, network.features(photo, ["relu2_1"])("relu2_1").shape[2] - 1);
  const [answer] = page.ask("jupyter.widget.control", { method: "request_states" });
  const at = (answer.data.buffer_paths as string[][]).findIndex(([id]) => id === image.id);
  assert.deepEqual(answer.data.buffer_paths as string[][], [[image.id, "state", "value"]]);
  assert.equal(Buffer.from(answer.buffers![at]).toString("base64"), browser.twin()["image/jpeg"]);
  browser.close();
});

it("refuses a layer and a channel that there are not", async () => {
  await assert.rejects(layerBrowser(network, photo, { layer: "relu9_1" }), /no name relu9_1 in the choice "layer"; did you mean/);
  await assert.rejects(layerBrowser(network, photo, { layer: "relu1_1", channel: 400 }), /relu1_1 has the channels 0 to \d+, and cannot show 400/);
});
