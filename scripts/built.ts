// `ts-node scripts/built.ts`: builds dist/. With NAME …: builds it where a source has changed, then runs scripts/NAME.ts in this process.
// (`npm run build && ts-node …` would put a shell between npm and the script, which ends without passing a signal on.)
import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stopRequest } from "./stopRequest";

const root = path.resolve(__dirname, "..");
const marker = path.join(root, "dist", ".built"); // is as old as the last whole build

void main();

async function main(): Promise<void> {
  const [name] = process.argv.splice(2, 1);
  const request = stopRequest();
  const code = name !== undefined && isBuilt() ? 0 : await build(request.signal);
  request.release();
  if (request.signal.aborted) process.exit(request.exitCode());
  if (code !== 0) process.exit(code);
  if (name === undefined) return;
  const script = require(path.join(__dirname, name)) as { run?: (args: string[]) => number | Promise<number> };
  if (script.run) process.exit(await script.run(process.argv.slice(2))); // the others ran when they were loaded
}

/** Whether nothing in src/ has changed since the last build. A folder changes when a file of it is added or removed. */
function isBuilt(): boolean {
  if (!existsSync(marker) || !existsSync(path.join(root, "dist", "index.js"))) return false;
  const src = path.join(root, "src");
  const sources = readdirSync(src, { recursive: true, encoding: "utf8" }).map((file) => path.join(src, file));
  const built = statSync(marker).mtimeMs;
  return [src, path.join(root, "tsconfig.json"), ...sources].every((file) => statSync(file).mtimeMs < built);
}

async function build(signal: AbortSignal): Promise<number> {
  rmSync(marker, { force: true });
  const began = new Date();
  const tsc = spawn(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", root], { stdio: "inherit", signal });
  const code = await new Promise<number>((resolve) => {
    tsc.on("error", () => resolve(1)); // stopped
    tsc.on("close", (status) => resolve(status ?? 1));
  });
  if (code === 0) {
    writeFileSync(marker, `${began.toISOString()}\n`);
    utimesSync(marker, began, began); // what was changed while it was built is built again
  }
  return code;
}
