// The style sheet and the script that go into every page. They are separate files, so that editors and linters can read them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../files/paths";

/**
 * The text of an asset. It stays in `src`, which is part of the package: the compiler does not copy it to `dist`. Line ends are
 * those that a browser sees, as the hash of a script depends on them.
 */
export function pageAsset(name: "page.css" | "drawPlots.js" | "fitFrames.js"): string {
  return readFileSync(path.join(packageRoot, "src", "platform", "page", name), "utf8").replace(/\r\n/g, "\n");
}
