// KaTeX's style sheet with the fonts that a page needs inside it, and no others.
import { readFile } from "node:fs/promises";
import path from "node:path";

/** CSS for the formulas in `html`; empty when there are none. About 0.2 MB for everyday math, 0.4 MB at most. */
export async function katexStyle(html: string): Promise<string> {
  if (!html.includes('class="katex')) return "";
  const sheet = require.resolve("katex/dist/katex.min.css");
  const css = await readFile(sheet, "utf8");
  const needed = fontFamilies(css, html);
  const faces = [...css.matchAll(/@font-face\{[^}]*\}/g)].map((match) => match[0]);
  const embedded = await Promise.all(faces.map((face) => embed(face, needed, path.dirname(sheet))));
  const rules = css.replace(/@font-face\{[^}]*\}/g, "");
  return `/* KaTeX, MIT; its fonts, SIL OFL 1.1 or MIT */\n${embedded.join("\n")}\n${rules}`;
}

/** The KaTeX font families whose rule could match: every class of one of the rule's selectors occurs in the page. */
function fontFamilies(css: string, html: string): Set<string> {
  const classes = new Set([...html.matchAll(/class="([^"]*)"/g)].flatMap((match) => match[1]!.split(/\s+/)));
  const families = new Set<string>();
  for (const [, selectors, family] of css.matchAll(/([^{}]+)\{[^{}]*?font(?:-family)?:[^;{}]*?(KaTeX_\w+)/g)) {
    const matches = (selector: string): boolean =>
      [...selector.matchAll(/\.([\w-]+)/g)].every((match) => classes.has(match[1]!));
    if (!selectors!.startsWith("@") && selectors!.split(",").some(matches)) families.add(family!);
  }
  return families;
}

async function embed(face: string, needed: Set<string>, folder: string): Promise<string> {
  const family = /font-family:"?(KaTeX_\w+)/.exec(face)?.[1];
  const file = /url\(([^)]+\.woff2)\)/.exec(face)?.[1];
  if (family === undefined || file === undefined || !needed.has(family)) return "";
  const font = await readFile(path.join(folder, file), "base64");
  return face.replace(/src:[^;}]*/, `src:url(data:font/woff2;base64,${font}) format("woff2")`);
}
