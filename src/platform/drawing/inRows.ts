// A list broken into rows.

/** The items in rows of `columns`, the last perhaps shorter. */
export function inRows<Item>(items: readonly Item[], columns: number): Item[][] {
  if (!(columns >= 1)) return [];
  return Array.from({ length: Math.ceil(items.length / columns) }, (_, row) => items.slice(row * columns, (row + 1) * columns));
}
