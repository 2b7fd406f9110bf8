// The tools for building the addon. They are checked, with a remedy for each, before anything is downloaded.
import { existsSync } from "node:fs";
import * as path from "node:path";
import { run } from "../run";

/** Something is missing or failed; the message says what to do. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

export interface Tools {
  /** npm's and node-gyp's own JavaScript. */
  readonly npm: string;
  readonly nodeGyp: string;
  /** A Python that has pip. */
  readonly python: string;
  /** A folder with `include/node`; without one, node-gyp downloads the headers. */
  readonly headers?: string;
}

const root = path.resolve(__dirname, "..", "..");
/** The last one is created by `npm run lab`. */
const pythons = ["python3", "python", path.join(root, ".venv", "bin", "python")];

/** Finds the tools on this machine. Throws an `EngineError`. */
export function findTools(environment: NodeJS.ProcessEnv = process.env, candidates: readonly string[] = pythons): Tools {
  const { npm_execpath: npm, npm_config_node_gyp: nodeGyp } = environment;
  if (!npm || !nodeGyp) throw new EngineError("this needs npm's node-gyp: start it with `npm run engine:tensorflow`");
  for (const program of [environment.CXX || "g++", "make"])
    if (!run(program, ["--version"], false).ok)
      throw new EngineError(`${program} does not run; the addon is compiled with a C++ compiler and make.\n`
        + "On Debian and Ubuntu: sudo apt install g++ make. Then try again.");
  const python = findPython(candidates, "TensorFlow's library");
  const headers = headersIn([environment.npm_config_nodedir, path.resolve(process.execPath, "..", ".."), "/usr/local", "/usr"]);
  return { npm, nodeGyp, python, headers };
}

/** The first Python that has pip. Throws an `EngineError` that says what comes in a Python package. */
export function findPython(candidates: readonly string[] = pythons, what = "The library"): string {
  const python = candidates.find((candidate) => run(candidate, ["-m", "pip", "--version"], false).ok);
  if (!python)
    throw new EngineError(`${what} comes in a Python package, and no Python with pip was found `
      + `(tried ${candidates.map((candidate) => path.relative("", candidate)).join(", ")}).\n`
      + "On Debian and Ubuntu: sudo apt install python3 python3-pip. Then try again.");
  return python;
}

/** The first of these folders that has Node's headers. */
export function headersIn(folders: readonly (string | undefined)[]): string | undefined {
  return folders.find((folder) => folder && existsSync(path.join(folder, "include", "node", "node_api.h")));
}
