// Balanced weights: every term contributes equally where a run begins.
import { mustBeOneOf } from "../errors";
import { mustBeImage, type Image } from "../image";
import { norm } from "../math/vectors";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import { printedAs } from "../printedAs";
import type { Term } from "../terms";

/** What is made equal: the weighted losses, or the norms of their pixel gradients. */
export const balanceMeasures = ["value", "gradient"] as const;
export type BalanceBy = (typeof balanceMeasures)[number];

/** One term before and after: its weight, its weighted loss, and the norm of its weighted gradient. */
export interface BalanceRow {
  readonly name: string;
  readonly before: { readonly weight: number; readonly value: number; readonly gradient: number };
  readonly after: { readonly weight: number; readonly value: number; readonly gradient: number };
}

export interface Balance {
  /** The terms with their new weights. */
  readonly terms: Term[];
  /** The numbers, term by term; printing the balance shows them. */
  readonly rows: readonly BalanceRow[];
  toString(): string;
}

/**
 * The same terms, weighted so that each contributes equally to the loss of `image` (or, `by` gradient, has a pixel gradient of the
 * same norm); the sum of the losses (or norms) does not change. An optimizer follows the gradient, so by gradient no term dominates
 * its first steps; by value, all curves start at one point.
 *
 * @param image where the run begins. Not the photograph itself: its content loss is 0 there, and no weight makes that equal
 * @throws RangeError for a term that is 0 at `image`
 */
export async function balance(
  network: Network, terms: readonly Term[], image: Image, { by = "value" }: { by?: BalanceBy } = {},
): Promise<Balance> {
  mustBeOneOf(by, balanceMeasures, "measure of balance");
  mustBeImage(image, "the image at which weights are balanced");
  objective(network, terms).dispose(); // checks the terms before anything is measured
  const measured: { value: number; gradient: number }[] = [];
  for (const term of terms) measured.push(await measureAlone(network, term, image)); // with weight 1
  terms.forEach(({ name }, i) => {
    if (!(measured[i][by] > 0))
      throw new RangeError(
        `"${name}" cannot be balanced: its ${by} is ${measured[i][by]} at this image; take another, such as noise(photo)`);
  });
  const total = terms.reduce((sum, { weight }, i) => sum + weight * measured[i][by], 0);
  if (!(total > 0))
    throw new RangeError("all terms have weight 0: give one of them a weight above 0, so that there is a sum to distribute");
  const balanced = terms.map((term, i) => ({ ...term, weight: total / terms.length / measured[i][by] }));
  const weighted = (weight: number, { value, gradient }: typeof measured[0]): BalanceRow["before"] =>
    ({ weight, value: weight * value, gradient: weight * gradient });
  const rows = terms.map(({ name, weight }, i) =>
    ({ name, before: weighted(weight, measured[i]), after: weighted(balanced[i].weight, measured[i]) }));
  const described = (): string => table(rows);
  return printedAs({ terms: balanced, rows }, described);
}

async function measureAlone(network: Network, term: Term, image: Image): Promise<{ value: number; gradient: number }> {
  const goal = objective(network, [{ ...term, weight: 1 }]);
  try {
    const { value, gradient } = await goal.measure(image);
    return { value, gradient: norm(gradient) };
  } finally {
    goal.dispose();
  }
}

function table(rows: readonly BalanceRow[]): string {
  const cells = [["term", "weight", "→", "loss", "→", "gradient", "→"], ...rows.map(({ name, before, after }) => [name,
    ...[before.weight, after.weight, before.value, after.value, before.gradient, after.gradient].map((x) => x.toPrecision(3))])];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return cells.map(line).join("\n");
}
