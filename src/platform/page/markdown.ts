// Markdown with math as HTML, every picture inside it: what a notebook's prose becomes on the page.
import katex from "@vscode/markdown-it-katex";
import MarkdownIt from "markdown-it";
import { escapeMarkup } from "../drawing/escapeMarkup";
import { highlight } from "./highlight";

/** How the addresses in a text become addresses that work from the page. `undefined`: the picture cannot be shown, the link leads nowhere. */
export interface Addresses {
  picture(address: string): string | undefined;
  link(address: string): string | undefined;
}

export interface Prose {
  /** The HTML of everything but the title. */
  html: string;
  /** The first level-1 heading as HTML, when the text starts with one. */
  titleHtml?: string;
  /** The same heading as plain text. */
  title?: string;
}

type Token = ReturnType<MarkdownIt["parse"]>[number];

const markdown = makeMarkdown();

/** Renders one markdown text. With `lift`, a heading 1 at its very start is returned apart, for the header. */
export function prose(text: string, addresses: Addresses, { lift = false }: { lift?: boolean } = {}): Prose {
  const env = { addresses };
  const tokens = markdown.parse(text, env);
  const heading = tokens[1];
  if (!lift || tokens[0]?.type !== "heading_open" || tokens[0].tag !== "h1" || heading === undefined) {
    return { html: markdown.renderer.render(tokens, markdown.options, env) };
  }
  return {
    html: markdown.renderer.render(tokens.slice(3), markdown.options, env),
    titleHtml: markdown.renderer.render([heading], markdown.options, env),
    title: (heading.children ?? []).map((child) => child.content).join(""),
  };
}

function makeMarkdown(): MarkdownIt {
  // HTML is recognized only to be escaped whole, below.
  const md = new MarkdownIt({ html: true, linkify: true, typographer: true, highlight: highlight });
  md.disable("replacements"); // keep the quotes of typographer, not its (c) and (tm)
  // The last two are options of KaTeX: a mistake in a formula shows in the page, and nothing is printed.
  md.use(katex, { enableBareBlocks: true, throwOnError: false, strict: "ignore" });
  const rules = md.renderer.rules;
  const mathBlock = rules.math_block!;

  // The plugin wraps display math in <p>, which may not stand inside a paragraph; a span may stand anywhere.
  rules.math_block = rules.math_inline_block = rules.math_inline_bare_block = (...args) =>
    mathBlock(...args).trim().replace(/^<p /, "<span ").replace(/<\/p>$/, "</span>");
  rules.table_open = () => `<div class="table"><table>`;
  rules.table_close = () => "</table></div>";
  rules.heading_open = (tokens, i, opts, _env, self) => {
    tokens[i]!.attrSet("id", slug(tokens[i + 1]?.content ?? ""));
    return self.renderToken(tokens, i, opts);
  };
  rules.link_open = (tokens, i, opts, env, self) => {
    const token = tokens[i] as Token;
    const address = addressesOf(env).link(token.attrGet("href") ?? "");
    if (address === undefined) token.attrs = null;
    else token.attrSet("href", address);
    return self.renderToken(tokens, i, opts);
  };
  rules.image = (tokens, i, opts, env, self) => {
    const token = tokens[i] as Token;
    const alt = self.renderInlineAsText(token.children ?? [], opts, env);
    return picture(token.attrGet("src") ?? "", alt, token.attrGet("title") ?? "", addressesOf(env));
  };
  rules.html_block = rules.html_inline = (tokens, i, _opts, env) => escapedHtml(tokens[i]!.content, addressesOf(env));
  return md;
}

function picture(address: string, alt: string, title: string, addresses: Addresses): string {
  const src = addresses.picture(address);
  const hint = title === "" ? "" : ` title="${escapeMarkup(title)}"`;
  if (src !== undefined) return `<img src="${escapeMarkup(src)}" alt="${escapeMarkup(alt)}"${hint}>`;
  return `<span class="missing">[picture ${escapeMarkup(address)}${alt === "" ? "" : `: ${escapeMarkup(alt)}`}]</span>`;
}

const imageTag = /<img\b((?:\s+[\w-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/gi;

const foldTag = /<\/?(?:details|summary)>/.source;
const keptTag = new RegExp(`${imageTag.source}|${foldTag}`, "gi");

/**
 * HTML in a text is shown as text, so that no text can run anything. What markdown cannot say stays: a picture with a size, as an element
 * written anew from its address, its text and its size; and `<details>` with its `<summary>`, without attributes. Comments are left out.
 */
function escapedHtml(html: string, addresses: Addresses): string {
  let escaped = "";
  let last = 0;
  const shown = html.replace(/<!--[\s\S]*?-->/g, "");
  for (const match of shown.matchAll(keptTag)) {
    const kept = match[1] === undefined ? match[0].toLowerCase() : sizedPicture(match[1], addresses);
    escaped += escapeMarkup(shown.slice(last, match.index)) + kept;
    last = match.index + match[0].length;
  }
  return escaped + escapeMarkup(shown.slice(last));
}

function sizedPicture(attributes: string, addresses: Addresses): string {
  const found = new Map<string, string>();
  for (const [, name, value] of attributes.matchAll(/([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+)/g)) {
    const text = markdown.utils.unescapeAll(value!.replace(/^["']|["']$/g, ""));
    if (!found.has(name!.toLowerCase())) found.set(name!.toLowerCase(), text);
  }
  const size = ["width", "height"].filter((side) => /^\d{1,5}%?$/.test(found.get(side) ?? ""))
    .map((side) => ` ${side}="${found.get(side)}"`).join("");
  return picture(found.get("src") ?? "", found.get("alt") ?? "", found.get("title") ?? "", addresses).replace(/>$/, `${size}>`);
}

function addressesOf(env: unknown): Addresses {
  return (env as { addresses: Addresses }).addresses;
}

/** The id Jupyter gives a heading: its words joined by hyphens, so links written for Jupyter work here. */
function slug(heading: string): string {
  return heading.trim().replace(/[\s"'<>&]+/g, "-");
}
