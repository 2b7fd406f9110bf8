// Text made safe for XML and HTML.

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * Text for an element or a quoted attribute of XML or HTML: the five characters that mean something there are escaped, and the
 * control characters that XML forbids are left out.
 */
export function escapeMarkup(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "").replace(/[&<>"']/g, (character) => escapes[character]);
}

/** Text that may hold anything, such as a file's name, as markdown that shows it as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, "\\$&").replace(/\s+/g, " ");
}
