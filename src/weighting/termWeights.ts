// New terms from terms: content and style weights as a ratio, and a different loss for each layer.
import { atLayer } from "../losses/atLayer";
import { mustBeLoss, type LayerLoss } from "../losses/loss";
import { layerWeights, type Term } from "../terms";

/**
 * The same terms with α/β = `ratio`, the number that the paper gives: α is the sum of the weights of all content terms, β that of all
 * style terms. The content terms stay as they are, the style terms keep their proportions, all others are not changed.
 *
 * @throws RangeError for a ratio that is not above 0, and where there is no content or no style
 */
export function withRatio(terms: readonly Term[], ratio: number): Term[] {
  if (!(Number.isFinite(ratio) && ratio > 0))
    throw new RangeError(`the ratio α/β is a number above 0, got ${ratio}; for style only, leave out the content`);
  const sum = (kind: Term["kind"]): number =>
    terms.filter((term) => term.kind === kind).reduce((total, { weight }) => total + weight, 0);
  const [alpha, beta] = [sum("content"), sum("style")];
  if (!(alpha > 0 && beta > 0))
    throw new RangeError(`a ratio needs content and style with weights above 0; here α is ${alpha} and β is ${beta}`);
  return terms.map((term) => (term.kind === "style" ? { ...term, weight: (term.weight * alpha) / (ratio * beta) } : term));
}

/**
 * One term for each layer of `term`, each with its own loss: for a mask that differs from layer to layer,
 * `...perLayer(style(painting), (layer) => guidedGram({ image: sky[layer], target: clouds[layer] }))`. Weights and names of the
 * parts do not change.
 *
 * @throws TypeError where `lossOf` returns no loss
 */
export function perLayer(term: Term, lossOf: (layer: string) => LayerLoss): Term[] {
  return Object.entries(layerWeights(term)).map(([layer, share]) => {
    const loss = lossOf(layer);
    mustBeLoss(loss, `the loss of "${term.name}" at ${layer}`);
    return { ...term, name: `${term.name} ${layer}`, layers: undefined, loss: atLayer(loss, layer), weight: term.weight * share };
  });
}
