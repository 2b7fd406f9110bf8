// How often something holds.

/** The share of `all` that are true, in 0…1. */
export function share(all: readonly boolean[]): number {
  return all.filter(Boolean).length / all.length;
}
