// The colors of the plots: few, calm, and the same term has the same color everywhere.

export const ink = "#24292f";
export const faint = "#6e7781";
export const grid = "#e6e8eb";

/** Distinct for color-blind readers, too (after Okabe and Ito, darkened for thin lines on white). */
export const palette: readonly string[] =
  ["#0b6fb3", "#c8541b", "#12805c", "#a8528b", "#b5850b", "#3d8fb8", "#7a5c3e", "#5b5ea6"];

export type Ramp = readonly string[];

// The values of d3-scale-chromatic's interpolateViridis and schemeRdBu. Not the package itself: its versions that `require` can load
// need a d3-color with a known vulnerability (GHSA-36jr-mh4h-2g58).

/** From little to much (viridis). */
export const sequential: Ramp =
  ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"];

/** From negative over 0 to positive (ColorBrewer's RdBu, reversed). */
export const diverging: Ramp = ["#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"];

// Parts are grouped by the first word of their names; the layers of a group run from light to dark as they run from shallow to deep.
const kinds: Readonly<Record<string, Ramp>> = {
  style: ["#62afd8", "#3c8dc4", "#1f6fb0", "#0b4f8a", "#08306b"],
  content: ["#e8915b", "#c8541b", "#8f3206"],
  smoothness: ["#8a9199"],
};
const spare: readonly Ramp[] = [
  ["#7cc4a4", "#12805c", "#07503a"],
  ["#cf93bb", "#a8528b", "#6b2557"],
  ["#d9b34d", "#b5850b", "#7a5800"],
  ["#9a9cd0", "#5b5ea6", "#33356e"],
];

/** A color for every part of a loss, by its name. */
export function partColors(names: readonly string[]): string[] {
  const kindOf = (name: string): string => name.split(" ")[0];
  const others = [...new Set(names.map(kindOf))].filter((kind) => !(kind in kinds));
  return names.map((name) => {
    const kind = kindOf(name);
    const ramp = kinds[kind] ?? spare[others.indexOf(kind) % spare.length];
    const family = names.filter((other) => kindOf(other) === kind);
    return family.length === 1 ? ramp[ramp.length >> 1] : mix(ramp, family.indexOf(name) / (family.length - 1));
  });
}

/** The color at `fraction` (0 … 1) of a ramp, as #rrggbb. */
export function mix(ramp: Ramp, fraction: number): string {
  return `#${channels(ramp, fraction).map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The same as red, green and blue in 0 … 255. */
export function channels(ramp: Ramp, fraction: number): number[] {
  const position = Math.min(1, Math.max(0, fraction)) * (ramp.length - 1);
  const left = Math.min(ramp.length - 1, Math.floor(position));
  const right = Math.min(ramp.length - 1, left + 1);
  const rgb = (color: string): number[] => [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
  const [from, to] = [rgb(ramp[left]), rgb(ramp[right])];
  return from.map((value, c) => Math.round(value + (position - left) * (to[c] - value)));
}

/** A ramp in plotly's form. */
export function colorScale(ramp: Ramp): [number, string][] {
  return ramp.map((color, i) => [i / (ramp.length - 1), color]);
}
