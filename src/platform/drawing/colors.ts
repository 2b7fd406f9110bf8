// The colors of the plots: few, calm, and the same term has the same color everywhere.
//
// A plot has no background: a notebook lies on GitHub's white and its black, in JupyterLab's themes and in a page of either kind, and none
// of them can be known when it is drawn. So whatever is drawn as text or as a line is of middle brightness, readable on all of them.

/** Text and axes. */
export const ink = "#767a80";
/** Lines of a grid, and frames. */
export const grid = "rgba(128,128,128,0.25)";
export const transparent = "rgba(0,0,0,0)";

/** What photographs lie on in a notebook, and its text: a picture with photographs is a JPEG, which cannot be transparent. */
export const table = "#202124";
export const tableInk = "#d9d7d2";

/** Distinct for color-blind readers, too (after Okabe and Ito), each with a contrast of 3 or more to white and to #1e1e1e. */
export const palette: readonly string[] =
  ["#1a7bc0", "#c8541b", "#158a64", "#b55f98", "#b08a1e", "#3d8fb8", "#8a6a48", "#6b6ec0"];

export type Ramp = readonly string[];

// The values of d3-scale-chromatic's interpolateViridis and schemeRdBu. Not the package itself: its versions that `require` can load
// need a d3-color with a known vulnerability (GHSA-36jr-mh4h-2g58).

/** From little to much (viridis). */
export const sequential: Ramp =
  ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"];

/** From negative over 0 to positive (ColorBrewer's RdBu, reversed). */
export const diverging: Ramp = ["#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"];

// Parts are grouped by the first word of their names. The layers of a group run through neighboring hues as they run from shallow to deep:
// through brightness they would get lost on a light page or on a dark one.
const kinds: Readonly<Record<string, Ramp>> = {
  style: ["#2f9bb5", "#2a8cc8", "#4579dc", "#6668dd", "#8458cf"],
  content: ["#d9762f", "#c8541b", "#c24343"],
  smoothness: ["#8a8c52"],
};
const spare: readonly Ramp[] = [
  ["#6f9a3a", "#2f8f55", "#1d8a80"],
  ["#c073a8", "#b55f98", "#a4569f"],
  ["#b08a1e", "#a5792c", "#996a44"],
  ["#7f80cc", "#6b6ec0", "#5f6ccf"],
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
