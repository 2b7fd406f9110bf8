// An executed notebook as one HTML file that needs nothing else: no network, no server, no other file.
import { escapeMarkup } from "../drawing/escapeMarkup";
import { formatDuration } from "../drawing/formatDuration";
import { joined, type NotebookCell, type NotebookJson } from "../files/notebookFile";
import { highlight } from "./highlight";
import { htmlPage } from "./htmlPage";
import { type Addresses, prose } from "./markdown";
import { outputsHtml } from "./outputsHtml";
import { navigation, type SitePlace } from "./sitePlace";
import { urls } from "./urls";

export interface PageOptions {
  /** The title, where the notebook does not begin with a heading. */
  title?: string;
  /** The notebook's folder: pictures that its text names by relative path are read from here and put inside. */
  folder?: string;
  /** The folder the page will lie in, so that relative links still lead to the same files. Default: `folder`. */
  pageFolder?: string;
  /** The page's place in a site: links between notebooks lead from page to page, and plotly is one file for all. */
  site?: SitePlace;
}

/**
 * Turns an executed notebook (nbformat 4 JSON) into one self-contained page: prose with math, highlighted code,
 * and every output, plots interactive with their PNG twin shown first, on paper and without
 * JavaScript. Where the notebook has no plot, plotly is left out. A plot costs the page 2 MB once, math 0.2 MB.
 *
 * A notebook may come from anywhere, and its page is safe to open: everything is escaped but outputs of type text/html, which
 * stand in sandboxed frames; a content security policy lets only the page's own scripts run, and nothing is loaded from elsewhere.
 * Pictures are read only below `folder`.
 *
 * If `metadata.styloscope` holds `engine` and `seconds`, the footer of the page reports them.
 */
export async function notebookPage(
  notebook: NotebookJson,
  { title, folder, pageFolder = folder, site }: PageOptions = {},
): Promise<string> {
  const cells = notebook.cells.filter((cell) => joined(cell.source).trim() !== "" || (cell.outputs ?? []).length > 0);
  const first = cells[0]?.cell_type === "markdown" ? cells[0] : undefined;
  const addresses = (cell: NotebookCell): Addresses => urls(cell, folder, pageFolder, site?.pages);
  const opening = first && prose(joined(first.source), addresses(first), { lift: true });
  const heading = opening?.titleHtml ?? escapeMarkup(title ?? "Notebook");
  const code = language(notebook);
  const body = [
    ...(opening && opening.html.trim() !== "" ? [section(opening.html, opening.titleHtml !== undefined)] : []),
    ...cells.slice(first ? 1 : 0).map((cell) => cellHtml(cell, code, addresses(cell))),
  ].join("\n");
  return htmlPage({
    title: opening?.title ?? title ?? "Notebook", heading, main: body, navigation: site && navigation(site), footer: footer(notebook), plotly: site?.plotly,
  });
}

function cellHtml(cell: NotebookCell, language: string, addresses: Addresses): string {
  const source = joined(cell.source).replace(/\s+$/, "");
  if (cell.cell_type === "markdown") return section(prose(source, addresses).html);
  if (cell.cell_type === "raw") return section(`<pre>${escapeMarkup(source)}</pre>`);
  const count = typeof cell.execution_count === "number" ? ` data-count="${cell.execution_count}"` : "";
  const code = `<pre class="code"><code>${highlight(source, language)}</code></pre>`;
  const hidden = (cell.metadata?.jupyter as { source_hidden?: boolean } | undefined)?.source_hidden === true;
  const shown = hidden ? `<details class="source"><summary>code</summary>${code}</details>` : code;
  const outputs = outputsHtml(cell.outputs ?? [], addresses);
  const below = outputs === "" ? "" : `\n<div class="outputs">\n${outputs}\n</div>`;
  return `<div class="cell"${count}>\n${source === "" ? "" : shown}${below}\n</div>`;
}

function section(html: string, lede = false): string {
  return `<div class="prose${lede ? " lede" : ""}">\n${html.trim()}\n</div>`;
}

function language({ metadata = {} }: NotebookJson): string {
  const named = (metadata.language_info ?? metadata.kernelspec) as { name?: string; language?: string } | undefined;
  return named?.language ?? named?.name ?? "typescript";
}

function footer({ metadata = {} }: NotebookJson): string {
  const { engine, seconds } = (metadata.styloscope ?? {}) as { engine?: unknown; seconds?: unknown };
  const run = [
    typeof seconds === "number" ? `run in ${formatDuration(seconds)}` : "",
    typeof engine === "string" ? `on ${escapeMarkup(engine)}` : "",
  ].filter((part) => part !== "").join(" ");
  return `Made by styloscope${run === "" ? "" : `, ${run}`}. Make it yourself: <code>npm start</code>`;
}
