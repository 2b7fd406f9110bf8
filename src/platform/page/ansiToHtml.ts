// Terminal text as HTML: colors become classes, overwritten progress lines keep their last state. (ansi_up, since 6 an ES module that
// `require` cannot load on every Node 20, leaves carriage returns alone.)
import { escapeMarkup } from "../drawing/escapeMarkup";

const colors = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const escapes = /\x1b\[([0-9;]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]/g;

/**
 * Escapes `text` and turns ANSI color codes into `<span class="ansi-red">` and the like. Other escape sequences
 * vanish. A carriage return starts its line again, as in a terminal, so a progress bar shows only its end.
 */
export function ansiToHtml(text: string): string {
  let html = "";
  let last = 0;
  let style = new Set<string>();
  const plain = overwritten(text);
  const put = (piece: string): void => {
    if (piece === "") return;
    html += style.size === 0 ? escapeMarkup(piece) : `<span class="${[...style].join(" ")}">${escapeMarkup(piece)}</span>`;
  };
  for (const match of plain.matchAll(escapes)) {
    put(plain.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[2] === "m") style = restyled(style, match[1] ?? "");
  }
  put(plain.slice(last));
  return html.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, "");
}

/** The style after one `ESC[…m`: weight, slant and the sixteen foreground colors; backgrounds are left out. */
function restyled(style: Set<string>, codes: string): Set<string> {
  const next = new Set(style);
  const numbers = codes.split(";").map(Number);
  const recolor = (name?: string): void => {
    for (const color of colors) next.delete(`ansi-${color}`);
    if (name !== undefined) next.add(`ansi-${name}`);
  };
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i]!;
    if (code === 0) next.clear();
    else if (code === 1) next.add("ansi-bold");
    else if (code === 3) next.add("ansi-italic");
    else if (code === 22) next.delete("ansi-bold");
    else if (code === 23) next.delete("ansi-italic");
    else if (code === 39) recolor();
    else if (code >= 30 && code <= 37) recolor(colors[code - 30]);
    else if (code >= 90 && code <= 97) recolor(colors[code - 90]);
    else if (code === 38 || code === 48) i += numbers[i + 1] === 5 ? 2 : 4; // 256 colors or RGB: skip its numbers
  }
  return next;
}

function overwritten(text: string): string {
  const lines = text.replace(/\r+\n/g, "\n").split("\n");
  return lines.map((line) => line.split("\r").filter((part) => part !== "").at(-1) ?? "").join("\n");
}
