// Source code as colored HTML.
import hljs from "highlight.js/lib/common";
import { escapeMarkup } from "../drawing/escapeMarkup";

/** Highlighted HTML of `source`; a language that highlight.js does not know stays plain, and is never guessed. */
export function highlight(source: string, language: string): string {
  if (!hljs.getLanguage(language)) return escapeMarkup(source);
  return hljs.highlight(source, { language, ignoreIllegals: true }).value;
}
