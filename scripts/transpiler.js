// Strips types for ts-node with esbuild, which the page needs anyway, and which takes a fifth of TypeScript's time. What was stripped
// before is read again: `npm test` starts some 150 processes. Types are checked by `npm run typecheck`.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const folder = path.join(__dirname, "..", "node_modules", ".cache", "styloscope-transpiled");
const { version } = require("esbuild/package.json");

exports.create = () => ({
  transpile(input, { fileName }) {
    const file = path.join(folder, createHash("sha256").update(`${version}\0${fileName}\0${input}`).digest("hex"));
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch {
      const { code, map } = require("esbuild").transformSync(input, {
        loader: "ts", format: "cjs", target: "node20", sourcefile: fileName, sourcemap: "external",
      });
      const result = { outputText: code, sourceMapText: map };
      keep(file, result);
      return result;
    }
  },
});

/** Renamed into place, so that no other process reads half of it. Where nothing can be written, each process strips for itself. */
function keep(file, result) {
  const temporary = `${file}.${process.pid}.part`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, JSON.stringify(result));
    renameSync(temporary, file);
  } catch {}
}
