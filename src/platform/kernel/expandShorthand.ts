// tslab forgets `{ rate }` where `rate` is from an earlier cell ("rate is not defined"); `{ rate: rate }` it understands.
import { createRequire } from "node:module";
import type * as TypeScript from "typescript";

/**
 * The cell's source with shorthand properties spelled out, where the name comes from an earlier cell. `previous` are the
 * declarations that tslab keeps of the earlier cells. Lines stay where they are.
 */
export function expandShorthand(source: string, previous: string): string {
  const fromTslab = createRequire(require.resolve("tslab"));
  const ts = fromTslab("@tslab/typescript-for-tslab") as typeof TypeScript;
  const earlier = new Set(previous.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  const ends: { at: number; name: string }[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer && earlier.has(node.name.text)) {
      ends.push({ at: node.name.end, name: node.name.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022));
  return ends.reverse().reduce((text, { at, name }) => `${text.slice(0, at)}: ${name}${text.slice(at)}`, source);
}
