// What every page has around its content: the content policy, the style, a header and a footer, and the scripts that its content needs.
import { escapeMarkup } from "../drawing/escapeMarkup";
import { contentPolicy } from "./contentPolicy";
import { katexStyle } from "./katexStyle";
import { packedPlotly } from "./packedPlotly";
import { pageAsset } from "./pageAsset";

/** Parts of a page as HTML, escaped by whoever makes it; `title` and `plotly` are plain text, `style` is CSS. */
export interface PageParts {
  readonly title: string;
  readonly heading: string;
  readonly main: string;
  readonly navigation?: string;
  readonly footer?: string;
  /** CSS beside the page's own. */
  readonly style?: string;
  /** The file of plotly beside the page; by default a page with plots contains it, once, for 2 MB. */
  readonly plotly?: string;
}

/** A page as one HTML file, with plotly where `main` has a plot (`<figure class="plot…">`, as `outputsHtml` writes it). Nothing else runs in it. */
export async function htmlPage({ title, heading, main, navigation = "", footer, style = "", plotly }: PageParts): Promise<string> {
  const nav = navigation === "" ? "" : `<nav>${navigation}</nav>\n`;
  const hasPlots = main.includes('<figure class="plot');
  const packed = hasPlots && plotly === undefined ? await packedPlotly() : undefined;
  const scripts = [
    ...(main.includes('<iframe class="html"') ? [`\n${pageAsset("fitFrames.js")}`] : []), ...(hasPlots ? [`\n${pageAsset("drawPlots.js")}`] : []),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
${contentPolicy([...scripts, ...(packed ? [packed.script] : [])], { loadsScripts: hasPlots && plotly !== undefined })}
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
${nav}${footer === undefined ? "" : `<footer><p>${footer}</p></footer>\n`}${hasPlots ? plotlyHtml(packed?.base64, plotly) : ""}${scripts.map((script) => `<script>${script}</script>\n`).join("")}</body>
</html>
`;
}

/** The minified script itself, or where it lies. */
function plotlyHtml(base64: string = "", file: string = ""): string {
  return `<!-- plotly.js, MIT License, Copyright Plotly, Inc.; minified and gzipped -->
<script type="text/plain" id="plotly-gzip"${file && ` data-file="${escapeMarkup(file)}"`}>${base64}</script>
`;
}
