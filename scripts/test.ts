// `npm test [-- part-of-a-path …]`: every test file but the slow ones, or those whose path contains one of the arguments, in
// Node's test runner. `npm test -- slow`: the slow ones.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import * as path from "node:path";

const root = path.resolve(__dirname, "..");
const parts = process.argv.slice(2);
const files = readdirSync(path.join(root, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => path.join("test", file))
  .filter((file) => (parts.length === 0 ? !file.includes(".slow.") : parts.some((part) => file.includes(part))))
  .sort();
if (files.length === 0) {
  console.error(`no test file has ${parts.join(" or ")} in its path`);
  process.exit(1);
}
const { status } = spawnSync(process.execPath,
  ["--require", "ts-node/register", "--test", "--test-concurrency=3", "--test-reporter=spec", ...files],
  { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
