// Words in a figure's SVG. The markup is plotly's: `<sup>…</sup>` raises, other tags are dropped.
import { ink } from "./colors";
import { escapeXml } from "./fonts";

export interface SvgTextOptions {
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  /** Font size in pixels (default 12). */
  readonly size?: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly anchor?: "start" | "middle" | "end";
}

/** One line of text as an SVG element; the font is the one of the element around it. */
export function svgText(
  text: string, { x, y, size = 12, bold = false, color = ink, anchor = "start" }: SvgTextOptions,
): string {
  const raise = size * 0.36;
  const words = runs(text).map((run, i, all) => {
    const shift = (run.raised ? -raise : 0) - (all[i - 1]?.raised ? -raise : 0);
    const small = run.raised ? ` font-size="${size * 0.72}"` : "";
    return `<tspan dy="${shift}"${small}>${escapeXml(inOurFont(run.words))}</tspan>`;
  });
  const weight = bold ? ' font-weight="bold"' : "";
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"`;
  return `<text ${place} font-size="${size}" fill="${color}"${weight}>${words.join("")}</text>`;
}

// KaTeX's minus sign is a hairline, and its dot between words is the one between factors.
function inOurFont(words: string): string {
  return words.replaceAll("−", "–").replaceAll("·", "⋅");
}

/** About how wide a line is, in pixels, rather too wide; known without drawing, so that layouts are plain functions. */
export function textWidth(text: string, size: number = 12, { bold = false }: { bold?: boolean } = {}): number {
  const widths = runs(text).map(({ words, raised }) =>
    [...words].reduce((sum, letter) => sum + letterWidth(letter), 0) * (raised ? 0.72 : 1));
  return widths.reduce((sum, width) => sum + width, 0) * size * (bold ? 1.1 : 1);
}

/** The text cut to `width` pixels, with an ellipsis where something is missing. */
export function cut(text: string, width: number, size: number = 12, { bold = false }: { bold?: boolean } = {}): string {
  if (textWidth(text, size, { bold }) <= width) return text;
  const letters = [...runs(text).map(({ words }) => words).join("")];
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, size, { bold }) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

// In parts of the font size.
function letterWidth(letter: string): number {
  if ("ijl.,:;'|!I ".includes(letter)) return 0.31;
  if ("frt()[]/-".includes(letter)) return 0.4;
  if ("mwMW%→…".includes(letter)) return 0.9;
  if (/[A-Z×+=−]/.test(letter)) return 0.7;
  return letter.charCodeAt(0) < 0x2e80 ? 0.53 : 1;   // from there on: Chinese, Japanese, Korean
}

function runs(text: string): { words: string; raised: boolean }[] {
  const parts = text.split(/(<sup>.*?<\/sup>)/).filter((part) => part !== "");
  return parts.map((part) => ({ words: part.replace(/<\/?[a-z][^>]*>/g, ""), raised: part.startsWith("<sup>") }));
}
