// ES modules in cells. tslab turns each import of a cell into `require`, which a package with only an "import" condition refuses, and
// with it every module that awaits at its top. Such modules are loaded by Node's own loader; everything else as before, so that
// a package with both forms exists once, whether a cell writes `import … from` or `await import(…)`.
import { readFileSync } from "node:fs";
import Module, { createRequire, isBuiltin } from "node:module";
import * as path from "node:path";
import type * as TypeScript from "typescript";
import { parseCell, tslabTypeScript } from "./parseCell";

type Require = (id: string) => unknown;

export interface EsModules {
  /** Loads the ES modules that a cell imports; a failure is thrown when the cell comes to its import. */
  load(source: string): Promise<void>;
  /** A cell's `require`, which returns the loaded ES modules too. */
  readonly require: Require;
  /** A cell's `import(…)`. */
  import(id: string): Promise<unknown>;
}

/** ES modules for cells that run in `folder`. `require`: that of tslab's cells. */
export function esModules(folder: string, require: Require): EsModules {
  const from = path.join(folder, "cell.js");
  const { resolve } = createRequire(from);
  const loadNatively = nativeImport(from);
  const loaded = new Map<string, { module: object } | { error: unknown }>();

  /** Whether `require` refuses it, or would have to wait for it. */
  function isEsModule(id: string): boolean {
    if (isBuiltin(id) || id === "tslab") return false;
    if (/^(file|data):/.test(id)) return true;
    try {
      const file = resolve(id);
      return file.endsWith(".mjs") || (!id.startsWith(".") && file.endsWith(".js") && isInEsPackage(file));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
    }
  }

  return {
    async load(source) {
      for (const id of importsOf(source).filter(isEsModule))
        loaded.set(id, await loadNatively(id).then((module) => ({ module: asRequired(module) }), (error: unknown) => ({ error })));
    },
    require: new Proxy(require, {
      apply(target, self, words: [string]) {
        const known = loaded.get(words[0]);
        if (!known) return Reflect.apply(target, self, words);
        if ("error" in known) throw known.error;
        return known.module;
      },
    }),
    import: async (id) => (isEsModule(`${id}`) ? loadNatively(`${id}`) : asNamespace(require(`${id}`))),
  };
}

/** Node's `import()`, as a file of the notebook's folder has it. */
function nativeImport(file: string): (id: string) => Promise<object> {
  const module = new Module(file) as Module & { _compile(code: string, file: string): void };
  module.filename = file;
  module._compile("module.exports = (id) => import(id);", file);
  return module.exports as (id: string) => Promise<object>;
}

function importsOf(source: string): string[] {
  const ts = tslabTypeScript();
  const named = (statement: TypeScript.Statement): TypeScript.Expression | undefined =>
    ts.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly ? statement.moduleSpecifier : undefined;
  return parseCell(source).statements.map(named).filter((name) => name !== undefined && ts.isStringLiteral(name))
    .map((name) => (name as TypeScript.StringLiteral).text);
}

function isInEsPackage(file: string): boolean {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    try {
      return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).type === "module";
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path.dirname(folder) === folder) return false;
    }
  }
}

/** An ES module as the compiled `import` of a cell needs it: marked, so that `default` is its default. */
function asRequired(namespace: object): object {
  const module = Object.defineProperty({}, "__esModule", { value: true });
  for (const name of Object.keys(namespace))
    Object.defineProperty(module, name, { enumerable: true, get: () => Reflect.get(namespace, name) as unknown });
  return module;
}

/** What `require` returned, as an ES module: with a `default`. */
function asNamespace(module: unknown): unknown {
  const has = (typeof module === "object" && module !== null) || typeof module === "function";
  if (has && "__esModule" in module) return module;
  return { ...(has ? module : {}), default: module };
}
