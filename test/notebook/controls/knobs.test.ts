// A panel of knobs: what is turned changes the run, is recorded, and can be played again.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { fakePage, type FakePage } from "./fakePage"; // first: the library asks for a page's comms when it is loaded
import { setCommHost } from "../../../src/comms";
import { noise, type Image } from "../../../src/image";
import { minimize, type Step } from "../../../src/minimize/minimize";
import type { Network } from "../../../src/networks/network";
import { randomVgg } from "../../../src/networks/vgg";
import { knobs, type Knobs, type KnobsOptions } from "../../../src/notebook/controls/knobs";
import { objective, type Objective } from "../../../src/objective";
import { adam } from "../../../src/optimizers/adam";
import { lbfgs } from "../../../src/optimizers/lbfgs";
import { content, smoothness, style } from "../../../src/terms";
import { leaksNothing } from "../../compare";
import { inFakeKernel, type Shown } from "../fakeKernel";

describe("knobs", () => {
  let network: Network;
  let photo: Image, strokes: Image, mosaic: Image;
  let goal: Objective;
  let page: FakePage;
  const folder = mkdtempSync(path.join(tmpdir(), "knobs-"));
  before(async () => {
    network = await randomVgg({ width: 1 / 16 });
    [photo, strokes, mosaic] = [1, 2, 3].map((seed) => noise([12, 16], { seed }));
  });
  after(() => { network.dispose(); tf.dispose([photo, strokes, mosaic]); rmSync(folder, { recursive: true }); });
  beforeEach(() => {
    goal = objective(network, [content(photo, { layers: ["relu2_2"] }), style(strokes, { layers: ["relu1_1", "relu2_1"], weight: 10 }), smoothness({ weight: 0 })]);
    page = fakePage();
  });
  afterEach(() => { goal.dispose(); setCommHost(undefined); });

  /** The last step's bytes of a run with a panel; `hand` turns its knobs before it is updated. */
  async function run(options: KnobsOptions = {}, hand: (panel: Knobs, step: Step) => unknown = () => {}, steps = 6, after: typeof hand = () => {}): Promise<{ x: Float32Array; panel: Knobs; shown: Shown[] }> {
    const panel = knobs(goal, { paintings: { strokes, mosaic }, folder, ...options });
    let x!: Float32Array;
    const shown = await inFakeKernel(async () => {
      for await (const step of minimize(goal, { start: photo, optimizer: panel.optimizer, steps })) {
        x = (await step.image.data<"float32">()).slice();
        await hand(panel, step);
        await panel.update(step);
        await after(panel, step);
      }
    });
    return { x, panel, shown };
  }
  const turn = (name: string, value: unknown): void => {
    const comm = page.comms.find(({ opened }) => (opened.data.state as { description?: string }).description === name);
    page.turn(comm!, { value });
  };

  it("that nobody turns change nothing: the bytes are those of a run without them, and nothing is recorded", async () => {
    const { x, panel, shown } = await run();
    let plain!: Float32Array;
    for await (const { image } of minimize(goal, { start: photo, optimizer: adam(), steps: 6 })) plain = (await image.data<"float32">()).slice();
    assert.deepEqual(x, plain);
    assert.deepEqual(panel.turns, []);
    assert.equal(shown.length, 2, "the panel, and its text at the end");
    assert.deepEqual(Object.keys(shown[1].data), ["text/plain"]);
    assert.equal(shown[1].data["text/plain"], `painting      [strokes] mosaic
rate          ━━━━━●───── 0.02 (2e-4 … 2)
content       ━━━━━●───── 1 (0.01 … 100)
style         ━━━━━●───── 10 (0.1 … 1e3)
style relu1_1 ━━━━━●───── 0.5 (0.005 … 50)
style relu2_1 ━━━━━●───── 0.5 (0.005 … 50)
smoothness    ━━━━━●───── 1 (0.01 … 100) · mute`, "a weight of 0 is muted");
    assert.ok(page.comms.every(({ sent }) => sent.at(-1) === "closed"), "no control is left that nobody hears");
  });

  it("turn weights, shares, mute, solo, the rate and the painting; played again without a page, the bytes are the same", () => leaksNothing(async () => {
    const seen: string[] = [];
    const played = await run({}, (_, { index, terms }) => {
      seen.push(terms.map(({ weight, layers }) => `${weight} ${JSON.stringify(layers)}`).join("; ") + ` ${terms[1].target === mosaic}`);
      if (index === 1) turn("style", 300);
      if (index === 2) for (const comm of page.comms) if ((comm.opened.data.state as { description?: string }).description === "solo") { page.turn(comm, { value: true }); break; }
      if (index === 3) page.turn(page.models("DropdownModel")[0], { index: 1 });
      if (index === 4) turn("rate", 0.1);
    });
    assert.deepEqual(played.panel.turns, [
      { step: 1, knob: "style", value: 300 }, { step: 2, knob: "solo style relu1_1", value: true },
      { step: 3, knob: "painting", value: "mosaic" }, { step: 4, knob: "rate", value: 0.1 },
    ]);
    const [content1, list, soloed, smooth] = ['1 ["relu2_2"]', '["relu1_1","relu2_1"]', '{"relu1_1":0.5,"relu2_1":0}', '0 ["pixels"]'];
    const of = (weight: number, layers: string, other = false): string => `${content1}; ${weight} ${layers}; ${smooth} ${other}`;
    assert.deepEqual(seen, [of(10, list), of(10, list), of(300, list), of(300, soloed), of(300, soloed, true), of(300, soloed, true), of(300, soloed, true)]);

    goal.dispose();
    setCommHost(undefined);
    goal = objective(network, [content(photo, { layers: ["relu2_2"] }), style(strokes, { layers: ["relu1_1", "relu2_1"], weight: 10 }), smoothness({ weight: 0 })]);
    const again = await run({ turns: JSON.parse(JSON.stringify(played.panel.turns)) });
    assert.deepEqual(again.x, played.x);
    assert.deepEqual(again.panel.turns, played.panel.turns);
    const { x: other } = await run({ turns: played.panel.turns.slice(0, 3) });
    assert.notDeepEqual(other, played.x, "the last turn counts");
  }));

  it("that are turned after the panel was updated count from the next step on, as they are recorded", async () => {
    const { x, panel } = await run({}, () => {}, 6, (_, { index }) => {
      if (index === 2) turn("rate", 0.2);
      if (index === 3) turn("style", 100);
    });
    assert.deepEqual(panel.turns, [{ step: 3, knob: "rate", value: 0.2 }, { step: 4, knob: "style", value: 100 }]);
    goal.dispose();
    goal = objective(network, [content(photo, { layers: ["relu2_2"] }), style(strokes, { layers: ["relu1_1", "relu2_1"], weight: 10 }), smoothness({ weight: 0 })]);
    assert.deepEqual((await run({ turns: panel.turns })).x, x);
  });

  it("pause the run, take a single step, and go on; the turns of the pause are taken when it ends", async () => {
    const indices: number[] = [];
    let resumed = false;
    const { panel } = await run({}, (_, { index }) => {
      indices.push(index);
      if (index !== 2) return;
      turn("pause", true);
      void (async () => {
        await sleep(30);
        assert.deepEqual(indices, [0, 1, 2]);
        turn("style", 20);
        turn("style", 40);
        page.click(page.models("ButtonModel")[0]);
        await sleep(400);
        assert.deepEqual(indices, [0, 1, 2, 3], "one step, and paused again");
        resumed = true;
        turn("pause", false);
      })();
    });
    assert.ok(resumed);
    assert.deepEqual(indices, [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(panel.turns, [{ step: 2, knob: "style", value: 40 }]);
  });

  it("save the picture with its settings, and go back to where they stood", async () => {
    const { panel } = await run({}, (_, { index }) => {
      if (index === 1) turn("style", 20);
      if (index === 2) page.click(page.models("ButtonModel")[1]);
      if (index === 3) page.click(page.models("ButtonModel")[2]);
    });
    assert.deepEqual(readdirSync(folder).sort(), ["step-0002.json", "step-0002.png"]);
    const saved = JSON.parse(readFileSync(path.join(folder, "step-0002.json"), "utf8"));
    assert.deepEqual([saved.step, saved.knobs.style, saved.turns], [2, 20, [{ step: 1, knob: "style", value: 20 }]]);
    assert.match(saved.objective[1], /style · relu1_1 · gram · 10$/);
    assert.deepEqual(page.models("LabelModel")[0].sent[0], { data: { method: "update", state: { value: `saved ${path.join(folder, "step-0002.png")}` }, buffer_paths: [] } });
    assert.deepEqual(panel.turns.at(-1), { step: 3, knob: "style", value: 10 });
    assert.deepEqual([goal.terms[1].weight, panel.controls.style.value], [10, 10]);
  });

  it("without a page: they wait for nothing, also with pause on", async () => {
    setCommHost(undefined);
    const { panel, shown } = await run({ optimizer: lbfgs(), paintings: {} }, ({ controls }) => { controls.pause.value = true; controls["mute content"].value = true; }, 2);
    assert.deepEqual(panel.turns, [{ step: 0, knob: "mute content", value: true }]);
    assert.ok(!("rate" in panel.controls) && !("painting" in panel.controls));
    assert.equal(shown.length, 1);
  });

  it("refuse paintings without the target, and turns of another panel", () => {
    assert.throws(() => knobs(goal, { paintings: { mosaic } }), /must contain the target of the style term/);
    assert.throws(() => knobs(goal, { turns: [{ step: 0, knob: "stile", value: 1 }] }), /no knob stile in this panel; did you mean style\?/);
    assert.ok(existsSync(folder));
  });
});
