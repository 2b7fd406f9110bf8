// Figures at their quick settings, vgg19-mini and 48 or 64 pixels. Not every claim of a paper about VGG-19 at 512 pixels holds there, and the
// bounds are the paper's: this holds the claims that do.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { figures } from "../../src/figures/registry";
import { reproduce } from "../../src/figures/reproduce";
import { engine } from "../../src/platform/engine/engine";

before(() => engine());

/** The claims that hold at the quick settings. */
const held: Readonly<Record<string, readonly string[]>> = {
  "gatys2016/figure1-content": ["depth", "lowest"],
  "gatys2016/figure1-style": ["matched"],
  "gatys2016/figure3": ["style"],
  "gatys2016/figure4": ["content", "style"],
  "gatys2016/figure5": ["edges"],
  "gatys2016/figure6": ["variety", "bias", "styleBias"],
  "gatys2016/figure7": ["structure", "colors"],
  "gatys2016/optimizers": ["evaluations"], // in seconds, where nothing else runs
  "gatys2017/color": ["chroma", "luminance", "matching"],
  "gatys2017/spatial": ["regions"],
  "gatys2017/scale": ["fine", "coarse"],
  "li2017/kernels": ["polynomial", "linear", "normalization"],
  "risser2017/figure3": ["gram", "others"],
  "heitz2021/marginals": ["gram", "sliced", "positions"],
  "teaching/four-pictures": ["gram"],
};

describe("figures at their quick settings", () => {
  for (const { name } of figures)
    it(name, async () => {
      const made = await reproduce(name, { quick: true });
      const failed = made.verdicts.filter((verdict) => !verdict.holds && held[name].includes(verdict.name));
      assert.deepEqual(failed, [], String(made));
      made.dispose();
    });
});
