// JSON made safe for a script element of an HTML page.

/** JSON for a `<script type="application/json">`: without `<` neither `</script>` nor `<!--` can end or swallow it. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}
