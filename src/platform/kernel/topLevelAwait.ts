// Works around a bug of tslab: it knows that a cell awaits only by an error of its compiler, which `await (f())`, `await [a]` and
// `for await (…)` do not cause. Such a cell was run as a plain function, and failed.
import type * as TypeScript from "typescript";
import { parseCell, tslabTypeScript } from "./parseCell";

/** Whether the cell awaits outside of its functions: with `await` before whatever expression, or with `for await`. */
export function hasTopLevelAwait(source: string): boolean {
  const ts = tslabTypeScript();
  const awaits = (node: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    return ts.forEachChild(node, awaits) ?? false;
  };
  return awaits(parseCell(source));
}
