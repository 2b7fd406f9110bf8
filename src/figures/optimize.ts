// One transfer of a figure: the best image of a run, clipped, and the unweighted loss of each term there.
import type { Image } from "../image";
import { best, measureClipped } from "../minimize/best";
import { minimize, type MinimizeOptions, type Step } from "../minimize/minimize";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import { layerWeights, partsOf, type Term } from "../terms";

/** Its image is the caller's. `unweighted` has each term by its name: the mean over its layers, before its weight. */
export async function optimize(
  network: Network, terms: readonly Term[], start: Image,
  { each, ...run }: Omit<MinimizeOptions, "start"> & { each: (step: Step) => void },
): Promise<{ image: Image; loss: number; unweighted: Record<string, number> }> {
  const goal = objective(network, terms);
  try {
    const found = await best(minimize(goal, { start, ...run }), each);
    const { image, loss, unweighted } = await measureClipped(goal, found.image);
    return { image, loss, unweighted: Object.fromEntries(terms.map((term) => [term.name, meanOverLayers(term, unweighted)])) };
  } finally {
    goal.dispose();
  }
}

function meanOverLayers(term: Term, unweighted: Readonly<Record<string, number>>): number {
  const shares = Object.values(layerWeights(term));
  return partsOf(term).reduce((sum, { name }, i) => sum + (shares[i] ?? 1) * unweighted[name], 0);
}
