// npm run images: download the classic pictures (public domain paintings, the papers' photograph) into notebooks/images.
import * as path from "node:path";
import { parseArgs } from "node:util";
import { nearest } from "../src/errors";
import { manifest } from "../src/platform/files/manifest";
import { classicImagesFolder } from "../src/platform/files/paths";
import { fetchWithBar } from "./fetchWithBar";

const usage = `npm run images                  download all classic pictures
npm run images -- the_scream …  download only these`;

type Print = (line: string) => void;

/** Runs the command line and returns the exit code: 0 all are available, 1 some failed, 2 wrong arguments. */
export async function main(
  args: string[], print: Print = console.log, complain: Print = console.error,
): Promise<number> {
  let names: string[];
  try {
    names = parseArgs({ args, allowPositionals: true }).positionals;
  } catch (error) {
    complain(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const images = manifest.filter((entry) => entry.kind === "image");
  const known = images.map((entry) => entry.name);
  for (const name of names.filter((candidate) => !known.includes(candidate))) {
    complain(`no classic picture "${name}"; did you mean "${nearest(name, known)}"? There are: ${known.join(", ")}`);
    return 2;
  }
  let failed = 0;
  for (const entry of names.length > 0 ? images.filter((image) => names.includes(image.name)) : images) {
    try {
      const file = await fetchWithBar(entry, classicImagesFolder);
      print(`${entry.name}: ${path.relative(process.cwd(), file)} – ${entry.what}; ${entry.license}`);
    } catch (error) {
      failed++;
      complain((error as Error).message);
      if ((error as Error).name === "AbortError") break; // Ctrl-C means all of them
    }
  }
  return failed > 0 ? 1 : 0;
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => { process.exitCode = code; });
