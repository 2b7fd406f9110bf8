// npm run weights -- vgg19 | vgg19 --from FILE | list: download, import and list the weights of networks.
import * as path from "node:path";
import { parseArgs } from "node:util";
import { nearest } from "../src/errors";
import { importWeights } from "../src/networks/weights/importWeights";
import { findWeights, listWeights, weightsEntry } from "../src/platform/files/findWeights";
import { manifest } from "../src/platform/files/manifest";
import { weightsFolder } from "../src/platform/files/paths";
import { fetchWithBar, megabytes } from "./fetchWithBar";

const networks = manifest.filter(({ kind }) => kind === "weights").map(({ name }) => name);
const usage = `npm run weights -- list               which files are available
npm run weights -- vgg19              download it (resumed if interrupted, checked, then put into weights/)
npm run weights -- vgg19 --from FILE  import a local Keras HDF5 or safetensors file instead
networks: ${networks.join(", ")}`;

type Print = (line: string) => void;

/** Runs the command line and returns the exit code: 0 done, 1 failed, 2 wrong arguments. */
export async function main(
  args: string[], print: Print = console.log, complain: Print = console.error,
): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args, allowPositionals: true,
      options: { from: { type: "string" }, list: { type: "boolean" }, help: { type: "boolean" } },
    });
  } catch (error) {
    complain(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const { positionals: [name, ...rest], values } = parsed;
  if (values.help) return print(usage), 0;
  if (values.list || name === "list") return await list(print), 0;
  if (name === undefined || rest.length > 0) {
    complain(`expected one network, got ${parsed.positionals.length}\n\n${usage}`);
    return 2;
  }
  try {
    weightsEntry(name);
  } catch (error) {
    complain(nearest(name, ["list", ...networks]) === "list" ? `no weights "${name}"; did you mean list?`
      : (error as Error).message);
    return 2;
  }
  try {
    await (values.from === undefined ? fetchNamed(name, print) : importNamed(name, values.from, print));
    return 0;
  } catch (error) {
    complain((error as Error).message);
    return 1;
  }
}

async function fetchNamed(name: string, print: Print): Promise<void> {
  const entry = weightsEntry(name);
  print(`${entry.what}; license: ${entry.license}`);
  print(`${name} is ready: ${shown(await fetchWithBar(entry, weightsFolder))} (the checksum is right)`);
}

async function importNamed(name: string, source: string, print: Print): Promise<void> {
  const { file, official, normalization } = await importWeights(name, path.resolve(source));
  print(`${name} is ready: ${shown(file)} (every shape is right; ${official ? "the published file"
    : "not the published file, byte for byte, which is fine"}; input as in ${normalization})`);
  const used = findWeights(name);
  if (used !== file && used) print(`but ${shown(used)} is found first: remove it to use the imported file`);
}

async function list(print: Print): Promise<void> {
  for (const { name, what, license, file, bytes = 0, official, shadowed, partial } of await listWeights()) {
    print(`${name}  ${what}; ${license}`);
    print(file ? `  available: ${shown(file)}, ${megabytes(bytes)}, ${official ? "the published file" : "another file"}`
      : `  not available; npm run weights -- ${name}`);
    if (partial) print(`  ${megabytes(partial)} of an interrupted download will be resumed`);
    for (const other of shadowed) print(`  not used: ${shown(other)}`);
  }
}

/** Relative to the working folder, when that is shorter. */
function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.length < file.length ? relative : file;
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => { process.exitCode = code; });
