// Of many channels, the few that a plot shows.

/** The channels with the largest strength, strongest first. */
export function strongest(strengths: ArrayLike<number>, limit: number): number[] {
  const channels = Array.from({ length: strengths.length }, (_, channel) => channel);
  return channels.sort((a, b) => strengths[b] - strengths[a]).slice(0, limit);
}

/** Such as `the 16 strongest of 64 channels`. */
export function countOf(shown: number, channels: number): string {
  return shown < channels ? `the ${shown} strongest of ${channels} channels` : `${channels} channels`;
}
