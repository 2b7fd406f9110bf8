// tslab's converters, with each cell's output named after the cell, and the compiler's omissions mended.
import type { Converter } from "tslab/dist/converter";
import type { ConverterSet } from "tslab/dist/executor";
import { expandShorthand } from "./expandShorthand";
import type { SourceMaps } from "./sourceMaps";
import { hasTopLevelAwait } from "./topLevelAwait";

/** The two converters of tslab's executor. The one for Node is created now, the one for the browser when it is first used. */
export function namedConverters(
  create: (options: { isBrowser: boolean }) => Converter,
  maps: SourceMaps,
): ConverterSet {
  const node = create({ isBrowser: false });
  const convert = node.convert;
  node.convert = (previous, source) => {
    const converted = convert(previous, expandShorthand(source, previous));
    if (converted.output === undefined) return converted;
    const hasToplevelAwait = converted.hasToplevelAwait || hasTopLevelAwait(source);
    return { ...converted, hasToplevelAwait, output: maps.name(converted.output) };
  };
  let browser: Converter | undefined;
  return {
    node,
    get browser() {
      return (browser ??= create({ isBrowser: true }));
    },
    close() {
      node.close();
      browser?.close();
    },
  };
}
