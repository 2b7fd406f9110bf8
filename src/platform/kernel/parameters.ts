// Parameters of a notebook: the `const name = value;` lines of its cell tagged "parameters", set from outside.
// As in papermill, a cell tagged "injected-parameters" goes right after it; tslab lets a later cell redeclare a name.
import ts from "typescript";
import { nearest } from "../../errors";
import { hasTag, type Cell, type Notebook } from "../files/notebookFile";

type Kind = "number" | "boolean" | "string" | "other";

/** The parameters of a notebook, and the kind of each one's value. Empty when no cell is tagged `parameters`. */
function readParameters(notebook: Notebook): Map<string, Kind> {
  const kinds = new Map<string, Kind>();
  const cell = notebook.cells.find((candidate) => hasTag(candidate, "parameters"));
  const source = ts.createSourceFile("parameters.ts", cell?.source ?? "", ts.ScriptTarget.ES2022);
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name)) kinds.set(name.text, kindOf(initializer));
    }
  }
  return kinds;
}

/**
 * The notebook with the parameters `set` (name → value, as typed on a command line) injected. `file` is its name in errors.
 *
 * @throws Error for a name that the notebook does not have, and for a value of another kind than the one it replaces
 */
export function withParameters(notebook: Notebook, set: Record<string, string>, file: string): Notebook {
  const names = Object.keys(set);
  if (names.length === 0) return notebook;
  if (!notebook.cells.some((cell) => hasTag(cell, "parameters")))
    throw new Error(`${file} takes no parameters: none of its cells is tagged "parameters"`);
  const kinds = readParameters(notebook);
  const lines = names.map((name) => {
    const kind = kinds.get(name);
    if (kind === undefined) throw new Error(unknownName(name, [...kinds.keys()], file));
    return `const ${name} = ${literal(name, set[name], kind)};`;
  });
  const injected: Cell = {
    cell_type: "code",
    ...(notebook.nbformat_minor >= 5 && { id: "injected-parameters" }),
    metadata: { tags: ["injected-parameters"] },
    source: lines.join("\n"),
    execution_count: null,
    outputs: [],
  };
  const others = notebook.cells.filter((cell) => !hasTag(cell, "injected-parameters"));
  const after = others.findIndex((cell) => hasTag(cell, "parameters")) + 1;
  return { ...notebook, cells: [...others.slice(0, after), injected, ...others.slice(after)] };
}

/** The arguments of `--set`, each `name=value`, as an object. */
export function parseSettings(args: readonly string[]): Record<string, string> {
  return Object.fromEntries(args.map((arg) => {
    const equals = arg.indexOf("=");
    if (equals < 1) throw new Error(`--set needs name=value, got "${arg}"; for example --set steps=50`);
    return [arg.slice(0, equals).trim(), arg.slice(equals + 1)];
  }));
}

function unknownName(name: string, known: string[], file: string): string {
  if (known.length === 0) return `${file} has a "parameters" cell without any const in it, so ${name} cannot be set`;
  return `${file} has no parameter ${name}; did you mean ${nearest(name, known)}? It has ${known.join(", ")}`;
}

function literal(name: string, value: string, kind: Kind): string {
  const number = value.trim() !== "" && Number.isFinite(Number(value)) ? String(Number(value)) : undefined;
  const boolean = value === "true" || value === "false" ? value : undefined;
  if (kind === "number") return number ?? refuse(name, "a number, such as 50 or 1e-3", value);
  if (kind === "boolean") return boolean ?? refuse(name, "true or false", value);
  if (kind === "string") return JSON.stringify(value);
  return number ?? boolean ?? asJson(value) ?? JSON.stringify(value);
}

function refuse(name: string, expected: string, value: string): never {
  throw new Error(`the parameter ${name} is ${expected}; got "${value}"`);
}

function asJson(value: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    return undefined;
  }
}

function kindOf(value: ts.Expression | undefined): Kind {
  if (!value) return "other";
  if (ts.isAsExpression(value) || ts.isParenthesizedExpression(value) || ts.isSatisfiesExpression(value))
    return kindOf(value.expression);
  if (ts.isPrefixUnaryExpression(value)) return kindOf(value.operand);
  if (ts.isNumericLiteral(value)) return "number";
  if (ts.isStringLiteralLike(value)) return "string";
  if (value.kind === ts.SyntaxKind.TrueKeyword || value.kind === ts.SyntaxKind.FalseKeyword) return "boolean";
  return "other";
}
