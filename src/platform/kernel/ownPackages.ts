// `import … from "styloscope"` in a notebook of any folder: where the folder has no such package, a cell gets the kernel's own.
import { existsSync } from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { packageRoot } from "../files/paths";

type Resolve = (request: string, parent: unknown, ...rest: unknown[]) => string;

/** Of the kernel's packages, those that a notebook in `cwd` does not find itself: name → folder. */
export function ownPackages(cwd: string = process.cwd()): Record<string, string> {
  const folderOf = (name: string): string => path.dirname(require.resolve(`${name}/package.json`));
  // The library asks for tslab as a cell does, to show a plot in several forms.
  const own = { styloscope: packageRoot, "@tensorflow/tfjs": folderOf("@tensorflow/tfjs"), tslab: folderOf("tslab") };
  return Object.fromEntries(Object.entries(own).filter(([name]) => !isFound(name, path.resolve(cwd))));
}

/** The option `paths` of the compiler, for their types. */
export function ownPaths(cwd?: string): Record<string, string[]> {
  return Object.fromEntries(Object.entries(ownPackages(cwd)).map(([name, folder]) => [name, [folder]]));
}

/** Makes `require` find them, where it finds nothing else. */
export function requireOwnPackages(): void {
  const packages = ownPackages();
  const module = Module as unknown as { _resolveFilename: Resolve };
  const resolve = module._resolveFilename;
  module._resolveFilename = (request, ...rest) => {
    try {
      return resolve.call(module, request, ...rest);
    } catch (error) {
      const name = Object.keys(packages).find((own) => request === own || request.startsWith(`${own}/`));
      if (name === undefined) throw error;
      return resolve.call(module, packages[name] + request.slice(name.length), ...rest);
    }
  };
}

function isFound(name: string, folder: string): boolean {
  if (existsSync(path.join(folder, "node_modules", name, "package.json"))) return true;
  const above = path.dirname(folder);
  return above !== folder && isFound(name, above);
}
