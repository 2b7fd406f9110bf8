// Jupyter kernelspecs: how a kernel is started.
import { readFileSync } from "node:fs";
import * as path from "node:path";

/** A kernel.json, and its folder (`{resource_dir}`). */
export interface Kernelspec {
  readonly folder: string;
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly interrupt_mode?: "signal" | "message";
}

/** The folder of this project's kernelspecs, for `JUPYTER_PATH`. */
export const jupyterPath: string = path.resolve(__dirname, "../../../src/platform/kernel/jupyter");

/** The kernelspec in a folder; by default this project's, `tslab`. */
export function readKernelspec(folder: string = path.join(jupyterPath, "kernels", "tslab")): Kernelspec {
  const file = path.join(folder, "kernel.json");
  try {
    return { ...JSON.parse(readFileSync(file, "utf8")), folder };
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`no readable kernelspec at ${file} (${why}); give the folder of a kernel.json`);
  }
}

/** The command that starts the kernel, with its placeholders filled in. `node` becomes the Node that runs this code. */
export function kernelCommand(spec: Kernelspec, connectionFile: string): string[] {
  const [program, ...rest] = spec.argv.map((argument) =>
    argument.replaceAll("{connection_file}", connectionFile).replaceAll("{resource_dir}", spec.folder));
  return [program === "node" ? process.execPath : program, ...rest];
}
