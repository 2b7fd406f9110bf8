// What a figure's result depends on, as a checksum: with the same one it need not be made again.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { checksumOf } from "../platform/files/checksumOf";
import { findWeights, hasWeights } from "../platform/files/findWeights";
import { shipped } from "../platform/files/manifest";
import { packageRoot } from "../platform/files/paths";
import { samples } from "../platform/files/sample";
import type { FigureSettings } from "./figure";
import { imageNames } from "./figureImages";

/** Folders of src/ that change nothing of a figure's numbers. */
const seeing = /^(notebook|platform[\\/](page|kernel))[\\/]/;

/** A checksum of the settings, the engine, the files that are read, all code that could be run and the versions of what it depends on. */
export async function figureKey(name: string, settings: FigureSettings, engine: string): Promise<string> {
  const there = samples();
  const files = [...imageNames(settings).map((picture) => there.get(picture) ?? picture),
    ...[settings.network].filter(hasWeights).map((network) => findWeights(network) ?? network)];
  const inputs: string[] = [];
  for (const file of files) inputs.push(existsSync(file) ? await checksumOf(file, "sha256") : "none");
  return createHash("sha256").update(JSON.stringify({ name, settings, engine, inputs, code: await codeVersion() })).digest("hex");
}

let version: Promise<string> | undefined;

/** Of the sources, or of what they were compiled to, of the networks that come with them and the versions of other packages: once in a process, which runs what it read then. */
function codeVersion(): Promise<string> {
  return version ??= (async () => {
    const root = path.resolve(__dirname, "..");
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.d)\.[jt]s$/.test(file) && !seeing.test(file)).sort();
    const { dependencies } = JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { dependencies: object };
    const hash = createHash("sha256").update(JSON.stringify(dependencies));
    const networks = shipped.map(({ name }) => findWeights(name)).filter((file) => file !== undefined); // a figure may load any
    for (const file of [...files.map((name) => path.join(root, name)), ...networks])
      hash.update(`${path.relative(root, file)} ${await checksumOf(file, "sha256")}\n`);
    return hash.digest("hex");
  })();
}
