// tslab's converters, with each cell's output named after the cell, and the compiler's omissions mended.
import type { Converter } from "tslab/dist/converter";
import type { ConverterSet } from "tslab/dist/executor";
import { expandShorthand } from "./expandShorthand";
import type { SourceMaps } from "./sourceMaps";
import { hasTopLevelAwait } from "./topLevelAwait";

export interface NamedConverters extends ConverterSet {
  /** Compiles a cell; tslab, which compiles a cell and runs it in one go, then gets this result where it would pass the same. */
  compile(source: string): void;
  /** The cell that was compiled last has run to its end: tslab passes its declarations with the next one. */
  ran(): void;
  /** The names of the cell that was compiled last stay known, although the cell did not end: tslab would forget them. */
  keepNames(): void;
  /** The name in tslab's `locals` of the last expression's value of the cell that was compiled last, for the kernel to show. */
  lastExpression(): string | undefined;
}

/** The two converters of tslab's executor. The one for Node is created now, the one for the browser when it is first used. */
export function namedConverters(
  create: (options: { isBrowser: boolean }) => Converter,
  maps: SourceMaps,
): NamedConverters {
  const node = create({ isBrowser: false });
  const { convert, inspect, complete } = node;
  let declared = "";   // the declarations of the cells that ran, which tslab passes with the next
  let ahead: { before: string; source: string; converted: ReturnType<Converter["convert"]> } | undefined;
  // tslab's declarations of the earlier cells, and those with the names of a cell that did not end: it passes the former.
  let latest: { before: string; after: string } | undefined;
  let kept: { before: string; after: string } | undefined;
  let lastExpression: string | undefined;
  const withKept = (previous: string): string => (previous === kept?.before ? kept.after : previous);
  node.inspect = (previous, ...where) => inspect(withKept(previous), ...where);
  node.complete = (previous, ...where) => complete(withKept(previous), ...where);
  function compiled(before: string, source: string): NonNullable<typeof ahead> {
    const previous = withKept(before);
    const converted = convert(previous, expandShorthand(source, previous));
    // tslab compiles a module once: those of a cell that did not begin come with the next.
    const modules = [...ahead?.converted.sideOutputs ?? [], ...converted.sideOutputs ?? []];
    return { before, source, converted: { ...converted, ...(modules.length > 0 && { sideOutputs: modules }) } };
  }
  node.convert = (before, source) => {
    const known = ahead?.before === before && ahead.source === source ? ahead : undefined;
    const { converted } = known ?? compiled(before, source);
    ahead = undefined;
    lastExpression = converted.lastExpressionVar;
    latest = converted.output === undefined ? undefined : { before, after: converted.declOutput ?? "" };
    if (converted.output === undefined) return converted;
    const hasToplevelAwait = converted.hasToplevelAwait || hasTopLevelAwait(source);
    return { ...converted, hasToplevelAwait, lastExpressionVar: undefined, output: maps.name(converted.output) };
  };
  let browser: Converter | undefined;
  return {
    node,
    lastExpression: () => lastExpression,
    compile(source) {
      latest = undefined;
      if (!/@(module|browser)\b/.test(source)) ahead = compiled(declared, source); // those tslab does not run
    },
    ran: () => void (declared = latest?.after ?? declared),
    keepNames: () => void (kept = latest ?? kept),
    get browser() {
      return (browser ??= create({ isBrowser: true }));
    },
    close() {
      node.close();
      browser?.close();
    },
  };
}
