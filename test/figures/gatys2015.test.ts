// Figures of Gatys et al. 2015: the numbers of parameters, and each claim shown to fail where it is not true.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { measureTextures } from "../../src/figures/gatys2015Figure2";
import { parametersOf, valuesOf } from "../../src/figures/gatys2015Figure3";
import { gramParameters, principalDirections, principalGram } from "../../src/figures/principalGram";
import { noise, resize, type Image } from "../../src/image";
import { topologies } from "../../src/networks/architectures/vgg";
import { engine } from "../../src/platform/engine/engine";
import { assertClose, distanceOf } from "../compare";

before(() => engine());

describe("the numbers in a texture model", () => {
  it("are those of a symmetric matrix", () => assert.deepEqual([1, 2, 64].map(gramParameters), [1, 3, 2080]));

  it("are 852,128 in VGG-19 to pool4, and 176,640 in five layers (Gatys et al. 2015, section 3: ~852k, ~177k)", () => {
    assert.deepEqual(parametersOf(topologies.vgg19), { all: 852_128, five: 176_640 });
    assert.deepEqual(parametersOf(topologies["vgg19-mini"]), { all: 53_672, five: 11_136 });
    assert.notEqual(parametersOf(topologies.vgg16).all, 852_128);
  });
});

describe("the Gram matrix of principal components", () => {
  it("has the largest eigenvalues of the whole one", async () => {
    // Channels (2a, b, 0) with a, b = ±1, turned by 30° in the first plane: eigenvalues 4, 1 and 0.
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const features = tf.tensor3d([[[1, 1], [1, -1], [-1, 1], [-1, -1]].map(([a, b]) => [c * 2 * a - s * b, s * 2 * a + c * b, 0])]);
    const directions = await principalDirections(features, 2);
    const loss = principalGram(directions);
    const target = loss.prepare(features);
    assertClose(target, [4, 0, 0, 1], 1e-6);
    const doubled = tf.mul(features, 2) as tf.Tensor3D; // a Gram matrix four times as large
    assertClose(distanceOf(loss, doubled, features), (12 ** 2 + 3 ** 2) / 4, 1e-6);
    tf.dispose([features, directions, target, doubled]);
  });
});

describe("Figure 2, textures by layers", () => {
  it("its claims hold for textures that get better, and fail for the same in reverse order", async () => {
    const source = noise([32, 32], { seed: 1 });
    const blurred = [4, 8, 16, 24].map((side) => tf.tidy(() =>
      resize(resize(source, { exactly: [side, side] }), { exactly: [32, 32] }))) as Image[];
    const textures = [...blurred, noise([32, 32], { seed: 2 })];
    const sources = [{ label: "noise", image: source }];
    const good = await measureTextures(sources, [textures], [0.01, 0.02]);
    assert.equal(good.values.natural, 1);
    assert.ok(good.values.structure > 1.5 && good.values.matched === 0.02);
    const reversed = await measureTextures(sources, [[...textures].reverse()], [0.01, 0.2]);
    assert.equal(reversed.values.natural, 0);
    assert.ok(reversed.values.structure < 1 && reversed.values.matched > 0.05);
    tf.dispose([source, ...textures]);
  });
});

describe("Figure 3, number of parameters", () => {
  it("its claims hold for textures that get worse with fewer parameters, and fail in reverse order", () => {
    assert.deepEqual(valuesOf([0.1, 0.1, 0.2, 0.3]), { parameters: 0, enough: 1, fewer: 0.3 / 0.2 });
    const { parameters, enough, fewer } = valuesOf([0.3, 0.4, 0.2, 0.1], topologies.vgg16);
    assert.ok(parameters > 0 && enough > 1.25 && fewer < 1);
  });
});
