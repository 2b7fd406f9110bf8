// Which part of the Python package goes where: what tfjs-node calls libtensorflow is called otherwise there.
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { EngineError } from "./tools";

/**
 * From the folder of the Python packages to that of tfjs-node. NVIDIA's libraries stay beside TensorFlow's, which look for
 * them in `../nvidia`.
 */
const moves: readonly (readonly [from: string, to: string])[] = [
  ["tensorflow/libtensorflow_cc.so.2", "deps/lib/libtensorflow_cc.so.2"],
  ["tensorflow/libtensorflow_framework.so.2", "deps/lib/libtensorflow_framework.so.2"],
  ["tensorflow/include", "deps/include"],
];
const cudaMoves = [["nvidia", "deps/nvidia"]] as const;
/** The names that the linker is given, and the libraries that they stand for. */
const links = [["deps/lib/libtensorflow.so", "libtensorflow_cc.so.2"],
  ["deps/lib/libtensorflow_framework.so", "libtensorflow_framework.so.2"]] as const;

/** Moves what an addon needs from the Python packages into the package, under the names that it is looked for. */
export function arrange(wheels: string, packageFolder: string, cuda: boolean): void {
  const wanted = cuda ? [...moves, ...cudaMoves] : moves;
  const missing = wanted.map(([from]) => from).filter((from) => !existsSync(path.join(wheels, from)));
  if (missing.length > 0)
    throw new EngineError(`the Python package has no ${missing.join(", no ")}; only those for Linux have it`);
  rmSync(path.join(packageFolder, "deps"), { recursive: true, force: true });
  mkdirSync(path.join(packageFolder, "deps", "lib"), { recursive: true });
  for (const [from, to] of wanted) renameSync(path.join(wheels, from), path.join(packageFolder, to));
  for (const [link, library] of links) symlinkSync(library, path.join(packageFolder, link));
}

/** Removes what only the compiler needed. */
export function clear(wheels: string, packageFolder: string): void {
  for (const gone of [wheels, path.join(packageFolder, "deps", "include"), path.join(packageFolder, "build")])
    rmSync(gone, { recursive: true, force: true });
}
