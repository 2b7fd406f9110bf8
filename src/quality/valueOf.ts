// The loss of an image, without its gradient: what a judge needs, in one forward pass.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import type { Term } from "../terms";

/** Σ weight · loss of `terms` at `image`, as `objective(network, terms)` measures it. */
export async function valueOf(network: Network, terms: readonly Term[], image: Image): Promise<number> {
  const goal = objective(network, terms);
  const sum = tf.tidy(() => tf.sum(goal.losses(image)));
  try {
    return (await sum.data())[0];
  } finally {
    sum.dispose();
    goal.dispose();
  }
}
