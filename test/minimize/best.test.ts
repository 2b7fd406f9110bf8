// The best image of a loop: kept as numbers of its own, in one array for the whole loop.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { keepBest, type BestStep } from "../../src/minimize/best";

interface Made { readonly loss: number; readonly image: Image }

describe("keepBest", () => {
  it("keeps a copy, also of an array that a loop changes in place, and in one array of its own", async () => {
    await tf.setBackend("cpu"); // whose tensors are the arrays that they are made of
    const pixels = new Float32Array(12);
    let best: BestStep<Made> | undefined;
    const arrays = new Set<Float32Array>();
    const images: Image[] = [];
    for (const loss of [4, 2, 3]) {
      pixels.fill(loss / 8);
      const image: Image = tf.tensor3d(pixels, [2, 2, 3]);
      best = await keepBest<Made>(best, { loss, image });
      image.dispose();
      arrays.add(best.values);
      images.push(best.image());
    }
    assert.equal(best!.loss, 2);
    assert.deepEqual(images.map((image) => [...new Set(image.dataSync())]), [[0.5], [0.25], [0.25]]);
    assert.equal(arrays.size, 1, "each better image took new memory");
    tf.dispose(images);
  });
});
