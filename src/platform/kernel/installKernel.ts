#!/usr/bin/env node
// npm run kernel:install [-- --remove]: makes the kernel known to every Jupyter and VS Code of this user, with absolute paths.
// Where the package is installed: npx styloscope-kernel [--remove].
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { packageRoot } from "../files/paths";
import { readKernelspec } from "./kernelspec";

if (require.main === module) process.exit(run(process.argv.slice(2)));

/** The command: says what it did, and returns the exit code. */
export function run(args: readonly string[]): number {
  try {
    console.log(perform(args));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

function perform(args: readonly string[]): string {
  const unknown = args.find((argument) => argument !== "--remove");
  if (unknown !== undefined) throw new Error(`no option ${unknown}; --remove is the only one`);
  if (args.length > 0) {
    const removed = removeKernel();
    return removed.length > 0 ? `removed ${removed.join(", ")}` : `there is no kernel of styloscope in ${userKernels()}`;
  }
  const folder = installKernel();
  return `${folder}\nChoose the kernel "${readKernelspec().display_name}" in any Jupyter or VS Code of this user (VS Code after a restart of its window).` +
    (path.basename(folder) === "tslab" ? "" : "\nAnother kernel is called tslab here, which stays: the project's notebooks open with that one, so change their kernel.");
}

/** The folder of this user's kernels: Jupyter's rule, as in jupyter_core's paths.py. */
export function userKernels(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  return path.join(env.JUPYTER_DATA_DIR || dataFolder(env, platform), "kernels");
}

function dataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === "darwin") return path.join(homedir(), "Library", "Jupyter");
  if (platform === "win32") return env.APPDATA ? path.join(env.APPDATA, "jupyter") : path.join(homedir(), ".jupyter", "data");
  return path.join(env.XDG_DATA_HOME || path.join(homedir(), ".local", "share"), "jupyter");
}

/** What a kernel in Jupyter's list may be called: `tslab`, which the project's notebooks ask for, or, where another kernel has that name, `styloscope`. */
const names = ["tslab", "styloscope"];

/** Writes the kernelspec, and returns its folder. `root`: the package's folder. Throws when it is not built or a kernel would be overwritten. */
export function installKernel(kernels: string = userKernels(), root: string = packageRoot): string {
  const launcher = path.join(root, "dist", "platform", "kernel", "launch.js");
  if (!existsSync(launcher)) throw new Error(`${launcher} is not there; run: npm run build`);
  const folder = names.map((name) => path.join(kernels, name)).find((one) => !existsSync(one) || isOurs(one));
  if (!folder) throw new Error(`${kernels} has other kernels called ${names.join(" and ")}; move one away`);
  removeKernel(kernels);
  const { folder: _, ...spec } = readKernelspec();
  const argv = [process.execPath, launcher, "{connection_file}"];
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "kernel.json"), `${JSON.stringify({ ...spec, argv, metadata: { styloscope: root } }, null, 2)}\n`);
  return folder;
}

/** Removes what `installKernel` wrote, and nothing else; returns the folders. */
export function removeKernel(kernels: string = userKernels()): string[] {
  const ours = names.map((name) => path.join(kernels, name)).filter(isOurs);
  for (const folder of ours) rmSync(folder, { recursive: true });
  return ours;
}

function isOurs(folder: string): boolean {
  try {
    return JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8")).metadata?.styloscope !== undefined;
  } catch {
    return false;
  }
}
