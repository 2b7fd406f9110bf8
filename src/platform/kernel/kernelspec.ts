// Reading a Jupyter kernelspec: how a kernel is started.
import { readFileSync } from "node:fs";
import path from "node:path";

/** A kernel.json, with the folder it lies in (`{resource_dir}`). */
export interface Kernelspec {
  folder: string;
  argv: string[];
  display_name: string;
  language: string;
  env?: Record<string, string>;
  interrupt_mode?: "signal" | "message";
}

/** Where this project keeps its kernelspecs: what `JUPYTER_PATH` must name. */
export const jupyterPath: string = path.resolve(__dirname, "../../../src/platform/kernel/jupyter");

/** The kernelspec in a folder; by default this project's own, `tslab`. */
export function readKernelspec(folder: string = path.join(jupyterPath, "kernels", "tslab")): Kernelspec {
  const file = path.join(folder, "kernel.json");
  try {
    return { ...JSON.parse(readFileSync(file, "utf8")), folder };
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`no readable kernelspec at ${file} (${why}); give the folder of a kernel.json`);
  }
}

/** The command that starts the kernel, with its placeholders filled in. `node` is the Node that runs now. */
export function kernelCommand(spec: Kernelspec, connectionFile: string): string[] {
  const [program, ...rest] = spec.argv.map((word) =>
    word.replaceAll("{connection_file}", connectionFile).replaceAll("{resource_dir}", spec.folder));
  return [program === "node" ? process.execPath : program, ...rest];
}
