// Source code as coloured HTML.
import hljs from "highlight.js/lib/common";
import { escapeHtml } from "./escape";

/** Highlighted HTML of `source`; a language that highlight.js does not know stays plain, and is never guessed. */
export function highlighted(source: string, language: string): string {
  if (!hljs.getLanguage(language)) return escapeHtml(source);
  return hljs.highlight(source, { language, ignoreIllegals: true }).value;
}
