// The names that a cell defines for the cells below it.
import type * as TypeScript from "typescript";
import { parseCell, tslabTypeScript } from "./parseCell";

export interface NamesOfCell {
  /** Of variables, functions, classes, types and imports, in the order of the code. */
  readonly declared: readonly string[];
  /** The import statements, as they are written. */
  readonly imports: readonly string[];
}

/** The names at the top level of a cell's source. */
export function namesOfCell(source: string): NamesOfCell {
  const ts = tslabTypeScript();
  const file = parseCell(source);
  const declared: string[] = [];
  const imports: string[] = [];
  const bind = (name: TypeScript.BindingName): void => {
    if (ts.isIdentifier(name)) declared.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) statement.declarationList.declarations.forEach(({ name }) => bind(name));
    else if (ts.isImportDeclaration(statement)) {
      imports.push(statement.getText(file));
      const clause = statement.importClause;
      if (clause?.name) declared.push(clause.name.text);
      const named = clause?.namedBindings;
      if (named && ts.isNamespaceImport(named)) declared.push(named.name.text);
      else named?.elements.forEach(({ name }) => declared.push(name.text));
    } else {
      const { name } = statement as TypeScript.DeclarationStatement;
      if (name && ts.isIdentifier(name)) declared.push(name.text);
    }
  }
  return { declared, imports };
}
