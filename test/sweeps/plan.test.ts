import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { optimizers as optimizerSpecs } from "../../src/optimizers/registry";
import { build } from "../../src/sweeps/choice";
import { cellsOf, layoutOf, type PlanFile } from "../../src/sweeps/plan";
import { defaults } from "../../src/sweeps/settings";
import { settingLabel } from "../../src/sweeps/settingLabel";
import { shardOf } from "../../src/sweeps/shardOf";

const plan = (over: unknown, base: object = {}): PlanFile => ({ base, over }) as PlanFile;
const labels = (given: PlanFile): string[] => cellsOf(given).map(({ label }) => label);

describe("a plan", () => {
  it("of a grid has a cell for every combination, the last setting changing fastest, each with all its settings", () => {
    const cells = cellsOf(plan({ seed: [0, 1], styleWeight: [1, 10, 100] }, { steps: 5, optimizer: "adam" }));
    assert.deepEqual(cells.map(({ index, settings: { seed, styleWeight } }) => [index, seed, styleWeight]),
      [[0, 0, 1], [1, 0, 10], [2, 0, 100], [3, 1, 1], [4, 1, 10], [5, 1, 100]]);
    assert.deepEqual(cells[4].settings, { ...defaults, steps: 5, optimizer: "adam", seed: 1, styleWeight: 10 });
    assert.equal(cells[4].label, "styleWeight 10, seed 1");
  });

  it("of a list has a cell for every entry, and labels say what sets them apart", () => {
    assert.deepEqual(labels(plan([{ styleLoss: "gram" }, { styleLoss: { gramAs: "johnson" }, size: [20, 30] }])),
      ["size 192, gram", "20×30, gramAs johnson"]);
    assert.deepEqual(labels(plan([{}])), ["all defaults"]);
  });

  it("stands on a sheet with its last setting from left to right and the others from top to bottom", () => {
    const grid = plan({ styleLayers: [["relu1_1"], { relu1_1: 0, relu2_1: 1 }], seed: [3], styleWeight: [1, 10, 100] });
    assert.deepEqual(layoutOf(grid, cellsOf(grid)), {
      rows: [[0, 1, 2], [3, 4, 5]], rowLabels: ["relu1_1", "relu2_1"],
      columnLabels: ["styleWeight 1", "styleWeight 10", "styleWeight 100"],
    });
    const list = plan([{ seed: 0 }, { seed: 1 }, { seed: 2 }]);
    assert.deepEqual(layoutOf(list, cellsOf(list)), { rows: [[0, 1], [2]], rowLabels: [], columnLabels: [] });
  });

  it("says settings in few words", () => {
    assert.equal(settingLabel("optimizer", { adam: { rate: 0.05 } }), "adam rate 0.05");
    assert.equal(settingLabel("styleLayers", { relu1_1: 0.5, relu2_1: 2, relu3_1: 0 }), "relu1_1 0.5 relu2_1 2");
    assert.equal(settingLabel("photo", null), "photo none");
  });

  it("takes a bare value for the option that it stands for, so that two rows are two runs", () => {
    const optimizers = [{ adam: 0.05 }, { adam: 0.5 }, { adam: { rate: 0.5 } }, "adam"];
    const rates = cellsOf(plan({ optimizer: optimizers })).map(({ settings }) =>
      (build(optimizerSpecs, "optimizer", settings.optimizer).settings as { rate: number }).rate);
    assert.deepEqual(rates, [0.05, 0.5, 0.5, 0.02]);
  });

  const wrong: [string, unknown, RegExp][] = [
    ["a setting that does not exist", plan({ styleWeigth: [1] }),
      /no setting styleWeigth in a sweep; did you mean styleWeight\?/],
    ["one in its base", plan([{}], { step: 5 }), /no setting step in a sweep; did you mean steps\?/],
    ["a key beside base and over", { basis: {}, over: {} }, /base and over, and no basis; did you mean base\?/],
    ["no over", { base: {} }, /a sweep needs `over`/],
    ["an empty list", plan([]), /over nothing/],
    ["an empty list of values", plan({ seed: [] }), /over\.seed is a list of the values to try; got \[\]/],
    ["a value that is no list", plan({ seed: 3 }), /over\.seed is a list of the values to try; got 3/],
    ["a negative weight", plan({ styleWeight: [1, -1] }),
      /styleWeight must be a number, 0 or more; got -1 \(in cell 1 of 2\)/],
    ["a loss that does not exist", plan({ styleLoss: ["grams"] }), /no styleLoss grams; did you mean gram\?/],
    ["an option that a loss has not", plan({ styleLoss: [{ patches: { sizes: 3 } }] }),
      /no option sizes in the styleLoss patches; did you mean size\?/],
    ["an option for a loss that has none", plan({ styleLoss: [{ gram: { size: 3 } }] }),
      /no option size in the styleLoss gram; there is none at all/],
    ["an option's value", plan({ styleLoss: [{ patches: { size: 0 } }] }),
      /size of the styleLoss patches must be a whole number of at least 1; got 0/],
    ["two names for one", plan({ styleLoss: [{ gram: {}, patches: {} }] }), /a name, or one name with its options/],
    ["a required option left out", plan({ styleLoss: ["mmd"] }), /the styleLoss mmd needs its kernel: one of linear, polynomial, gaussian/],
    ["a mistyped value", plan({ styleLoss: [{ "relative mmd": "gausian" }] }),
      /no kernel gausian in the styleLoss relative mmd; did you mean gaussian\?/],
    // A bare value that no option stands for was ignored once: two labels, and one result twice.
    ["a bare value for a loss whose options have names", plan({ styleLoss: [{ patches: 5 }] }),
      /the styleLoss patches takes no bare value, 5: its options have names, such as \{ patches: \{ size: … \} \}/],
    ["another", plan({ styleLoss: [{ slicedWasserstein: 5 }] }), /slicedWasserstein takes no bare value, 5/],
    ["a bare value for a loss without options", plan({ styleLoss: [{ gram: 5 }] }), /gram takes no bare value, 5: it has no options: "gram"/],
    ["a bare value of an optimizer", plan({ optimizer: [{ lbfgs: 5 }] }), /the optimizer lbfgs takes no bare value, 5/],
    ["a bare rate that is none", plan({ optimizer: [{ adam: "fast" }] }), /rate of the optimizer adam must be a number above 0; got fast/],
    ["a bare strength that is none", plan({ start: [{ noise: "much" }] }), /strength of the start noise must be a number from 0 to 1; got much/],
    ["a null for options", plan({ optimizer: [{ lbfgs: null }] }), /lbfgs takes no bare value, null/],
    ["a network's option that it has not", plan({ network: [{ "vgg19-mini": { file: "x" } }] }),
      /no option file in the network vgg19-mini; did you mean pooling\?/],
    ["a network's width", plan({ network: [{ random: { width: 0 } }] }), /width of the network random must be a number above 0, 4 at most/],
    ["a loss that needs a tensor", plan({ styleLoss: ["guidedGram"] }), /guidedGram needs its image: a tensor .* takes the loss itself/],
    ["a layer that the network has not", plan({ styleLayers: [["relu6_1"]] }),
      /no layer relu6_1 in vgg19-mini; did you mean relu5_1/],
    ["another network's layers", plan({ network: ["squeezenet"] }), /no layer relu4_2 in squeezenet/],
    ["an optimizer's rate", plan({ optimizer: [{ adam: { rate: -1 } }] }), /rate/],
    ["a start without its image", plan({ photo: [null] }), /without a photo cannot start from it: set start to "noise"/],
    ["a mix without one", plan({ photo: [null] }, { start: { mix: { noise: 1, photo: 1 } } }), /without a photo cannot start from it/],
    ["a mix of nothing", plan({ start: ["mix", { mix: { noise: 0 } }] }), /a mix needs at least one weight above 0/],
    ["a mix with what is not there", plan({ start: [{ mix: { foto: 1 } }] }), /no option foto in the start mix; did you mean photo\?/],
    ["no image at all", plan([{ photo: null, painting: null }]), /photo and painting are both null/],
    ["a size of one side and a half", plan({ size: [[32, 1.5]] }), /shorter side in whole pixels/],
    ["a weight that is no number", plan({ styleLayers: [{ relu1_1: "much" }] }),
      /weight of relu1_1 in styleLayers must be a number/],
  ];
  const values = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  wrong.push(
    ["a base that is a list", { base: [], over: [{}] }, /base is what all cells share, such as \{ steps: 60 \}; got \[\]/],
    ["a base that is a number", { base: 3, over: [{}] }, /base is what all cells share, .* got 3/],
    ["a null in its list", plan([{}, null]), /its entry 1 is null/],
    ["a million cells", plan({ seed: values(100), styleWeight: values(100), steps: values(100), size: [64] }),
      /this sweep has 1,000,000 cells \(100 × 100 × 100\), and the most is 5,000, as each leaves four files/],
    ["a list of too many", plan(Array(5_001).fill({})), /this sweep has 5,001 cells, and the most is 5,000/],
    ["a size that cannot be", plan({ size: [[1e6, 1e6]] }), /size is at most 100 million pixels; got \[1000000,1000000\]/],
  );
  for (const [what, given, message] of wrong)
    it(`with ${what} is refused, saying what to do`, () => assert.throws(() => cellsOf(given as PlanFile), message));
});

describe("a shard", () => {
  const cells = cellsOf(plan({ seed: [0, 1, 2, 3, 4, 5, 6] }));
  it("is every n-th cell, so that each cell is in one shard", () => {
    assert.deepEqual(["1/3", "2/3", "3/3"].map((shard) => shardOf(cells, shard).map(({ index }) => index)), [[0, 3, 6], [1, 4], [2, 5]]);
    assert.deepEqual(shardOf(cells, "1/1"), cells);
  });
  for (const shard of ["4/3", "0/3", "1/0", "a/b", "1", "1.5/3", "-1/3", ""])
    it(`"${shard}" is refused`, () => assert.throws(() => shardOf(cells, shard), /a shard is k\/n/));
  it("more shards than cells are refused", () =>
    assert.throws(() => shardOf(cells, "1/8"), /8 shards are more than this sweep has cells: it has 7/));
});
