// Text in an SVG: how wide it is, how it is made to fit, and the element itself. The markup is plotly's: `<sup>…</sup>` raises,
// other tags are dropped.
import { ink } from "./colors";
import { escapeMarkup } from "./escapeMarkup";
import { letterWidth } from "./fonts";

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

/** One line of text as an SVG element; the font is the one of the element around it, and should be `labelFont`. */
export function svgText(
  text: string, { x, y, size = 12, bold = false, color = ink, anchor = "start" }: SvgTextOptions,
): string {
  const raise = size * 0.36;
  const spans = runs(text).map((run, i, all) => {
    const shift = (run.raised ? -raise : 0) - (all[i - 1]?.raised ? -raise : 0);
    const small = run.raised ? ` font-size="${size * superscript}"` : "";
    return `<tspan dy="${shift}"${small}>${escapeMarkup(inLabelFont(run.text))}</tspan>`;
  });
  const weight = bold ? ' font-weight="bold"' : "";
  const position = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"`;
  return `<text ${position} font-size="${size}" fill="${color}"${weight}>${spans.join("")}</text>`;
}

const superscript = 0.72;   // of the font size

// KaTeX's minus sign is a hairline, and its middle dot is narrower than the one between factors.
function inLabelFont(text: string): string {
  return text.replaceAll("−", "–").replaceAll("·", "⋅");
}

/** How wide a line is in `labelFont`, in pixels. */
export function textWidth(text: string, size: number = 12, { bold = false }: { bold?: boolean } = {}): number {
  const widths = runs(text).map((run) =>
    [...inLabelFont(run.text)].reduce((sum, letter) => sum + letterWidth(letter, { bold }), 0) * (run.raised ? superscript : 1));
  return widths.reduce((sum, width) => sum + width, 0) * size;
}

/** How much wider a line may be in a browser, whose system font is wider. */
export const widerInBrowser = 1.16;

/** How much room to leave for a line that plotly may draw in a browser. In whole pixels. */
export function labelRoom(text: string, size: number = 12): number {
  return Math.ceil(widerInBrowser * textWidth(text, size));
}

/** The text itself where it fits `width` pixels, otherwise its beginning and "…". */
export function fitText(text: string, width: number, size: number = 12, { bold = false }: { bold?: boolean } = {}): string {
  if (textWidth(text, size, { bold }) <= width) return text;
  const letters = [...runs(text).map((run) => run.text).join("")];
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, size, { bold }) > width) letters.pop();
  return letters.length > 1 || [...text].length > 1 ? `${letters.join("").trimEnd()}…` : text;
}

/** The text in lines of at most `width` pixels, broken between words; a single word may be longer. */
export function wrapText(text: string, width: number, size: number = 12, { bold = false }: { bold?: boolean } = {}): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) === "" || textWidth(longer, size, { bold }) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function runs(text: string): { text: string; raised: boolean }[] {
  const parts = text.split(/(<sup>.*?<\/sup>)/).filter((part) => part !== "");
  return parts.map((part) => ({ text: part.replace(/<\/?[a-z][^>]*>/g, ""), raised: part.startsWith("<sup>") }));
}
