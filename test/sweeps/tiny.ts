// A sweep that takes a second: a small random network, small pictures, few steps.
import * as tf from "@tensorflow/tfjs";
import { fromStatistic } from "../../src/losses/fromStatistic";
import type { Plan, PlanFile } from "../../src/sweeps/plan";
import { sweep } from "../../src/sweeps/sweep";
import type { SweepResult } from "../../src/sweeps/sweepResult";

/** Two layers × three weights. */
export const tiny: PlanFile = {
  base: { size: [32, 32], steps: 3, network: { random: { width: 0.1 } }, contentLayers: ["relu2_1"] },
  over: { styleLayers: [["relu1_1"], { relu1_1: 0, relu2_1: 1 }], styleWeight: [1, 10, 100] },
};

/** The same with a custom loss, so that it is run in this process. */
export const tinyCustom: Plan = {
  ...tiny, base: { ...tiny.base, styleLoss: fromStatistic((features) => tf.mean(features, [0, 1]), "means") },
};

/** The least there is to run: two cells of two steps in this process, two seconds on a busy machine. */
export const least: Plan = {
  base: {
    size: [16, 16], steps: 2, network: { random: { width: 0.1 } }, contentLayers: ["relu1_1"], styleLayers: ["relu1_1"],
    styleLoss: fromStatistic((features) => tf.mean(features, [0, 1]), "means"),
  },
  over: { styleWeight: [1, 10] },
};

export function sweptTiny(out: string): Promise<SweepResult> {
  return sweep(tinyCustom, { out });
}
