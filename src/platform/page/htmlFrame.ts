// A cell's own HTML output in a frame of its own: it can show whatever it likes, and do nothing.
import { escapeMarkup } from "../drawing/escapeMarkup";

/** The page's type and colors, for what is inside a frame; the style sheet of the page does not reach there. */
const style = `:root { color-scheme: light dark; --paper: #fdfcfa; --shade: #26231f2e; --ink: #26231f; --line: #e6e1d8; --accent: #9a4a2b }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #181715; --shade: #000000a0; --ink: #e3dfd7; --line: #37342f; --accent: #e59c76 } }
html { background: transparent } body { margin: 0; color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; display: flow-root }
table { border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums } a { color: var(--accent) }
th, td { padding: .4em 1.1em .4em 0; text-align: left; border-bottom: 1px solid var(--line) } img { max-width: 100% }
.wide { white-space: nowrap; overflow-x: auto; background: linear-gradient(to right, var(--paper) 40%, transparent) 0 0 / 3rem 100% no-repeat local,
linear-gradient(to left, var(--paper) 40%, transparent) 100% 0 / 3rem 100% no-repeat local,
linear-gradient(to right, var(--shade), transparent) left / 1rem 100% no-repeat scroll,
linear-gradient(to left, var(--shade), transparent) right / 1rem 100% no-repeat scroll }
@media print { .wide { white-space: normal; background: none; zoom: .58 } .wide :is(th, td) { padding-right: .7em } }`;

/** Elements that reach the network although the content policy forbids it (a preconnect, a frame), or change where the frame leads. */
const refused = /<(?=\/?(?:link|meta|base|iframe|frame|frameset|object|embed)[\s/>])/gi;

/**
 * `html` as a sandboxed frame: no scripts, no forms, no way to the page around it; links open in a new tab. The page's content
 * policy holds inside, too. The frame keeps the page's origin only so that the page's script can measure its height.
 */
export function htmlFrame(html: string): string {
  const content = `<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="x-dns-prefetch-control" content="off"><base target="_blank">
<style>${style}</style><body>${html.replace(refused, "<no-")}`;
  const sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
  return `<iframe class="html" sandbox="${sandbox}" title="output of the cell" srcdoc="${escapeMarkup(content)}"></iframe>`;
}
