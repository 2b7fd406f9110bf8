// SqueezeNet 1.1 with trained weights, and CS231n's losses on it, against float64 numbers from JAX: squeezenet-reference.py
// made them. Runs where the weights are at hand.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../src/image";
import { contentAs } from "../../src/losses/activations";
import { cs231n } from "../../src/losses/cs231n";
import { gramAs, gramMatrix } from "../../src/losses/gram";
import type { GraphNetwork } from "../../src/networks/graphNetwork";
import { squeezenet } from "../../src/networks/squeezenet";
import { objective } from "../../src/objective";
import { loadImage } from "../../src/platform/files/loadImage";
import { content, smoothness, style } from "../../src/terms";
import { assertClose, numbers } from "../compare";

const fileIn = (variable: string, name: string): string | undefined =>
  (process.env[variable] ?? "").split(path.delimiter).filter(Boolean).map((folder) => path.join(folder, name)).find(existsSync);
const fileOf = (name: string): string | undefined => fileIn("STYLOSCOPE_WEIGHTS", name);
const files = { keras: "squeezenet1_1_keras_notop.h5", torchvision: "squeezenet1_1_torchvision.safetensors" };
const skip = Object.values(files).every(fileOf) ? false : "SqueezeNet's trained weights are not here (STYLOSCOPE_WEIGHTS)";

interface Told { shape: number[]; mean: number; norm: number; last: number[]; gramNorm: number }
interface Reference {
  keras: Record<string, Told>;
  torchvision: Record<string, Told>;
  cs231n: Record<"content" | "style" | "tv" | "gramSum" | "gradientNorm", number> & { gram: number[]; gradient: number[] };
  assignment: Record<"content" | "style" | "tv" | "gramSum", number>;
}
const reference: Reference = JSON.parse(readFileSync(path.join(__dirname, "squeezenet-reference.json"), "utf8"));

/** The image of the script, made again. */
function made(height: number, width: number, turn: number): Image {
  const values: number[] = [];
  for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) for (let k = 0; k < 3; k++) {
    const step = (Math.floor(r / 9) + turn * Math.floor(c / 7)) % 5;
    values.push(((7 * r + 13 * c + 29 * k + ((r * c) % 17) * 5 + step * 31) % 256) / 255);
  }
  return tf.tensor3d(values, [height, width, 3]);
}

describe("SqueezeNet with trained weights", { skip }, () => {
  const networks: Partial<Record<keyof typeof files, GraphNetwork>> = {};
  before(async () => {
    networks.keras = await squeezenet({ file: fileOf(files.keras) });
    networks.torchvision = await squeezenet({ file: files.torchvision }); // by its name alone, in the folders of weights
  });
  after(() => Object.values(networks).forEach((network) => network.dispose()));

  for (const layout of ["keras", "torchvision"] as const)
    it(`in ${layout}'s layout sees what the reference sees, at ${Object.keys(reference[layout]).length} layers`, () => tf.tidy(() => {
      const layers = Object.keys(reference[layout]);
      const seen = networks[layout]!.features(made(61, 86, 1), layers);
      for (const layer of layers) {
        const { shape, mean, norm, last, gramNorm } = reference[layout][layer];
        const x = seen(layer);
        assert.deepEqual(x.shape, shape, layer);
        assertClose(tf.mean(x), mean, 1e-3, `${layer} mean`);
        assertClose(tf.norm(x), norm, 1e-4, `${layer} norm`);
        const corner = numbers(tf.slice(x, [shape[0] - 1, shape[1] - 1, 0], [1, 1, 4]));
        const typical = norm / Math.sqrt(x.size);
        assertClose([...corner, typical], [...last, typical], 1e-3, `${layer} lower right`);
        assertClose(tf.norm(tf.mul(gramMatrix(x), shape[0] * shape[1])), gramNorm, 1e-3, `${layer} Gram`);
      }
    }));

  it("knows layers by both of their names, as one thing", () => tf.tidy(() => {
    const seen = networks.torchvision!.features(made(61, 86, 1), ["features.3", "fire2/concat", "relu_conv1", "features.1"]);
    assertClose(seen("features.3"), seen("fire2/concat"), 0);
    assertClose(seen("features.1"), seen("relu_conv1"), 0);
  }));

  it("keeps the windows that hang over the edge in torchvision's layout only", () => tf.tidy(() => {
    const shapeOf = (layout: keyof typeof files): number[] => networks[layout]!.features(made(61, 86, 1), ["pool1"])("pool1").shape;
    assert.deepEqual(shapeOf("keras"), [14, 20, 64]); // conv1 gives 30 × 42
    assert.deepEqual(shapeOf("torchvision"), [15, 21, 64]);
  }));

  describe("and CS231n's losses", () => {
    const { contentLayer, contentLoss, gram, meanColor, styleLayers, styleLoss, styleWeights, tvLoss } = cs231n;
    const expected = reference.cs231n;
    const images = (): Record<"photo" | "painting" | "moved", Image> => {
      const photo = made(61, 86, 1);
      const moved = tf.concat([tf.slice(photo, [0, 85, 0], [61, 1, 3]), tf.slice(photo, [0, 0, 0], [61, 85, 3])], 1) as Image;
      return { photo, painting: made(47, 90, 3), moved };
    };

    it("are the reference's, operation by operation", () => tf.tidy(() => {
      const { photo, painting, moved } = images();
      const look = (image: Image): ((layer: string) => tf.Tensor3D) =>
        networks.torchvision!.features(image, [contentLayer, "features.5", ...styleLayers]);
      const [seen, wanted, place] = [look(photo), look(painting), look(moved)];
      assertClose(contentLoss(seen("features.3"), place("features.3")), expected.content, 1e-4, "content");
      assertClose(styleLoss(seen, wanted), expected.style, 1e-4, "style");
      assertClose(tvLoss(photo), expected.tv, 1e-4, "total variation"); // wasm adds 15,000 squares one by one
      const matrix = gram(wanted("features.5"));
      assertClose(tf.slice(matrix, [0, 0], [1, 8]), expected.gram, 1e-4, "Gram");
      assertClose(tf.sum(matrix), expected.gramSum, 1e-4, "Gram sum");
    }));

    it("are the terms of an objective in its convention, with the reference's pixel gradient", async () => {
      const { photo, painting, moved } = images();
      const variation = { name: "CS231n's total variation", distance: (image: tf.Tensor3D) => tvLoss(image) };
      const goal = objective(networks.torchvision!, [
        content(moved, { layers: [contentLayer], loss: contentAs("cs231n"), weight: 6e-2 }),
        style(painting, { layers: styleWeights, loss: gramAs("cs231n") }),
        { ...smoothness(), loss: variation },
      ]);
      const { parts, gradient } = await goal.measure(photo);
      assertClose(parts["content features.3"], expected.content, 1e-4, "content");
      assertClose(styleLayers.reduce((sum, layer) => sum + parts[`style ${layer}`], 0), expected.style, 1e-4, "style");
      assertClose(parts.smoothness, expected.tv, 1e-4, "total variation");
      assertClose(Math.hypot(...gradient), expected.gradientNorm, 1e-3, "gradient norm");
      const from = (30 * 86 + 40) * 3;
      assertClose(gradient.slice(from, from + 12), expected.gradient, 1e-3, "gradient");
      goal.dispose();
      tf.dispose([photo, painting, moved]);
    });

    const pictures = ["tubingen.jpg", "starry_night.jpg"].map((name) => fileIn("STYLOSCOPE_IMAGES", name));
    const absent = pictures.every(Boolean) ? false : "the assignment's pictures are not here (STYLOSCOPE_IMAGES)";

    it("are the assignment's published numbers for its pictures, by the library alone", { skip: absent }, async () => {
      const [photo, painting] = await Promise.all(pictures.map((file) => loadImage(file!, { shorter: 192, filter: "bilinear" })));
      tf.tidy(() => {
        const look = (image: Image): ((layer: string) => tf.Tensor3D) =>
          networks.torchvision!.features(image, [contentLayer, "features.5", ...styleLayers]);
        const gray = tf.add(tf.zerosLike(photo), meanColor) as Image;
        const [seen, wanted, nothing] = [look(photo), look(painting), look(gray)];
        const { content, style, tv, gramSum } = reference.assignment;
        const told = contentLoss(nothing(contentLayer), seen(contentLayer));
        // `cl_out` of style-transfer-checks.npz, 2019 and 2020; our weights are a half-precision copy.
        assertClose(told, 32436.986, 1e-3, "published content");
        assertClose(told, content, 1e-3, "content");
        assertClose(styleLoss(seen, wanted), style, 5e-3, "style"); // Pillow rounds to 8 bits, twice; we do not
        assertClose(tvLoss(photo), tv, 2e-3, "total variation");
        assertClose(tf.sum(gram(wanted("features.5"))), gramSum, 1e-3, "Gram sum");
      });
      tf.dispose([photo, painting]);
    });
  });
});
