// A part of a sweep: every n-th cell, from the k-th on.
import type { Cell } from "./plan";

/**
 * The cells of `"k/n"`; neighbors go to different parts, so that all parts take about as long.
 *
 * @throws RangeError for what is no part, such as 4/3
 */
export function shardOf(cells: readonly Cell[], shard: string): Cell[] {
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(shard)?.map(Number) ?? [];
  if (!(k >= 1 && k <= n))
    throw new RangeError(`a shard is k/n, the k-th of n parts, from 1/${n || 3} to ${n || 3}/${n || 3}; got "${shard}"`);
  if (n > cells.length) throw new RangeError(`${n} shards are more than this sweep has cells: it has ${cells.length}`);
  return cells.filter(({ index }) => index % n === k - 1);
}
