// Random filters of one layer, and the claims about them shown to fail where they are not true.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { valuesOfRandom } from "../../src/figures/ustyuzhaninov2016Textures";
import { shallowRandom } from "../../src/figures/shallowRandom";
import { noise } from "../../src/image";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, leaksNothing, numbers } from "../compare";

before(() => engine());

describe("one layer of random filters", () => {
  it("has the maps of all sizes side by side, rectified or linear, of length 1, the same for a seed", () => leaksNothing(() => {
    const made = (linear: boolean, seed = 3) => shallowRandom({ sizes: [3, 5], maps: 4, linear, seed });
    const [rectified, linear, other] = [made(false), made(true), made(false, 4)];
    tf.tidy(() => {
      const image = noise([12, 10], { seed: 1 });
      const [a, b, c] = [rectified, linear, other].map((network) => network.features(image, ["maps"])("maps"));
      assert.deepEqual(a.shape, [12, 10, 8]);
      assertClose(a, tf.relu(b), 1e-6);
      assert.ok(Math.min(...numbers(b)) < -0.1 && Math.min(...numbers(a)) === 0);
      assert.notDeepEqual(numbers(a), numbers(c));
      assertClose(tf.sum(tf.square(rectified.filters.get("conv5")!.kernel), [0, 1, 2]), [1, 1, 1, 1], 1e-6);
    });
    [rectified, linear, other].forEach((network) => network.dispose());
  }));
});

describe("textures from random filters: the claims", () => {
  it("hold where many rectified filters are as good as a trained network, and fail where they are not", () => {
    const all = valuesOfRandom({ trained: 0.1, many: 0.1, linear: 0.2, one: 0.15, deep: 0.11 });
    assert.ok(all.shallow <= 1.25 && all.linear >= 1.25 && all.scales >= 1.1 && all.deep <= 1.25);
    const none = valuesOfRandom({ trained: 0.1, many: 0.2, linear: 0.2, one: 0.2, deep: 0.3 });
    assert.ok(none.shallow > 1.25 && none.linear < 1.25 && none.scales < 1.1 && none.deep > 1.25);
  });
});
