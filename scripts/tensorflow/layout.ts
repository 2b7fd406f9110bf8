// Arranges the Python package's files as tfjs-node expects them: libtensorflow has another name in the package.
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { EngineError } from "./tools";

/**
 * From the folder of the Python packages to that of tfjs-node. NVIDIA's libraries go next to TensorFlow's, which load them from
 * `../nvidia`.
 */
const moves: readonly (readonly [from: string, to: string])[] = [
  ["tensorflow/libtensorflow_cc.so.2", "deps/lib/libtensorflow_cc.so.2"],
  ["tensorflow/libtensorflow_framework.so.2", "deps/lib/libtensorflow_framework.so.2"],
  ["tensorflow/include", "deps/include"],
];
const cudaMoves = [["nvidia", "deps/nvidia"]] as const;
/** The names that the linker uses, and the libraries that they link to. */
const links = [["deps/lib/libtensorflow.so", "libtensorflow_cc.so.2"],
  ["deps/lib/libtensorflow_framework.so", "libtensorflow_framework.so.2"]] as const;

/** Moves what the addon needs from the Python packages into tfjs-node's package, with the names that it expects. */
export function arrange(wheels: string, packageFolder: string, cuda: boolean): void {
  const moved = cuda ? [...moves, ...cudaMoves] : moves;
  const missing = moved.map(([from]) => from).filter((from) => !existsSync(path.join(wheels, from)));
  if (missing.length > 0)
    throw new EngineError(`the Python package has no ${missing.join(", no ")}; only those for Linux have it`);
  rmSync(path.join(packageFolder, "deps"), { recursive: true, force: true });
  mkdirSync(path.join(packageFolder, "deps", "lib"), { recursive: true });
  for (const [from, to] of moved) renameSync(path.join(wheels, from), path.join(packageFolder, to));
  for (const [link, library] of links) symlinkSync(library, path.join(packageFolder, link));
}

/** Removes what was only needed to compile. */
export function clear(wheels: string, packageFolder: string): void {
  for (const folder of [wheels, path.join(packageFolder, "deps", "include"), path.join(packageFolder, "build")])
    rmSync(folder, { recursive: true, force: true });
}
