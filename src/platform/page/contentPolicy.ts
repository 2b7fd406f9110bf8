// The content security policy of a page: only its own scripts run, and nothing is loaded from elsewhere.
import { createHash } from "node:crypto";

/**
 * The first elements of a page's head. Only scripts with the text of one of `scripts` run, so neither markup that slipped
 * through nor a `javascript:` link can do anything; pictures and fonts come from the page itself, and no frame can be led away.
 * `loadsScripts`: those scripts may load others, from files too, where no hash could be checked; markup still cannot. The last element keeps the browser from looking up the hosts of links before one is clicked.
 */
export function contentPolicy(scripts: readonly string[], { loadsScripts = false }: { loadsScripts?: boolean } = {}): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const policy = [
    "default-src 'none'", `script-src ${[...hashes, ...(loadsScripts ? ["'strict-dynamic'"] : [])].join(" ") || "'none'"}`, "style-src 'unsafe-inline'", "img-src data: blob:",
    "font-src data:", "base-uri 'none'", "form-action 'none'",
  ].join("; ");
  return `<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta http-equiv="x-dns-prefetch-control" content="off">`;
}
