// Balanced weights: every term as loud as every other where a run begins.
import { mustBeOneOf } from "../errors";
import { mustBeImage, type Image } from "../image";
import { norm } from "../math/vectors";
import type { Network } from "../networks/network";
import { objective } from "../objective";
import { printedAs } from "../printedAs";
import type { Term } from "../terms";

/** What a term's loudness is: its weighted loss, or the length of its pixel gradient. */
export const balanceMeasures = ["value", "gradient"] as const;
export type BalanceBy = (typeof balanceMeasures)[number];

/** One term before and after: its weight, its weighted loss, and the length of its weighted gradient. */
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
 * The same terms, weighted so that each contributes equally to the loss of `image` (or, `by` gradient, to its pixel gradient);
 * their sum stays what it was. An optimizer follows the gradient, so by gradient nothing is drowned in its first steps; by value,
 * every curve starts in one point.
 *
 * @param image where the run begins. Not the photograph itself: its content loss is 0 there, and no weight makes that equal
 * @throws RangeError for a term that says nothing (0) of `image`
 */
export async function balance(
  network: Network, terms: readonly Term[], image: Image, { by = "value" }: { by?: BalanceBy } = {},
): Promise<Balance> {
  mustBeOneOf(by, balanceMeasures, "loudness");
  mustBeImage(image, "the image at which weights are balanced");
  objective(network, terms).dispose(); // refuses what cannot be meant, before anything is measured
  const heard: { value: number; gradient: number }[] = [];
  for (const term of terms) heard.push(await alone(network, term, image)); // of a weight of 1
  terms.forEach(({ name }, i) => {
    if (!(heard[i][by] > 0))
      throw new RangeError(
        `"${name}" cannot be balanced: its ${by} is ${heard[i][by]} at this image; take another, such as noise(photo)`);
  });
  const total = terms.reduce((sum, { weight }, i) => sum + weight * heard[i][by], 0);
  if (!(total > 0))
    throw new RangeError("all terms have a weight of 0: give one of them another, so that there is a sum to share");
  const balanced = terms.map((term, i) => ({ ...term, weight: total / terms.length / heard[i][by] }));
  const weighted = (weight: number, { value, gradient }: typeof heard[0]): BalanceRow["before"] =>
    ({ weight, value: weight * value, gradient: weight * gradient });
  const rows = terms.map(({ name, weight }, i) =>
    ({ name, before: weighted(weight, heard[i]), after: weighted(balanced[i].weight, heard[i]) }));
  const described = (): string => table(rows);
  return printedAs({ terms: balanced, rows }, described);
}

async function alone(network: Network, term: Term, image: Image): Promise<{ value: number; gradient: number }> {
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
