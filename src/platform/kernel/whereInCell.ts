// Where in a cell the cursor is: in which text, and in the brackets of which calls.
import type * as TypeScript from "typescript";
import { parseCell, tslabTypeScript } from "./parseCell";

/** A part of the cell, as offsets in its source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A call with the cursor in its brackets, which may not be closed yet. */
export interface OpenCall {
  /** The function's name, without what is before the last dot, and where it stands. */
  readonly name: string;
  readonly at: number;
  /** Which argument the cursor is in, from 0. */
  readonly index: number;
  /** The variables that take part: the one before the dot, and arguments that are one. */
  readonly variables: readonly string[];
}

export interface WhereInCell {
  /** The text in whose quotes the cursor is, without them; or the name of an option that is being written. */
  readonly text?: Span;
  /** The word that the cursor touches, where it is a variable's or a function's name. */
  readonly word?: Span;
  /** Innermost first, up to the function in which the cursor is. */
  readonly calls: readonly OpenCall[];
  /** The option, inside the innermost call, whose value the cursor is in. */
  readonly option?: string;
}

/** Where position `at` is, an offset in `source`. */
export function whereInCell(source: string, at: number): WhereInCell {
  const ts = tslabTypeScript();
  const file = parseCell(source);
  const startOf = (node: TypeScript.Node): number => node.getStart(file);
  const isText = (node: TypeScript.Node): boolean => ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);
  let [calls, option, text, word]: [OpenCall[], string | undefined, Span | undefined, Span | undefined] = [[], undefined, undefined, undefined];

  function enter(node: TypeScript.Node, parent: TypeScript.Node): void {
    if (ts.isBlock(node) && ts.isFunctionLike(parent)) [calls, option] = [[], undefined];
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const call = openCall(node);
      if (call) [calls, option] = [[call, ...calls], undefined];
    }
    if (ts.isPropertyAssignment(node) && at > node.name.end) option = node.name.getText(file).replace(/^["']|["']$/g, "");
    if (isText(node) && at > startOf(node) && (at < node.end || !isClosed(node)))
      text = { start: startOf(node) + 1, end: isClosed(node) ? node.end - 1 : at };
    if (ts.isIdentifier(node) && at <= node.end) {
      const span = { start: startOf(node), end: node.end };
      const isName = (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) && parent.name === node;
      if (isName) text = span;
      else if (!(ts.isPropertyAccessExpression(parent) && parent.name === node)) word = span;
    }
  }

  function isClosed(node: TypeScript.Node): boolean {
    const last = source[node.end - 1];
    return node.end - startOf(node) > 1 && last === source[startOf(node)];
  }

  function openCall(node: TypeScript.CallExpression | TypeScript.NewExpression): OpenCall | undefined {
    const { expression, typeArguments, arguments: given = [] as unknown as TypeScript.NodeArray<TypeScript.Expression> } = node;
    const open = source.indexOf("(", Math.max(expression.end, typeArguments?.end ?? 0));
    if (open < 0 || at <= open || (at >= node.end && source[node.end - 1] === ")")) return undefined;
    const dotted = ts.isPropertyAccessExpression(expression);
    const name = dotted ? expression.name : expression;
    const index = given.filter((argument) => argument.end < at).length;
    const taking = [...(dotted ? [expression.expression] : []), ...given].filter(ts.isIdentifier).map(({ text: variable }) => variable);
    return { name: name.getText(file), at: name.end, index, variables: taking };
  }

  // A call that is not closed ends before the spaces that follow it.
  const reaches = (node: TypeScript.Node): boolean => node.pos <= at && source.slice(node.end, at).trim() === "";
  function descend(node: TypeScript.Node): void {
    const inner: TypeScript.Node[] = [];
    ts.forEachChild(node, (child) => void (reaches(child) && inner.push(child)));
    const child = inner.filter((candidate) => startOf(candidate) < at).at(-1) ?? inner[0];
    if (!child) return;
    enter(child, node);
    descend(child);
  }
  descend(file);
  return { text, word, calls, option };
}
