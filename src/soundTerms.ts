// Which terms make an objective: each sound by itself, and no two with one name.
import { mustBeImage, normalizeWeights } from "./image";
import { mustBeLoss, needsTarget } from "./losses/loss";
import { mustHaveLayers } from "./networks/mustHaveLayers";
import type { Network } from "./networks/network";
import { layersOf, layerWeights, partsOf, type Term } from "./terms";

/**
 * @throws RangeError for a layer that the network lacks, two terms or parts with one name, a weight that is negative or no number;
 *   TypeError for a loss that was not called, or is none
 */
export function mustBeSoundTerms(terms: readonly Term[], network: Network): void {
  terms.forEach((term) => mustBeSound(term, network));
  mustDiffer(terms.map(({ name }) => name), "terms");
  mustDiffer(terms.flatMap(partsOf).map(({ name }) => name), "parts");
}

function mustDiffer(names: readonly string[], what: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new RangeError(`two ${what} are called "${twice}": give one of them another name, or its curve is lost`);
}

function mustBeSound(term: Term, network: Network): void {
  const { name, loss, target, weight } = term;
  if (!(Number.isFinite(weight) && weight >= 0))
    throw new RangeError(`the weight of "${name}" must be 0 or more, got ${weight}`);
  mustBeLoss(loss, `the loss of "${name}"`);
  if (!needsTarget(loss)) {
    if (target !== undefined) throw new RangeError(`the loss ${loss.name} compares with nothing: leave out the target of "${name}"`);
  } else if (Array.isArray(target)) {
    normalizeWeights(target, `the target of "${name}"`);
    if (target.length > 1 && !loss.blend)
      throw new RangeError(`targets of the loss ${loss.name} do not blend: give "${name}" one image, and each other a term`);
  } else mustBeImage(target, `the target of "${name}"`);
  mustReadLayers(term, network);
}

function mustReadLayers(term: Term, network: Network): void {
  const { name, loss, layers } = term;
  if ("layers" in loss && layers !== undefined)
    throw new RangeError(`the loss ${loss.name} names its layers itself: leave out the layers of "${name}"`);
  if (layersOf(term).length === 0) throw new RangeError(`"${name}" reads no layer: name one, such as ${network.layers[1]}`);
  mustHaveLayers(network.name, network.layers, layersOf(term));
  for (const [layer, share] of Object.entries(layerWeights(term)))
    if (!(Number.isFinite(share) && share >= 0))
      throw new RangeError(`the weight of ${layer} in "${name}" must be 0 or more, got ${share}`);
}
