// Works around a bug of tslab: `{ rate }`, where `rate` is from an earlier cell, fails with "rate is not defined".
import { createRequire } from "node:module";
import type * as TypeScript from "typescript";

/**
 * The cell's source with every shorthand property `{ rate }` whose name comes from an earlier cell expanded to `{ rate: rate }`.
 * `previous` are tslab's declarations of the earlier cells. Line numbers do not change.
 */
export function expandShorthand(source: string, previous: string): string {
  const fromTslab = createRequire(require.resolve("tslab"));
  const ts = fromTslab("@tslab/typescript-for-tslab") as typeof TypeScript;
  const earlier = new Set(previous.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  const found: { end: number; name: string }[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer && earlier.has(node.name.text))
      found.push({ end: node.name.end, name: node.name.text });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022));
  return found.reverse().reduce((text, { end, name }) => `${text.slice(0, end)}: ${name}${text.slice(end)}`, source);
}
