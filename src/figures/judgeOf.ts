// The network that judges a figure's images: not the one that made them.
import { loadNetwork } from "../networks/loadNetwork";
import type { Network } from "../networks/network";
import { randomVgg } from "../networks/vgg";

/** The network that judges the images of others. */
export const judgeName = "vgg19-mini";

/** A network that did not make the images: what their own network sees was fitted. The caller disposes it. */
export async function judgeOf(network: Network, seed: number): Promise<Network> {
  if (network.name !== judgeName) return loadNetwork(judgeName, { pooling: "average" });
  return randomVgg({ width: 0.5, seed, pooling: "average" });
}
