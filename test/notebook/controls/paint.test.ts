// A mask painted on a photograph: strokes are data, with a picture where no page draws the brush.
import assert from "node:assert/strict";
import { afterEach, before, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { fakePage } from "./fakePage"; // first: the library asks for a page's comms when it is loaded
import { setCommHost } from "../../../src/comms";
import { guidedGram } from "../../../src/losses/guidedGram";
import { fullMask } from "../../../src/masks/propagate";
import { paint } from "../../../src/notebook/controls/paint";
import { show } from "../../../src/notebook/show";
import { leaksNothing } from "../../compare";
import { inFakeKernel, pictureOf } from "../fakeKernel";

const photo = (): tf.Tensor3D => tf.fill([64, 80, 3], 0.5);
const dot = { radius: 10, points: [[40, 32]] as [number, number][] };

before(() => tf.setBackend("cpu"));
afterEach(() => setCommHost(undefined));

it("what a page paints is the value, and its mask has ones there and fits the losses with masks", async () => {
  const page = fakePage();
  const image = photo();
  const sky = await paint(image);
  await inFakeKernel(() => show(sky));
  const [layout, brush] = page.comms;
  const state = brush.opened.data.state as Record<string, any>;
  assert.deepEqual([state._model_module, state._model_name, state._view_name, state.size, state.strokes, state.layout],
    ["anywidget", "AnyModel", "AnyView", [64, 80], [], `IPY_MODEL_${layout.id}`]);
  assert.match(state._esm, /export default \{\s+render\(\{ model, el \}\)/);
  assert.match(state.picture, /^data:image\/jpeg;base64,/);
  page.turn(brush, { strokes: [dot] });
  page.turn(brush, { radius: 4 }); // the brush is another size in a page that is opened later
  for (const nonsense of [{ strokes: null }, { strokes: [{ radius: -1, points: [[0, 0]] }] }, { strokes: "all" }]) page.turn(brush, nonsense);
  assert.deepEqual(sky.value, [dot]);
  const [mask, full] = [sky.mask(), fullMask(image)];
  assert.deepEqual([mask.shape, mask.arraySync()[32][40], mask.arraySync()[32][60]], [[64, 80], 1, 0]);
  guidedGram({ image: mask, target: full });
  const [answer] = page.ask("jupyter.widget.control", { method: "request_states" });
  const later = Object.values(answer.data.states as Record<string, { state: Record<string, unknown> }>).find(({ state }) => state.radius)!.state;
  assert.deepEqual([later.strokes, later.radius], [[dot], 4]);
  sky.close();
  tf.dispose([mask, full, image]);
});

it("without a page it is the mask of the strokes that it was given, shown as a picture and as text", async () => {
  const image = photo();
  const sky = await paint(image, { label: "sky", value: [dot] });
  const [shown] = await inFakeKernel(() => show(sky));
  assert.deepEqual(Object.keys(shown.data), ["image/png", "text/plain"]);
  assert.equal(shown.data["text/plain"], "sky 1 stroke, 6 % of 64×80"); // π 10² = 314 of 5120 pixels
  const { pixels, width } = await pictureOf(shown);
  const scale = width / 80;
  const at = (x: number, y: number): number[] => [...pixels.subarray(3 * (Math.round(y * scale) * width + Math.round(x * scale)), 3 * (Math.round(y * scale) * width + Math.round(x * scale)) + 3)];
  assert.deepEqual(at(5, 5), [128, 128, 128]);
  assert.ok(at(40, 32)[0] > 150 && at(40, 32)[2] < 100, `painted: ${at(40, 32)}`);
  image.dispose();
});

it("the picture follows what is painted, in the notebook that is saved", async () => {
  const page = fakePage();
  const image = photo();
  const sky = await paint(image);
  const shown = await inFakeKernel(async () => {
    await show(sky);
    page.turn(page.comms[1], { strokes: [dot] });
    await sleep(200);
    sky.close();
  });
  assert.notEqual(shown[1].data["image/png"], shown[0].data["image/png"]);
  assert.deepEqual([shown[0].data["text/plain"], shown[1].data["text/plain"]], ["mask nothing painted of 64×80", "mask 1 stroke, 6 % of 64×80"]);
  image.dispose();
});

it("an empty mask is refused with what to do, and nothing leaks", async () => {
  const image = photo();
  await leaksNothing(async () => {
    const sky = await paint(image, { label: "sky" });
    assert.throws(() => sky.mask(), /nothing is painted in "sky": paint on the photograph in JupyterLab/);
    sky.value = [dot];
    sky.mask().dispose();
    await sleep(50);
  });
  await assert.rejects(paint(image, { value: [{ radius: 0, points: [] }] }), /stroke 0 needs a radius/);
  image.dispose();
});
