// A cell's source, parsed by tslab's TypeScript.
import { createRequire } from "node:module";
import type * as TypeScript from "typescript";

/** The TypeScript that tslab compiles cells with. */
export function tslabTypeScript(): typeof TypeScript {
  return createRequire(require.resolve("tslab"))("@tslab/typescript-for-tslab") as typeof TypeScript;
}

/** The syntax tree of a cell, as of a module: at its top `await (f())` is an await, not a call of a function named await. */
export function parseCell(source: string): TypeScript.SourceFile {
  const ts = tslabTypeScript();
  return ts.createSourceFile("cell.ts", `${source}\nexport {};`, ts.ScriptTarget.ES2022);
}
