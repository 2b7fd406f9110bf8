// A process that starts an engine of its own, for tests.
import { spawnSync } from "node:child_process";

/** What `code` writes in a separate process, to standard error as well. */
export function inProcess(STYLOSCOPE_ENGINE: string, code: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["--require", "ts-node/register", "-e", code],
    { env: { ...process.env, STYLOSCOPE_ENGINE }, encoding: "utf8" });
  return stdout + stderr;
}
/** Code that prints the engine as JSON, or why there is none. */
export const report = `require("./src/platform/engine/engine").engine().then((e) => console.log(JSON.stringify({ ...e, text: require("node:util").inspect(e) })), (e) => console.log(e.message))`;
/** Code that makes loading each of these modules fail with its message. */
export const broken = (messages: Record<string, string>): string => `{
  const Module = require("node:module");
  const load = Module._load;
  Module._load = (request, ...rest) => {
    for (const [name, message] of Object.entries(${JSON.stringify(messages)})) if (request.includes(name)) throw new Error(message);
    return load(request, ...rest);
  };
}`;
