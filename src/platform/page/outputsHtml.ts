// The outputs of a cell as HTML: text, errors, pictures and plots.
import { transparent } from "../drawing/colors";
import { escapeMarkup } from "../drawing/escapeMarkup";
import { joined, type NotebookOutput } from "../files/notebookFile";
import { ansiToHtml } from "./ansiToHtml";
import { escapeJson } from "./escapeJson";
import { htmlFrame } from "./htmlFrame";
import { type Addresses, prose } from "./markdown";
import { pictureHtml } from "./pictureHtml";

export const plotlyType = "application/vnd.plotly.v1+json";

type Bundle = Record<string, unknown>;
interface PlotlySpec { data?: Bundle[]; layout?: Bundle; config?: Bundle; frames?: Bundle[] }
type Show = (bundle: Bundle, type: string, addresses: Addresses, metadata?: object) => string;

/** Best first. One output may come in several forms, and the page shows one of them, as Jupyter does. */
const forms: ReadonlyArray<readonly [RegExp, Show]> = [
  [/^application\/vnd\.plotly\.v1\+json$/, plot],
  [/^text\/html$/, (bundle, type) => htmlFrame(joined(bundle[type]))],
  [/^text\/markdown$/, (bundle, type, addresses, metadata) =>
    `<div class="${isCaption(metadata) ? "caption" : "prose"}">${prose(joined(bundle[type]), addresses).html}</div>`],
  [/^image\//, (bundle, type, _addresses, metadata) => picture(bundle, type, metadata)],
  [/^text\/latex$/, (bundle, type, addresses) => `<div class="prose">${prose(joined(bundle[type]), addresses).html}</div>`],
  [/^text\//, (bundle, type) => block("result", joined(bundle[type]))],
];

/** All outputs of one cell, in order; neighboring pieces of one stream are joined. */
export function outputsHtml(outputs: readonly NotebookOutput[], addresses: Addresses): string {
  const html: string[] = [];
  for (let i = 0; i < outputs.length; i++) {
    const output = outputs[i]!;
    if (output.output_type === "stream") {
      let text = joined(output.text);
      while (outputs[i + 1]?.output_type === "stream" && outputs[i + 1]!.name === output.name) {
        text += joined(outputs[++i]!.text);
      }
      if (text.trim() !== "") html.push(block(output.name === "stderr" ? "stream stderr" : "stream", text));
    } else if (output.output_type === "error") {
      html.push(error(output));
    } else {
      html.push(shown(output.data ?? {}, addresses, output.metadata));
    }
  }
  return html.filter((part) => part !== "").join("\n");
}

function shown(bundle: Bundle, addresses: Addresses, metadata?: object): string {
  const types = Object.keys(bundle);
  for (const [pattern, show] of forms) {
    const type = types.find((name) => pattern.test(name));
    if (type !== undefined) return show(bundle, type, addresses, metadata);
  }
  return types.length === 0 ? "" : block("result", `[nothing here can show ${types.join(", ")}]`);
}

/** What `show` writes below a picture. */
function isCaption(metadata: object = {}): boolean {
  return (metadata as { "text/markdown"?: { styloscope?: unknown } })["text/markdown"]?.styloscope === "caption";
}

function block(kind: string, text: string): string {
  return `<pre class="${kind}">${ansiToHtml(text.replace(/\s+$/, ""))}</pre>`;
}

/** The error's own line first, then where it came from; a line that the traceback already has is not repeated. */
function error({ ename = "Error", evalue = "", traceback = [] }: NotebookOutput): string {
  const headline = evalue === "" ? ename : `${ename}: ${evalue}`;
  const rest = traceback.join("\n");
  const repeats = rest.replace(/\x1b\[[0-9;]*m/g, "").includes(evalue === "" ? ename : evalue);
  return block("error", repeats ? rest : `${headline}\n${rest}`);
}

function picture(bundle: Bundle, type: string, metadata?: object): string {
  return `<figure class="picture">${pictureHtml(bundle, type, { metadata })}${caption(bundle)}</figure>`;
}

/** The PNG twin stands in the page; the script draws over it, and without the script, or on paper, the twin stays. */
function plot(bundle: Bundle, type: string): string {
  const { data, layout = {}, config = {}, frames } = (bundle[type] ?? {}) as PlotlySpec;
  const twinType = Object.keys(bundle).find((name) => name.startsWith("image/"));
  const twin = twinType === undefined ? "" : pictureHtml(bundle, twinType, { className: "twin" });
  const traces = Array.isArray(data) ? data : [];
  const onlyLines = traces.every((trace) => ["scatter", "bar", "box", undefined].includes(trace.type as string));
  const height = typeof layout.height === "number" ? layout.height : 420;
  const opaque = layout.paper_bgcolor !== transparent;
  const classes = ["plot", onlyLines && "lines", opaque && "opaque", twin !== "" && "has-twin"].filter(Boolean).join(" ");
  return `<figure class="${classes}" style="--height:${height}px">${twin}
<script type="application/json">${escapeJson({ data, layout, config, frames })}</script>${caption(bundle)}</figure>`;
}

/**
 * One line of text beside a picture is its caption; more is a description, and stays in the alt text. So does the text that `show`
 * adds to an image, "image 320×320: …": it has drawn the caption into the picture.
 */
function caption(bundle: Bundle): string {
  const text = joined(bundle["text/plain"]).trim();
  if (text === "" || text.length > 200 || text.includes("\n")) return "";
  if (/^image \d+×\d+/.test(text) || /^[<[{].*[>\]}]$/.test(text)) return "";
  return `<figcaption>${escapeMarkup(text)}</figcaption>`;
}
