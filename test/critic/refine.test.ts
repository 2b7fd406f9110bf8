// A transfer refined by a critic: what it yields, when the critic learns, that it ends and leaves nothing, and bad input.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { CriticLayer } from "../../src/critic/patchCritic";
import { refine, type RefineOptions, type RefineStep } from "../../src/critic/refine";
import type { Image } from "../../src/image";
import { best } from "../../src/minimize/best";
import { minimize } from "../../src/minimize/minimize";
import { randomVgg, type Vgg } from "../../src/networks/vgg";
import { live } from "../../src/notebook/live";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { fourier } from "../../src/optimizers/fourier";
import { lbfgs } from "../../src/optimizers/lbfgs";
import { reparameterize } from "../../src/optimizers/reparameterize";
import { sample } from "../../src/platform/files/sample";
import { transferTerms } from "../../src/recipes/transferTerms";
import { assertClose, leaksNothing, numbers } from "../compare";

const layers: readonly CriticLayer[] = [{ channels: 4, size: 3, stride: 1 }, { channels: 1, size: 3, stride: 1 }];
let network: Vgg;
let photo: Image;
let painting: Image;
let options: RefineOptions;
before(async () => {
  network = await randomVgg({ width: 1 / 16 });
  [photo, painting] = [await sample("valley", { cover: [32, 32] }), await sample("mosaic", { cover: [36, 32] })];
  options = { photo, painting, layers, layer: "relu2_1", steps: 6, every: 2, updates: 2 };
});
after(() => { network.dispose(); tf.dispose([photo, painting]); });

interface Seen extends Pick<RefineStep, "index" | "loss" | "parts" | "critic" | "stopped" | "terms"> { readonly pixels: number[] }

async function steps(changes: Partial<RefineOptions> = {}): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const { index, loss, parts, critic, stopped, terms, image } of refine(network, photo, { ...options, ...changes }))
    seen.push({ index, loss, parts, critic, stopped, terms, pixels: [...numbers(image)] });
  return seen;
}

describe("refine", () => {
  it("yields as minimize does: the start, then each step, the critic's part beside the transfer's, and nothing is left behind", () => leaksNothing(async () => {
    const seen = await steps();
    assert.deepEqual(seen.map(({ index }) => index), [0, 1, 2, 3, 4, 5, 6]);
    assertClose(seen[0].pixels, numbers(photo), 1e-7);
    const goal = objective(network, transferTerms(photo, painting));
    const { parts } = await goal.measure(photo);
    goal.dispose();
    const { "critic relu2_1": ofCritic, ...others } = seen[0].parts;
    assert.deepEqual(Object.keys(others), Object.keys(parts));
    assertClose(Object.values(others), Object.values(parts), 1e-5);
    assert.ok(ofCritic > 0);
    for (const { loss, parts } of seen) assertClose(Object.values(parts).reduce((a, b) => a + b), loss, 1e-5);
  }));

  it("lets the critic learn before the first step and after every second one, and never after the last", async () => {
    const seen = await steps();
    const learned = seen.map(({ critic }) => critic.loss);
    assert.ok(learned.every(Number.isFinite));
    assert.deepEqual(learned.map((loss, i) => i > 0 && loss !== learned[i - 1]), [false, false, true, false, true, false, false]);
    const isNew = seen.map(({ terms }, i) => i > 0 && terms !== seen[i - 1].terms);
    assert.deepEqual(isNew, [false, false, false, true, false, true, false], "what was measured after it has learned is of another loss");
  });

  it("lowers each loss while the critic stays as it is", async () => {
    const loss = (await steps({ every: 10, weight: 3 })).map((step) => step.loss);
    assert.ok(loss[6] < 0.99 * loss[0], String(loss));
  });

  it("without weight is the transfer, continued: the same bytes", async () => {
    const [goal, continued] = [objective(network, transferTerms(photo, painting)), [] as number[][]];
    const optimizer = reparameterize(fourier(), lbfgs());
    for await (const { image } of minimize(goal, { start: photo, optimizer, steps: 2 })) continued.push([...numbers(image)]);
    goal.dispose();
    assertClose((await steps({ weight: 0, steps: 2 })).at(-1)!.pixels, continued.at(-1)!, 1e-5);
    assert.ok((await steps({ steps: 2, weight: 3 })).at(-1)!.pixels.some((value, i) => Math.abs(value - continued.at(-1)![i]) > 1e-3));
  });

  it("has the same bytes for the same seed, and others for another", async () => {
    const end = async (seed: number): Promise<number[]> => (await steps({ seed, steps: 4 })).at(-1)!.pixels;
    assert.deepEqual(await end(1), await end(1));
    assert.notDeepEqual(await end(1), await end(2));
  });

  it("takes other parts, forms and optimizers", async () => {
    const [hinge, squares] = [await steps({ steps: 1 }), await steps({ steps: 1, form: "leastSquares" })];
    assert.notEqual(hinge[0].critic.loss, squares[0].critic.loss);
    assertClose((await steps({ steps: 0, contentWeight: 3 }))[0].parts["content relu4_2"], 3 * hinge[0].parts["content relu4_2"] + 0, 1e-5);
    assert.ok((await steps({ optimizer: adam({ rate: 0.01 }), layer: "pixels" })).at(-1)!.pixels.every((value) => value >= 0 && value <= 1));
  });

  it("gives best and live an image since the critic learned last", () => leaksNothing(async () => {
    const view = live();
    const { image, index } = await best(refine(network, photo, options), view.update);
    assert.ok(index > 4, `${index}`); // it learned last at step 4, so steps 5 and 6 are of the last loss
    const shown = view.best();
    assert.deepEqual([...numbers(shown)], [...numbers(image)]);
    assert.equal(view.history.parts["critic relu2_1"].length, 7);
    tf.dispose([image, shown]);
  }));

  it("ends when it is aborted, with the last image once more, and before the first step with none", () => leaksNothing(async () => {
    const stop = new AbortController();
    const seen: [number, RefineStep["stopped"]][] = [];
    for await (const { index, stopped } of refine(network, photo, { ...options, signal: stop.signal })) {
      seen.push([index, stopped]);
      if (index === 3) stop.abort();
    }
    assert.deepEqual(seen.slice(3), [[3, false], [3, "interrupted"]]);
    assert.deepEqual(await steps({ signal: AbortSignal.abort() }), []);
  }));

  it("leaves nothing behind after break, and after an error in the loop", () => leaksNothing(async () => {
    for await (const { index } of refine(network, photo, options)) if (index === 3) break;
    await assert.rejects(async () => {
      for await (const _ of refine(network, photo, options)) throw new Error("of the reader");
    }, /of the reader/);
  }));

  it("says what is wrong with what it was given, and leaves nothing behind", () => leaksNothing(async () => {
    const refuses = (changes: Partial<RefineOptions>, message: RegExp): Promise<void> => assert.rejects(steps(changes), message);
    await refuses({ form: "squares" as "hinge" }, /no form squares in a critic; did you mean/);
    await refuses({ layer: "relu3_9" }, /no layer relu3_9.*did you mean relu3_/);
    await refuses({ layer: "relu5_1" }, /patches of 5×5 positions, but the painting has 2×2 at this layer: take a larger image/);
    await refuses({ every: 0 }, /every must be a whole number, 1 or more; got 0/);
    await refuses({ updates: 1.5 }, /updates must be a whole number, 1 or more; got 1.5/);
    await refuses({ weight: -1 }, /weight of "critic" must be 0 or more/);
    await assert.rejects(refine(network, [] as unknown as Image, options).next(), /the image to refine/);
  }));
});
