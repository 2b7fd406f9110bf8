// The frame of every page: its style, its scripts, and the policy that lets only these run.
import { escapeMarkup } from "../drawing/escapeMarkup";
import { contentPolicy } from "./contentPolicy";
import { katexStyle } from "./katexStyle";
import { packedPlotly } from "./packedPlotly";
import { pageAsset } from "./pageAsset";

export interface HtmlPage {
  /** Plain text. */
  readonly title: string;
  /** HTML, as the others: whoever makes it escapes what is not the project's own. */
  readonly heading: string;
  readonly body: string;
  readonly footer: string;
}

/** One self-contained page. Where the body has a plot (`<figure class="plot…">`, as `outputsHtml` writes it), it gets plotly, once, for 2 MB. */
export async function htmlPage({ title, heading, body, footer }: HtmlPage): Promise<string> {
  const plots = body.includes('<figure class="plot') ? await packedPlotly() : undefined;
  const scripts = [
    ...(body.includes('<iframe class="html"') ? [`\n${pageAsset("fitFrames.js")}`] : []), ...(plots ? [`\n${pageAsset("drawPlots.js")}`] : []),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
${contentPolicy([...scripts, ...(plots ? [plots.script] : [])])}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="styloscope">
<title>${escapeMarkup(title)}</title>
<link rel="icon" href="data:,">
<style>
${pageAsset("page.css")}${await katexStyle(heading + body)}</style>
</head>
<body>
<header><h1>${heading}</h1></header>
<main>
${body}
</main>
<footer><p>${footer}</p></footer>
${plots ? plotlyHtml(plots.base64) : ""}${scripts.map((script) => `<script>${script}</script>\n`).join("")}</body>
</html>
`;
}

function plotlyHtml(base64: string): string {
  return `<!-- plotly.js, MIT License, Copyright Plotly, Inc.; minified and gzipped -->
<script type="text/plain" id="plotly-gzip">${base64}</script>
`;
}
