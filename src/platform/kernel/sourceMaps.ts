// From a position in tslab's compiled JavaScript to the line of the cell that it came from.
//
// tslab compiles a cell twice (TypeScript → ES module → CommonJS), keeps no source map, and runs every cell under
// one file name, so a stack trace says nothing. Here tslab gets its TypeScript with two functions replaced, which also
// produce source maps, and each cell's output gets a file name (`//# sourceURL`).
import { createRequire, SourceMap } from "node:module";
import { ownPaths } from "./ownPackages";

/** A position in a cell. `cell` is the number in the cell's brackets, `line` and `column` count from 1. */
export interface CellPosition {
  readonly cell: number;
  readonly line?: number;
  readonly column?: number;
}

export interface SourceMaps {
  /** From here on, what the converter compiles is this cell. */
  begin(cell: number, source: string): void;
  /** The converter's output for the current cell, with its file name; its source map is stored. */
  name(output: string): string;
  /** The cell's source as it was written. */
  source(cell: number): string;
  /** The position in the cell of a position in its compiled output, both counting from 1. */
  position(cell: number, line: number, column: number): CellPosition;
  /** `text` (a stack, or a frame of one) with every compiled position rewritten to `cell [3]:line:column`. */
  rewrite(text: string): string;
}

type TypeScript = typeof import("typescript");
type Maps = [outer: SourceMap, inner: SourceMap];

const prefix = "styloscope-cell-";
// tslab puts `export {};` and a line end before each cell, and the function that wraps it takes the first line.
const linesBeforeSource = 1;
const linesBeforeOutput = 1;

/** Starts recording. Call once, before anything loads `tslab/dist/converter`. */
export function recordSourceMaps(): SourceMaps {
  const byOutput = hookTypeScript();
  const cells = new Map<number, { source: string; maps?: Maps }>();
  let current = 0;

  function position(cell: number, line: number, column: number): CellPosition {
    const maps = cells.get(cell)?.maps;
    const middle = maps && original(maps[0], line - 1 - linesBeforeOutput, column - 1);
    const start = middle && original(maps[1], middle.line, middle.column);
    return start ? { cell, line: start.line + 1 - linesBeforeSource, column: start.column + 1 } : { cell };
  }

  return {
    begin(cell, source) {
      current = cell;
      cells.set(cell, { source });
    },
    name(output) {
      const maps = byOutput.get(output);
      byOutput.clear();
      cells.set(current, { source: cells.get(current)?.source ?? "", maps });
      return `\n${output}\n//# sourceURL=${prefix}${current}`;
    },
    source: (cell) => cells.get(cell)?.source ?? "",
    position,
    rewrite: (text) => text.replace(/styloscope-cell-(\d+):(\d+):(\d+)/g, (_, cell, line, column) => {
      const written = position(Number(cell), Number(line), Number(column));
      return written.line === undefined ? `cell [${cell}]` : `cell [${cell}]:${written.line}:${written.column}`;
    }),
  };
}

const mostFrames = 100;

/** Makes `error.stack` contain cells and their lines, also where a cell prints it, and however deep the call was. */
export function installStackNames(maps: SourceMaps): void {
  Error.stackTraceLimit = 20_000; // more than the stack holds
  Error.prepareStackTrace = (error, frames) => {
    const code = String((error as NodeJS.ErrnoException).code ?? "");
    const head = code.startsWith("ERR_") ? `${error.name} [${code}]: ${error.message}` : errorText.call(error);
    // Of an endless recursion, the end that failed and the end where it began.
    const ends = frames.length > 2 * mostFrames ? [...frames.slice(0, mostFrames), ...frames.slice(-mostFrames)] : frames;
    const lines = ends.map((frame) => maps.rewrite(String(frame)));
    // Below the cell there are only the frames of what ran it.
    const last = lines.map((line) => line.includes("cell [")).lastIndexOf(true);
    return [head, ...lines.slice(0, last < 0 ? undefined : last + 1).map((line) => `    at ${line}`)].join("\n");
  };
}

const errorText = Error.prototype.toString;

/** The original of a generated position, counting from 0. Where tslab added code, the next position on the line is taken. */
function original(map: SourceMap, line: number, column: number): { line: number; column: number } | undefined {
  for (let next = column; next < column + 200; next++) {
    const entry = map.findEntry(line, next) as Partial<import("node:module").SourceMapping>;
    if (entry.generatedLine === line && entry.originalLine !== undefined)
      return { line: entry.originalLine, column: entry.originalColumn! };
  }
  return undefined;
}

// The properties of the module object cannot be replaced, so tslab gets a copy of it.
function hookTypeScript(): Map<string, Maps> {
  const maps = new Map<string, Maps>();
  const fromTslab = createRequire(require.resolve("tslab"));
  const file = fromTslab.resolve("@tslab/typescript-for-tslab");
  const ts = fromTslab(file) as TypeScript;

  // "bundler" finds the types of packages that have `exports`.
  const better = { inlineSourceMap: true, moduleResolution: ts.ModuleResolutionKind.Bundler };
  function createWatchCompilerHost(files: string[], options: object, ...rest: unknown[]): unknown {
    return (ts.createWatchCompilerHost as Function)(files, { ...options, ...better, paths: ownPaths() }, ...rest);
  }

  function transpileModule(input: string, options: import("typescript").TranspileOptions): object {
    const { code, map } = splitInlineMap(input);
    if (!map) return ts.transpileModule(input, options);
    const compilerOptions = { ...options.compilerOptions, sourceMap: true };
    const [written] = (JSON.parse(map) as { sources: string[] }).sources;
    const transformers = written.endsWith("__tslab__.ts") ? { before: [keepImportCalls(ts)] } : undefined;
    const result = ts.transpileModule(code, { ...options, compilerOptions, transformers });
    const outputText = result.outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
    maps.set(outputText, [new SourceMap(JSON.parse(result.sourceMapText!)), new SourceMap(JSON.parse(map))]);
    return { ...result, outputText };
  }

  require.cache[file]!.exports = { ...ts, createWatchCompilerHost, transpileModule };
  return maps;
}

/** `import(…)` in a cell calls the kernel's; the compiler would make it a `require`. */
function keepImportCalls(ts: TypeScript): import("typescript").TransformerFactory<import("typescript").SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const ours = (): import("typescript").Expression =>
      factory.createPropertyAccessExpression(factory.createIdentifier("__tslab__"), "import");
    const visit = (node: import("typescript").Node): import("typescript").Node => {
      const inner = ts.visitEachChild(node, visit, context);
      if (!ts.isCallExpression(inner) || inner.expression.kind !== ts.SyntaxKind.ImportKeyword) return inner;
      return factory.updateCallExpression(inner, ours(), undefined, inner.arguments);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

function splitInlineMap(code: string): { code: string; map?: string } {
  const found = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/.exec(code);
  if (!found) return { code };
  return { code: code.slice(0, found.index), map: Buffer.from(found[1], "base64").toString() };
}
