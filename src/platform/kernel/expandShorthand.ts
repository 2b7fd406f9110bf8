// Works around a bug of tslab: `{ rate }`, where `rate` is from an earlier cell, fails with "rate is not defined".
import type * as TypeScript from "typescript";
import { parseCell, tslabTypeScript } from "./parseCell";

/**
 * The cell's source with every shorthand property `{ rate }` whose name comes from an earlier cell expanded to `{ rate: rate }`.
 * `previous` are tslab's declarations of the earlier cells. Line numbers do not change.
 */
export function expandShorthand(source: string, previous: string): string {
  const ts = tslabTypeScript();
  const earlier = new Set(previous.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  const found: { end: number; name: string }[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer && earlier.has(node.name.text))
      found.push({ end: node.name.end, name: node.name.text });
    ts.forEachChild(node, visit);
  };
  visit(parseCell(source));
  return found.reverse().reduce((text, { end, name }) => `${text.slice(0, end)}: ${name}${text.slice(end)}`, source);
}
