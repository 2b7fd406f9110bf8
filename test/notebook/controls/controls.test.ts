// Controls: plain values with ipywidgets' models, and lines of text where nobody draws those.
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fakePage } from "./fakePage"; // first: the library asks for a page's comms when it is loaded
import { setCommHost } from "../../../src/comms";
import { button } from "../../../src/notebook/controls/button";
import { choice } from "../../../src/notebook/controls/choice";
import type { Control } from "../../../src/notebook/controls/control";
import { slider } from "../../../src/notebook/controls/slider";
import { text } from "../../../src/notebook/controls/text";
import { toggle } from "../../../src/notebook/controls/toggle";
import { show } from "../../../src/notebook/show";
import { inFakeKernel } from "../fakeKernel";
import reference from "./ipywidgets.json";

afterEach(() => setCommHost(undefined));

const view = "application/vnd.jupyter.widget-view+json";
const weight = (): Control<number> => slider("style", { min: 1, max: 1000, value: 30, logarithmic: true });
const all: [string, () => Control, string][] = [
  ["FloatSlider", () => slider("blend", { value: 0.25 }), "blend ━━━●─────── 0.25 (0 … 1)"],
  ["FloatLogSlider", weight, "style ━━━━━●───── 30 (1 … 1e3)"],
  ["Dropdown", () => choice("painting", ["strokes", "mosaic"], { value: "mosaic" }), "painting strokes [mosaic]"],
  ["ToggleButton", () => toggle("mute", { value: true }), "mute ● on"],
  ["Button", () => button("again"), "again (a button)"],
  ["Text", () => text("title", { value: "Valley" }), 'title "Valley"'],
];

describe("every control", () => {
  for (const [model, make, line] of all) {
    it(`${model}: opens ipywidgets' own models, children first, and shows the view beside its text`, async () => {
      const page = fakePage();
      const [shown] = await inFakeKernel(() => show(make()));
      const known: Record<string, Record<string, unknown>> = reference.states;
      const states = page.comms.map(({ opened }) => opened.data.state as Record<string, unknown>);
      assert.deepEqual(states.map((state) => state._model_name), ["LayoutModel", known[`${model}Model`].style ? states[1]._model_name : "", `${model}Model`]);
      for (const state of states) {
        const expected = known[state._model_name as string];
        assert.ok(expected, `ipywidgets has no ${state._model_name}`);
        const keys = (reference.keysOf7 as Record<string, string[]>)[state._model_name as string];
        for (const [key, value] of Object.entries(state)) {
          assert.ok(key in expected, `${state._model_name} has no ${key}`);
          assert.ok(keys.includes(key), `in ipywidgets 7, which VS Code takes, ${state._model_name} has no ${key}`);
          if (key.startsWith("_") && !key.startsWith("_options")) assert.equal(value, expected[key], key);
        }
      }
      assert.ok(page.comms.every(({ target, opened: { metadata, data } }) =>
        target === "jupyter.widget" && metadata!.version === "2.1.0" && Array.isArray(data.buffer_paths)));
      const [layout, style, own] = page.comms;
      assert.equal(states[2].layout, `IPY_MODEL_${layout.id}`);
      assert.equal(states[2].style, `IPY_MODEL_${style.id}`);
      assert.deepEqual(shown.data, { [view]: { version_major: 2, version_minor: 0, model_id: own.id }, "text/plain": line });
    });

    it(`${model}: without a page it is its value, a line of text, and has no changes to wait for`, async () => {
      const knob = make();
      const before = knob.value;
      const [shown] = await inFakeKernel(() => show(knob));
      for await (const _ of knob.changes()) assert.fail("nobody can turn it");
      assert.deepEqual([shown.data, knob.value], [{ "text/plain": line }, before]);
    });

    it(`${model}: closed, its comms are closed, the text stays on the page, and it opens anew`, async () => {
      const page = fakePage();
      const knob = make();
      const shown = await inFakeKernel(async () => {
        await show(knob);
        knob.close();
        await show(knob);
      });
      assert.deepEqual(page.comms.map(({ sent }) => sent.at(-1)), ["closed", "closed", "closed", undefined, undefined, undefined]);
      assert.deepEqual([shown[1].data, shown[1].update, shown[1].id], [{ "text/plain": line }, true, shown[0].id]);
      assert.notDeepEqual(shown[2].data, shown[0].data);
    });
  }
});

const turned: [string, Control, object, unknown][] = [
  ["FloatSlider", slider("blend"), { value: 0.5 }, 0.5],
  ["FloatSlider", slider("blend"), { value: 1.0000000000000002 }, 1],
  ["FloatLogSlider", weight(), { value: 125.5 }, 125.5],
  ["Dropdown", choice("painting", ["strokes", "mosaic"]), { index: 1 }, "mosaic"],
  ["ToggleButton", toggle("mute"), { value: true }, true],
  ["Text", text("title"), { value: "A" }, "A"],
];

describe("a page", () => {
  for (const [model, knob, state, value] of turned)
    it(`turns ${model} to ${value}; what makes no sense is not taken`, async () => {
      const page = fakePage();
      await inFakeKernel(() => show(knob));
      const [comm] = page.models(`${model}Model`);
      page.turn(comm, state);
      assert.equal(knob.value, value);
      for (const nonsense of [{}, { value: null, index: null }, { value: {}, index: 7 }, { value: NaN, index: -1 }]) page.turn(comm, nonsense);
      assert.equal(knob.value, value);
    });

  it("draws a logarithmic slider and sends back its value with a rounding error, which is no turn", async () => {
    const page = fakePage();
    const knob = slider("rate", { min: 2e-4, max: 2, value: 0.02, logarithmic: true });
    await inFakeKernel(() => show(knob));
    page.turn(page.models("FloatLogSliderModel")[0], { value: 0.020000000000000004 }); // seen in JupyterLab 4.6.6
    assert.equal(knob.value, 0.02);
    page.turn(page.models("FloatLogSliderModel")[0], { value: 0.02001 });
    assert.equal(knob.value, 0.02001);
  });

  it("presses a button: its value counts", async () => {
    const page = fakePage();
    const knob = button("again");
    await inFakeKernel(() => show(knob));
    for (let i = 0; i < 3; i++) page.click(page.models("ButtonModel")[0]);
    assert.equal(knob.value, 3);
  });

  it("gets the value that a cell sets, and a control refuses a value that it cannot have", async () => {
    const page = fakePage();
    const knob = weight();
    await inFakeKernel(() => show(knob));
    knob.value = 100;
    assert.deepEqual(page.models("FloatLogSliderModel")[0].sent, [{ data: { method: "update", state: { value: 100 }, buffer_paths: [] } }]);
    assert.throws(() => { knob.value = 1001; }, /the slider "style" goes from 1 to 1000, and cannot be 1001/);
    assert.throws(() => slider("s", { min: 2, max: 1 }), /needs min < max, got 2 and 1/);
    assert.throws(() => slider("s", { logarithmic: true }), /is logarithmic, so min must be above 0, got 0/);
    assert.throws(() => slider("s", { min: 1, logarithmic: true, max: 2, step: 1 }), /has no step/);
    assert.throws(() => choice("c", ["a", "b"], { value: "ab" as "a" }), /no name ab in the choice "c"; did you mean/);
    assert.throws(() => choice("c", []), /nothing to choose from/);
    assert.throws(() => { toggle("t").value = 1 as unknown as boolean; }, /true or false/);
    assert.throws(() => { text("t").value = 1 as unknown as string; }, /cannot be 1/);
    assert.equal(knob.value, 100);
  });

  it("that is opened later asks for the state of all that is open, also of one model, and of nothing that was closed", async () => {
    const page = fakePage();
    const [kept, gone] = [weight(), toggle("gone")];
    await inFakeKernel(async () => (await show(kept), await show(gone)));
    page.turn(page.models("FloatLogSliderModel")[0], { value: 77 });
    gone.close();
    const [{ data }] = page.ask("jupyter.widget.control", { method: "request_states" });
    const states = data.states as Record<string, { model_name: string; model_module: string; model_module_version: string; state: Record<string, unknown> }>;
    assert.equal(data.method, "update_states");
    assert.ok(!(page.models("ToggleButtonModel")[0].id in states), "a ghost");
    const { id, listener, sent } = page.models("FloatLogSliderModel")[0];
    assert.deepEqual([states[id].model_module, states[id].model_module_version, states[id].state.value], ["@jupyter-widgets/controls", "2.0.0", 77]);
    listener.message!({ data: { method: "request_state" } });
    assert.deepEqual(sent.at(-1), { data: { method: "update", state: states[id].state, buffer_paths: [] } });
    kept.close();
    const [after] = page.ask("jupyter.widget.control", { method: "request_states" });
    assert.ok(!(id in (after.data.states as object)));
  });

  it("keeps the text of the value beside the knob, for a notebook that is saved, once the hand rests", async () => {
    const page = fakePage();
    const knob = weight();
    const shown = await inFakeKernel(async () => {
      await show(knob);
      for (const value of [50, 80, 100]) page.turn(page.models("FloatLogSliderModel")[0], { value });
      await sleep(2200);
    });
    const [first, ...updates] = shown.filter(({ id }) => id === shown[0].id); // controls of other tests are still open
    assert.deepEqual(updates.map(({ data }) => data), [{ [view]: first.data[view], "text/plain": "style ━━━━━━━●─── 100 (1 … 1e3)" }]);
    knob.close();
  });

  it("whose kernel ends keeps the text with the last value", async () => {
    const page = fakePage();
    const knob = weight();
    const shown = await inFakeKernel(async () => {
      await show(knob);
      page.turn(page.models("FloatLogSliderModel")[0], { value: 1000 });
      page.end();
    });
    assert.deepEqual(shown[1].data, { "text/plain": "style ━━━━━━━━━━● 1e3 (1 … 1e3)" });
  });
});

describe("changes()", () => {
  it("gives a slow loop the latest value, loses none at the end, and ends when the control is closed", async () => {
    const page = fakePage();
    const knob = slider("blend");
    await inFakeKernel(() => show(knob));
    const [comm] = page.models("FloatSliderModel");
    const seen: number[] = [];
    const loop = (async () => {
      for await (const value of knob.changes()) {
        seen.push(value);
        await sleep(5);
      }
    })();
    await sleep(0);
    for (let i = 1; i <= 1000; i++) page.turn(comm, { value: i / 1000 });
    await sleep(20);
    page.turn(comm, { value: 0.5 });
    await sleep(20);
    knob.close();
    await loop;
    assert.deepEqual(seen, [1, 0.5]);
    assert.equal(knob.listeners.size, 0);
  });
});
