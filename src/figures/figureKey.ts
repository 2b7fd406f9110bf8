// What a figure's result depends on, as a checksum: with the same one it need not be made again.
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { checksumOf } from "../platform/files/checksumOf";
import { findWeights, hasWeights } from "../platform/files/findWeights";
import { samples } from "../platform/files/sample";
import type { FigureSettings } from "./figure";
import { judgeName } from "./judgeOf";

/** Rooms of src/ that change nothing of a figure's numbers. */
const seeing = /^(notebook|platform[\\/](page|kernel))[\\/]/;

/** A checksum of the settings, the engine, the files that are read and all code that could be run. */
export async function figureKey(name: string, settings: FigureSettings, engine: string): Promise<string> {
  const pictures = [settings.photo, settings.painting].flatMap((names) => names?.split(",") ?? []);
  const files = [...pictures.map((picture) => samples().get(picture) ?? picture),
    ...[settings.network, judgeName].filter(hasWeights).map((network) => findWeights(network) ?? network)];
  const inputs: string[] = [];
  for (const file of files) inputs.push(existsSync(file) ? await checksumOf(file, "sha256") : "none");
  return createHash("sha256").update(JSON.stringify({ name, settings, engine, inputs, code: await codeVersion() })).digest("hex");
}

let version: Promise<string> | undefined;

/** Of the sources, or of what they were compiled to: once in a process, which runs what it read then. */
function codeVersion(): Promise<string> {
  return version ??= (async () => {
    const root = path.resolve(__dirname, "..");
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.d)\.[jt]s$/.test(file) && !seeing.test(file)).sort();
    const hash = createHash("sha256");
    for (const file of files) hash.update(`${file} ${await checksumOf(path.join(root, file), "sha256")}\n`);
    return hash.digest("hex");
  })();
}
