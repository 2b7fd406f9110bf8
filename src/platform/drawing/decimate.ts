// A long curve in few points that looks the same: every peak and every dip stays.

export interface Curve {
  readonly x: number[];
  readonly y: number[];
}

/** At most `limit` points: the first, the last, and of every stretch between them the lowest and the highest. */
export function decimate(x: ArrayLike<number>, y: ArrayLike<number>, limit: number = 400): Curve {
  const count = Math.min(x.length, y.length);
  const kept = count <= limit ? Array.from({ length: count }, (_, i) => i) : extremes(y, count, limit);
  return { x: kept.map((i) => x[i]), y: kept.map((i) => y[i]) };
}

function extremes(y: ArrayLike<number>, count: number, limit: number): number[] {
  const stretches = Math.max(1, (limit - 2) >> 1);
  const kept = new Set([0, count - 1]);
  for (let s = 0; s < stretches; s++) {
    const from = 1 + Math.floor((s * (count - 2)) / stretches);
    const to = 1 + Math.floor(((s + 1) * (count - 2)) / stretches);
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      // A gap must stay a gap, so the first value that is not finite counts as an extreme.
      if (!Number.isFinite(y[i])) { low = i; break; }
      if (y[i] < y[low]) low = i;
      if (y[i] > y[high]) high = i;
    }
    kept.add(low).add(high);
  }
  return [...kept].sort((a, b) => a - b);
}
