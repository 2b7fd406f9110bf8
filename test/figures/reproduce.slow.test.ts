// One figure of each paper at its quick settings, by vgg19-mini; `npm run reproduce -- --all --quick` makes all. Not every claim of a paper
// about VGG-19 at 512 pixels holds there, and the bounds are the paper's: this holds which do and which do not.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { reproduce } from "../../src/figures/reproduce";
import { engine } from "../../src/platform/engine/engine";
import { oneOfEach } from "./starts";

before(() => engine());

/** The claims that do not hold at the quick settings. A figure without an entry holds whole. */
const missed: Readonly<Record<string, readonly string[]>> = {
  "gatys2015/figure2": ["natural"], // one of eight sets is farther from its source than the set before
  // 64 pixels, 160 maps and a picture of fishes, where the paper has 256, 1024 and textures.
  "ustyuzhaninov2016/textures": ["linear", "scales"], // 1.13 and 1.07, where 1.25 and 1.1 are asked for
  "johnson2016/figure5": ["steps", "larger"], // 8 and 10 evaluations, where 50 are asked for: 35 minutes of training
  "risser2017/figure3": ["histogram"], // 0.96, where at most 0.9 is asked for
  "heitz2021/marginals": ["marginals"], // 1.7, where at most 0.9 is asked for, at layers that were not optimized
  "teaching/four-pictures": ["pixels", "edges"], // losses of pixels do not transfer style
};

describe("figures at their quick settings", () => {
  for (const { name } of oneOfEach)
    it(name, async () => {
      const made = await reproduce(name, { quick: true });
      const failed = made.verdicts.filter(({ holds }) => !holds).map((verdict) => verdict.name);
      assert.deepEqual(failed, missed[name] ?? [], String(made));
      made.dispose();
    });
});
