// What a cell can import from "styloscope", by its declarations: known before anything is loaded.
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type * as TypeScript from "typescript";
import { packageRoot } from "../files/paths";
import { tslabTypeScript } from "./parseCell";

let found: ReadonlySet<string> | undefined;

/** Every public name of the library. */
export function ownExports(): ReadonlySet<string> {
  return (found ??= new Set(exportsOf(path.join(packageRoot, "dist", "index.d.ts"))));
}

/** The line that imports it. */
export function importOf(name: string): string {
  return `import { ${name} } from "styloscope";`;
}

function exportsOf(file: string): string[] {
  const ts = tslabTypeScript();
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return declared(ts, statement);
    const { exportClause: clause, moduleSpecifier: from } = statement;
    if (clause && ts.isNamespaceExport(clause)) return [clause.name.text];
    if (clause) return clause.elements.map(({ name }) => name.text);
    return exportsOf(path.resolve(path.dirname(file), `${(from as TypeScript.StringLiteral).text}.d.ts`));
  });
}

function declared(ts: typeof TypeScript, statement: TypeScript.Statement): string[] {
  if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => (name as TypeScript.Identifier).text);
  return [(statement as TypeScript.FunctionDeclaration).name!.text];
}
