// One layer of random filters of several sizes: the networks of Ustyuzhaninov et al. 2016.
import * as tf from "@tensorflow/tfjs";
import type { Filter } from "../networks/applyLayer";
import type { Layer } from "../networks/architectures/architecture";
import { convolution, relu } from "../networks/architectures/operation";
import { graphNetwork, type GraphNetwork } from "../networks/graphNetwork";
import { materialize } from "../networks/materialize";

/**
 * Convolutions with filters of these `sizes`, `maps` of each, side by side: layers `conv3`, `relu3`, `conv5`, …, and `maps`, which is all of
 * them, rectified unless `linear`. Filters are uniform random numbers, each scaled to length 1, so that no size outweighs the others.
 */
export function shallowRandom(
  { sizes, maps, linear = false, seed }: { sizes: readonly number[]; maps: number; linear?: boolean; seed: number },
): GraphNetwork {
  const layers = sizes.flatMap((size): Layer[] => [
    { name: `conv${size}`, inputs: ["pixels"], operation: convolution(maps, size) }, { name: `relu${size}`, operation: relu },
  ]);
  const all: Layer = { name: "maps", inputs: sizes.map((size) => `${linear ? "conv" : "relu"}${size}`), operation: { kind: "concat" } };
  const filters = new Map(sizes.map((size, i): [string, Filter] => [`conv${size}`, tf.tidy(() => {
    const drawn = tf.randomUniform<tf.Rank.R4>([size, size, 3, maps], -1, 1, "float32", seed * 1009 + i + 1);
    return { kernel: tf.div(drawn, tf.sqrt(tf.sum(tf.square(drawn), [0, 1, 2]))), bias: tf.zeros([maps]) } as unknown as tf.TensorContainer;
  }) as unknown as Filter]));
  return graphNetwork([...layers, all], materialize(filters), {
    name: `${linear ? "linear " : ""}random filters of ${sizes.join(", ")} pixels (seed ${seed})`,
    preprocessing: { mean: [0.5, 0.5, 0.5], scale: [1, 1, 1] },
  });
}
