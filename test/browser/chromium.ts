// Finds the browser that the page tests look through.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const found = (process.env.CHROMIUM ? [process.env.CHROMIUM] : usual).find((place) => existsSync(place));

/** Why the browser tests are left out here, or false when they run. In CI they always run, and fail without one. */
export const skip: string | false = found !== undefined || process.env.CI === "true"
  ? false
  : "no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path";

export function openBrowser(): Promise<Browser> {
  if (found === undefined) {
    throw new Error("No Chromium found, and CI=true wants the browser tests: install it or set CHROMIUM to its path.");
  }
  return chromium.launch({ executablePath: found, args: ["--no-sandbox"] }); // root, as in a container, has no sandbox
}
