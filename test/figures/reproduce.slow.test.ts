// One figure of each paper at its quick settings, by vgg19-mini; `npm run reproduce -- --all --quick` makes all. Not every claim of a paper
// about VGG-19 at 512 pixels holds there, and the bounds are the paper's: this holds which do and which do not.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { imageNames, type ImageOwner } from "../../src/figures/figureImages";
import { figures } from "../../src/figures/registry";
import { reproduce } from "../../src/figures/reproduce";
import { engine } from "../../src/platform/engine/engine";
import { samples } from "../../src/platform/files/sample";
import { oneOfEach } from "./starts";

before(() => engine());

/** The claims that do not hold at the quick settings. A figure without an entry holds whole. */
const missed: Readonly<Record<string, readonly string[]>> = {
  "gatys2015/figure2": ["natural"], // one of eight sets is farther from its source than the set before
  // 64 pixels and 160 maps: at the figure's own 192 and 896 all four hold.
  "ustyuzhaninov2016/textures": ["linear", "scales"], // 1.13 and 1.07, where 1.25 and 1.1 are asked for
  "johnson2016/figure5": ["steps", "larger"], // 8 and 10 evaluations, where 50 are asked for: 35 minutes of training
  "risser2017/figure3": ["histogram"], // 0.96, where at most 0.9 is asked for
  "heitz2021/marginals": ["marginals"], // 1.7, where at most 0.9 is asked for, at layers that were not optimized
  "teaching/four-pictures": ["pixels", "edges"], // losses of pixels do not transfer style
};

/** The same with the paper's own images. */
const missedOfPapers: Readonly<Record<string, readonly string[]>> = {
  "gatys2016/figure3": ["content"], // half of the images: in the Scream's style Tübingen's activations correlate by 0.003 with Tübingen's
};

async function missing(name: string, images: ImageOwner): Promise<{ failed: string[]; printed: string }> {
  const made = await reproduce(name, { quick: true, images });
  made.dispose();
  return { failed: made.verdicts.filter(({ holds }) => !holds).map((verdict) => verdict.name), printed: String(made) };
}

describe("figures at their quick settings", () => {
  for (const { name } of oneOfEach)
    it(name, async () => {
      const { failed, printed } = await missing(name, "project");
      assert.deepEqual(failed, missed[name] ?? [], printed);
    });
});

describe("figures of the papers' own images", () => {
  const withImages = figures.filter(({ name, paperImages }) => paperImages && name !== "gatys2016/speed"); // whose claim is one of seconds
  for (const figure of withImages) {
    const absent = imageNames(figure.paperImages!).filter((name) => name && !samples().has(name));
    it(figure.name, { skip: absent.length > 0 && `there is no ${absent.join(", no ")}` }, async () => {
      const { failed, printed } = await missing(figure.name, "paper");
      assert.deepEqual(failed, missedOfPapers[figure.name] ?? [], printed);
    });
  }
});
