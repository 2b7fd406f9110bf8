import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { noise } from "../../src/image";
import { activations } from "../../src/losses/activations";
import { gaussianWasserstein } from "../../src/losses/gaussianWasserstein";
import { gram } from "../../src/losses/gram";
import type { LayerLoss } from "../../src/losses/loss";
import { relative } from "../../src/losses/relative";
import { minimize } from "../../src/minimize/minimize";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { engine } from "../../src/platform/engine/engine";
import { sample } from "../../src/platform/files/sample";
import { starts } from "../../src/starts";
import { openCellContext } from "../../src/sweeps/cellContext";
import { build, type Choice } from "../../src/sweeps/choice";
import { withFeatureCache, memoizeTargets } from "../../src/sweeps/featureCache";
import { cellsOf } from "../../src/sweeps/plan";
import { content, style } from "../../src/terms";
import { tiny } from "./tiny";

let network: Network;
let passes = 0;
before(async () => {
  await engine();
  const vgg = await randomVgg({ width: 0.1 });
  network = { ...vgg, features: (image, layers) => (passes++, vgg.features(image, layers)) };
});
after(() => network.dispose());

describe("a start", () => {
  it("of a mix is the weighted mean of what it is made of, and leaves nothing", () => {
    tf.tidy(() => {
      const [photo, painting] = [noise([8, 12], { seed: 1 }), noise([20, 20], { seed: 2 })];
      const inputs = { photo, painting, like: photo, seed: 5 };
      const from = (start: Choice): tf.Tensor3D => build(starts, "start", start)(inputs);
      const [plain, grain] = [from("painting"), from({ noise: 1 })];
      const before = tf.memory().numTensors;
      const mixed = from({ mix: { painting: 1, noise: 3 } });
      assert.equal(tf.memory().numTensors, before + 1);
      assert.deepEqual(mixed.shape, [8, 12, 3]);
      const expected = plain.dataSync().map((value, i) => 0.25 * value + 0.75 * grain.dataSync()[i]);
      mixed.dataSync().forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-6));
    });
  });
});

describe("what cells share", () => {
  it("a target that was looked at is passed through the network once, for every layer", () => {
    const cached = withFeatureCache(network);
    const [target, other] = [noise([32, 32]), noise([32, 32], { seed: 1 })];
    passes = 0;
    cached.store(target, ["relu1_1", "relu2_1"]);
    const again = [1, 2, 3].map(() => cached.features(target, ["relu2_1"])("relu2_1"));
    assert.equal(passes, 1);
    assert.ok(again.every((features) => features === again[0]), "the very same features");
    tf.tidy(() => {
      assert.deepEqual(again[0].dataSync(), network.features(target, ["relu2_1"])("relu2_1").dataSync());
      cached.features(other, ["relu1_1"]);
    });
    assert.equal(passes, 3, "another image is looked at as before");
    tf.dispose([target, other, ...["relu1_1", "relu2_1"].map((layer) => cached.features(target, [layer])(layer))]);
  });

  it("a loss remembers a target once; each objective gets its own tensors of the same numbers", () => {
    let remembered = 0;
    const counted: LayerLoss = { ...gram(), prepare: (target) => (remembered++, gram().prepare(target)) };
    for (const loss of [counted, relative(counted)]) {
      remembered = 0;
      const once = memoizeTargets(loss);
      tf.tidy(() => {
        const [target, other] = [noise([8, 8]), noise([8, 8], { seed: 1 })];
        const numbers = (memory: tf.TensorContainer): unknown =>
          (memory instanceof tf.Tensor ? [memory.shape, ...memory.dataSync()] : (memory as tf.Tensor[]).map(numbers));
        const [first, second, plain] = [once.prepare(target), once.prepare(target), loss.prepare(target)];
        assert.deepEqual(numbers(first), numbers(plain));
        assert.deepEqual(numbers(second), numbers(plain));
        const firstOf = (memory: tf.TensorContainer): unknown => (Array.isArray(memory) ? memory[0] : memory);
        assert.notEqual(firstOf(first), firstOf(second));
        assert.notDeepEqual(numbers(once.prepare(other)), numbers(plain));
      });
      assert.equal(remembered, 3, "twice here, once by the plain loss");
    }
  });

  it("changes no number: a cell of a workcontext runs as an objective made by hand, and all is given back", async () => {
    const settings = cellsOf(tiny).map((cell) => cell.settings);
    const before = tf.memory().numTensors;
    const context = await openCellContext(settings, new Map());
    const wanted = settings[4];
    const other = await context.prepare(settings[0]); // another cell first
    other.objective.dispose();
    other.start.dispose();
    const { objective: goal, start } = await context.prepare(wanted);
    const [photo, painting] = [await sample("valley", { cover: [32, 32] }), await sample("strokes", { cover: [32, 32] })];
    const byHand = objective(await randomVgg({ width: 0.1 }), [
      content(photo, { layers: ["relu2_1"], loss: relative(activations()) }),
      style(painting, { layers: { relu1_1: 0, relu2_1: 1 }, loss: relative(gaussianWasserstein()), weight: 10 }),
    ]);
    const lossesOf = async (made: typeof goal, from: typeof start): Promise<number[]> => {
      const losses: number[] = [];
      for await (const step of minimize(made, { start: from, optimizer: adam(), steps: 3 })) losses.push(step.loss);
      return losses;
    };
    const [shared, alone] = [await lossesOf(goal, start), await lossesOf(byHand, photo)];
    shared.forEach((loss, i) => assert.ok(Math.abs(loss / alone[i] - 1) < 1e-5, `step ${i}: ${loss} and ${alone[i]}`));
    goal.dispose();
    byHand.dispose();
    byHand.network.dispose();
    tf.dispose([start, photo, painting]);
    context.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});
