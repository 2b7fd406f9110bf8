// The trained VGG-19 against an independent float64 implementation (PyTorch 1.13): features, Gram, loss, gradient. Runs where
// the weights and the reference are at hand: `STYLOSCOPE_WEIGHTS` names the folder, the reference lies beside it.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { activations } from "../../src/losses/activations";
import { gramAs, gramMatrix } from "../../src/losses/gram";
import { normalized } from "../../src/networks/normalized";
import { vgg19, type Vgg } from "../../src/networks/vgg";
import { objective } from "../../src/objective";
import { engine } from "../../src/platform/engine/engine";
import { content, style, styleLayers } from "../../src/terms";
import { assertClose, numbers } from "../compare";

const folder = path.join(process.env.STYLOSCOPE_WEIGHTS ?? "none", "..", "reference");
const file = path.join(folder, "vgg19_references.json");
const skip = existsSync(file) ? false : "the trained weights and their reference are not here (STYLOSCOPE_WEIGHTS)";
const tolerance = 1e-3;

interface Reference {
  shape: number[]; mean: number; l2: number; first8: number[];
  gramFro_over_hw: number; gramTrace_over_hw: number; "gram_0_0..7_over_hw": number[];
}

describe("VGG-19 with trained weights", { skip }, () => {
  const reference = skip ? undefined : JSON.parse(readFileSync(file, "utf8")).pools;
  const load = (name: string, height: number, width: number): tf.Tensor3D =>
    tf.tensor3d(Float32Array.from(readFileSync(path.join(folder, name)), (v) => v / 255), [height, width, 3]);
  const images = (): Record<string, tf.Tensor3D> =>
    ({ content: load("content_96x72_rgb8.raw", 72, 96), style: load("style_80x64_rgb8.raw", 64, 80) });

  for (const [pooling, key] of [["max", "max"], ["average", "avg"]] as const)
    describe(`and ${pooling} pooling`, () => {
      let network: Vgg;
      before(async () => { await engine(); network = await vgg19({ pooling }); });

      it("sees what the reference sees in both images, at all sixteen layers", () => tf.tidy(() => {
        for (const [which, image] of Object.entries(images())) {
          const layers = Object.keys(reference[key][which]);
          const relu = (layer: string): string => layer.replace("conv", "relu");
          const seen = network.features(image, layers.map(relu));
          for (const layer of layers) {
            const { shape, mean, l2, first8, ...gram }: Reference = reference[key][which][layer];
            const [, channels, height, width] = shape;
            const x = seen(relu(layer));
            const what = `${which} ${layer}`;
            assertClose(x.shape, [height, width, channels], 0, what);
            assertClose(tf.mean(x), mean, tolerance, `${what} mean`);
            assertClose(tf.norm(x), l2, tolerance, `${what} norm`);
            const row = numbers(tf.slice(x, [0, 0, 0], [1, Math.min(8, width), 1]));
            assertClose([...row, l2 / 50], [...first8.slice(0, row.length), l2 / 50], tolerance, `${what} first row`);
            const g = gramMatrix(x);
            assertClose(tf.norm(g), gram.gramFro_over_hw, tolerance, `${what} Gram norm`);
            assertClose(tf.sum(tf.mul(g, tf.eye(channels))), gram.gramTrace_over_hw, tolerance, `${what} Gram trace`);
            const corner = gram["gram_0_0..7_over_hw"];
            assertClose([...numbers(tf.slice(g, [0, 0], [1, 8])), mean], [...corner, mean], tolerance, `${what} Gram row`);
          }
        }
      }));

      it("gives the reference's loss, every part of it, and its pixel gradient", async () => {
        const { content: photo, style: painting } = images();
        const rolled = tf.concat([tf.slice(photo, [0, 95, 0], [72, 1, 3]), tf.slice(photo, [0, 0, 0], [72, 95, 3])], 1) as tf.Tensor3D;
        const goal = objective(network, [
          content(rolled, { loss: activations() }),
          // weight 1e3 on each of the five layers; gatysCode has the 1/N² in it
          style(painting, { loss: gramAs("gatysCode"), layers: Object.fromEntries(styleLayers.map((layer) => [layer, 1e3])) }),
        ]);
        const { parts, value, gradient } = await goal.measure(photo);
        const loss = reference[key].loss;
        for (const [layer, expected] of Object.entries(loss["style_gatys_1e3_over_n2_gramMSE(G/hw)"]))
          assertClose(parts[`style ${layer.replace("conv", "relu")}`], expected as number, tolerance, layer);
        assertClose(parts["content relu4_2"], loss.content_mse_conv4_2_vs_roll1, tolerance, "content");
        assertClose(value, loss.total, tolerance, "total");
        // The reference is per unit of 0…255 and in BGR planes; ours is per unit of 0…1, RGB interleaved.
        const inBytes = Array.from(gradient, (g) => g / 255);
        assertClose(Math.hypot(...inBytes), loss.grad_l2, tolerance, "gradient norm");
        assertClose(Math.max(...inBytes.map(Math.abs)), loss.grad_absmax, tolerance, "largest");
        const first8 = Array.from({ length: 8 }, (_, i) => inBytes[3 * i + 2]);
        assertClose(first8, loss.grad_first8_BGRplanar, tolerance, "first 8 of blue");
        goal.dispose();
      });

      it("normalized on two images, has mean response 1 over their places, in every channel that is not silent", () => tf.tidy(() => {
        const { content: photo, style: painting } = images();
        const meanOf = (of: Vgg, layer: string): number[] => {
          const seen = [photo, painting].map((image) => of.features(image, [layer])(layer));
          const places = seen.reduce((sum, { shape: [height, width] }) => sum + height * width, 0);
          return numbers(tf.div(tf.addN(seen.map((features) => tf.sum(features, [0, 1]))), places));
        };
        const scaled = normalized(network, [photo, painting]);
        for (const layer of ["relu1_1", "relu3_4", "relu5_1"]) {
          const before = meanOf(network, layer);
          const ofLayer = before.reduce((sum, mean) => sum + mean) / before.length;
          const heard = meanOf(scaled, layer).filter((_, channel) => before[channel] > 0.011 * ofLayer);
          assert.ok(heard.length > before.length / 2);
          assertClose(heard, heard.map(() => 1), tolerance, layer);
        }
      }));
    });
});
