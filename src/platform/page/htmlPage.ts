// What every page has around its content: the content policy, the style, a header and a footer.
import { escapeMarkup } from "../drawing/escapeMarkup";
import { contentPolicy } from "./contentPolicy";
import { katexStyle } from "./katexStyle";
import { pageAsset } from "./pageAsset";

/** Parts of a page as HTML, but for `title`, `style` and `scripts`, which are plain text, CSS and JavaScript. */
export interface PageParts {
  readonly title: string;
  readonly heading: string;
  readonly main: string;
  readonly navigation?: string;
  readonly footer?: string;
  /** CSS beside the page's own. */
  readonly style?: string;
  readonly scripts?: readonly string[];
  /** Scripts that `scripts` make out of data in the page, and data in front of them. */
  readonly packed?: { readonly scripts: readonly string[]; readonly html: string };
  /** Whether `scripts` may load scripts from files beside the page. */
  readonly loadsScripts?: boolean;
}

/** A page as one HTML file. Nothing but `scripts` runs in it. */
export async function htmlPage(
  { title, heading, main, navigation = "", footer, style = "", scripts = [], packed, loadsScripts }: PageParts,
): Promise<string> {
  const nav = navigation === "" ? "" : `<nav>${navigation}</nav>\n`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
${contentPolicy([...scripts, ...(packed?.scripts ?? [])], { loadsScripts })}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="styloscope">
<title>${escapeMarkup(title)}</title>
<link rel="icon" href="data:,">
<style>
${pageAsset("page.css")}${style}${await katexStyle(heading + main)}</style>
</head>
<body>
${nav}<header><h1>${heading}</h1></header>
<main>
${main}
</main>
${nav}${footer === undefined ? "" : `<footer><p>${footer}</p></footer>\n`}${packed?.html ?? ""}${scripts.map((script) => `<script>${script}</script>\n`).join("")}</body>
</html>
`;
}
