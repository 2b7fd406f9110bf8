// Text made safe for the three places of an HTML page where it can land.

/** Text for an element or a quoted attribute: nothing in it is markup any more. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** JSON for a `<script type="application/json">`: without `<` neither `</script>` nor `<!--` can end or swallow it. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}
