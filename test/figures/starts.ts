// What every figure must do at a small size and without a step: panels, numbers, verdicts.
import assert from "node:assert/strict";
import { it } from "node:test";
import type { PaperFigure } from "../../src/figures/figure";
import { figures } from "../../src/figures/registry";
import { reproduce } from "../../src/figures/reproduce";
import { leaksNothing } from "../compare";

/** The claims that do not hold where nothing was optimized: without a step, every result is its start. */
export const falseOfStarts: Readonly<Record<string, readonly string[]>> = {
  "gatys2015/figure2": ["structure", "natural", "matched"],
  "gatys2015/figure3": ["matched"],
  "gatys2015/random-weights": ["training", "matched"],
  "gatys2016/figure1-content": ["depth", "lowest"],
  "gatys2016/figure1-style": ["scale", "growth", "matched"],
  "gatys2016/figure3": ["style"],
  "gatys2016/figure4": ["content", "style"],
  "gatys2016/figure5": ["pixels", "edges"],
  "gatys2016/figure6": ["outcome"], // noise differs from noise, and an image is most like itself
  "gatys2016/figure7": ["colors"],
  "gatys2016/optimizers": [],       // all are at the start: test/figures/optimizers.test.ts
  "gatys2016/section2": ["taps"],
  "gatys2016/speed": ["seconds"],
  "gatys2017/color": ["luminance", "matching"],
  "gatys2017/spatial": ["regions"],
  "gatys2017/scale": ["fine"],
  "johnson2016/figure5": ["steps", "larger"],
  "ustyuzhaninov2016/textures": ["linear", "scales"],
  "li2017/kernels": ["transfers"],  // the equalities are of losses: test/figures/losses.test.ts
  "risser2017/figure3": ["histogram"],
  "heitz2021/marginals": ["marginals"],
  "teaching/four-pictures": ["pixels", "edges", "means", "gram"],
};

/** One figure of each paper, for `npm test`; the others are for `npm test -- slow`. */
export const oneOfEach: readonly PaperFigure[] = figures.filter(({ paper }, i) => figures.findIndex((other) => other.paper === paper) === i);

export function testStarts({ name, settings, claims }: PaperFigure): void {
  it(`${name}: panels, numbers and a verdict for each claim, false where nothing was optimized, and nothing left behind`, () => leaksNothing(async () => {
    const told: string[] = [];
    const made = await reproduce(name, { quick: true, images: "project", size: 32, steps: 0, each: (progress) => told.push(progress) });
    assert.deepEqual(made.verdicts.map((verdict) => verdict.name), Object.keys(claims));
    const failed = made.verdicts.filter(({ holds }) => !holds).map((verdict) => verdict.name);
    assert.deepEqual(failed, falseOfStarts[name], String(made));
    if (failed.length > 0) assert.ok(!made.holds && String(made).includes("It does not hold here."));
    assert.equal(String(made).split("\n").length, 1 + made.verdicts.length);
    assert.ok(told.some((progress) => /, step 0 of 0$/.test(progress)) && made.rows.flat().length >= 3);
    const json = JSON.parse(JSON.stringify(made)) as { settings: object; measured: object };
    assert.deepEqual(Object.keys(json.settings), Object.keys(settings));
    assert.ok(Object.keys(json.measured).length > 0);
    assert.ok(Object.values(made.losses).every(({ length }) => length === 1) && Object.keys(made.losses).length > 0);
    made.dispose();
  }));
}
