// What must hold for every loss, whatever it computes.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { engine } from "../../src/engine/engine";
import { activations, contentAs } from "../../src/losses/activations";
import { conventions, type Convention } from "../../src/losses/conventions";
import { gram, gramAs } from "../../src/losses/gram";
import type { Loss } from "../../src/losses/loss";
import { matching } from "../../src/losses/matching";
import { relative } from "../../src/losses/relative";
import { totalVariationLoss, variations } from "../../src/losses/smoothness";
import { assertClose, drawn, leaksNothing, slopes } from "../compare";

const shape: [number, number, number] = [5, 7, 3]; // no two sides alike: a transposition cannot hide
const image: [number, number] = [20, 28];

const systems = Object.keys(conventions) as Convention[];

const comparing: Loss[] = [
  activations, gram, contentAs("johnson"), ...systems.map((convention) => gramAs(convention, { image })),
  relative(activations), relative(gram), matching((features) => tf.mean(features, [0, 1]), "means"),
];
const forgetful = comparing.filter(({ name }) => !name.includes("activations"));
const smooth = variations.map(totalVariationLoss);

const distance = (loss: Loss, seen: tf.Tensor3D, target: tf.Tensor3D): number =>
  tf.tidy(() => loss.distance(seen, loss.remember(target)).dataSync()[0]);

describe("every loss", () => {
  before(() => engine());

  for (const loss of [...comparing, ...smooth]) {
    it(`${loss.name}: its gradient is the slope that small differences show`, () => tf.tidy(() => {
      const memory = loss.remember(drawn(shape, 2));
      const { difference, gradient } = slopes((x) => loss.distance(x, memory), drawn(shape, 1));
      assert.ok(Math.abs(difference - gradient) <= 1e-3 * Math.abs(gradient), `${difference} against ${gradient}`);
    }));

    it(`${loss.name}: leaves no tensor behind`, async () => {
      const [seen, target] = [drawn(shape, 1), drawn(shape, 2)];
      await leaksNothing(() => {
        const memory = loss.remember(target);
        loss.distance(seen, memory).dispose();
        tf.dispose(memory);
      });
      tf.dispose([seen, target]);
    });
  }

  for (const loss of comparing) {
    it(`${loss.name}: is 0 for the target itself, and more for anything else`, () => tf.tidy(() => {
      assert.equal(distance(loss, drawn(shape, 1), drawn(shape, 1)), 0);
      assert.ok(distance(loss, drawn(shape, 1), drawn(shape, 2)) > 0);
    }));
  }

  for (const loss of forgetful)
    it(`${loss.name}: forgets where things are`, () => tf.tidy(() => {
      const [seen, target] = [drawn(shape, 1), drawn(shape, 2)];
      const moved = tf.reverse(seen, [0, 1]) as tf.Tensor3D;
      assertClose(distance(loss, moved, target), distance(loss, seen, target), 1e-5);
    }));

  it("activations do not forget where things are", () => tf.tidy(() => {
    const target = drawn(shape, 2);
    assert.ok(distance(activations, tf.reverse(target, 1) as tf.Tensor3D, target) > 0.1);
  }));

  it("activations refuse images of two sizes, and say what to do", () => tf.tidy(() => {
    assert.throws(() => distance(activations, drawn([5, 6, 3]), drawn(shape)), /5×7×3.*5×6×3.*resize/);
  }));

  for (const loss of forgetful.filter(({ name }) => name !== "means"))
    it(`${loss.name}: compares images of different sizes, a tiled target being the target`, () => tf.tidy(() => {
      const target = drawn(shape, 2);
      assert.ok(distance(loss, tf.tile(target, [2, 3, 1]), target) < 1e-9);
    }));
});
