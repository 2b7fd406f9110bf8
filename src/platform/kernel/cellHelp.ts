// Help while a cell is written: what completes it, and what Shift-Tab shows. tslab asks the compiler, which knows neither the names of
// samples, networks and layers, nor what could be imported, nor which call the cursor is in.
import type { Executor } from "tslab/dist/executor";
import { offeredNames } from "../../offeredNames";
import { importOf, ownExports } from "./ownExports";
import type { Handler } from "./reportFailures";
import { type WhereInCell, whereInCell } from "./whereInCell";

type QuickInfo = ReturnType<Executor["inspect"]>;
type PrintQuickInfo = (info: QuickInfo) => string;

/** Answers `complete_request` and `inspect_request` in the place of `handler`. `print`: tslab's, which writes a type and its documentation. */
export function helpWithCells(handler: Handler, executor: Executor, print: PrintQuickInfo): void {
  handler.handleComplete = ({ code, cursor_pos }) => {
    const at = toOffset(code, cursor_pos);
    const { start, end, matches, types } = completions(executor, code, at);
    const metadata = { _jupyter_types_experimental: matches.map((text) => ({ text, type: types.get(text) ?? "" })) };
    return {
      status: "ok", matches, cursor_start: toCount(code, start), cursor_end: toCount(code, end), metadata: types.size > 0 ? metadata : {},
    };
  };
  handler.handleInspect = ({ code, cursor_pos }) => {
    const at = toOffset(code, cursor_pos);
    const { calls: [call], word } = whereInCell(code, at);
    const places = [...(word ? [word.end] : [at]), ...(call ? [call.at] : [])];
    const infos = places.map((place) => describe(executor, code, place, print)).filter((info) => info !== undefined);
    const text = [...new Set(infos)].join("\n\n");
    const data: Record<string, string> = text === "" ? {} : { "text/plain": text };
    return { status: "ok", found: text !== "", data, metadata: {} };
  };
}

interface Completions {
  readonly start: number;
  readonly end: number;
  readonly matches: string[];
  /** What the popup says beside a match. */
  readonly types: Map<string, string>;
}

function completions(executor: Executor, code: string, at: number): Completions {
  const where = whereInCell(code, at);
  const { candidates, start, end } = executor.complete(code, at);
  if (where.text) {
    const written = code.slice(where.text.start, at);
    const names = namesFor(executor, code, where) ?? (isQuoted(code, where.text.start) ? candidates : undefined);
    if (names) return { ...where.text, matches: matching(names, written), types: new Map() };
  }
  const written = where.word ? code.slice(where.word.start, at) : "";
  if (written === "" || where.text) return { start, end, matches: candidates, types: new Map() };
  const more = matching([...ownExports()], written).filter((name) => !candidates.includes(name));
  return { start, end, matches: matching([...candidates, ...more], written), types: new Map(more.map((name) => [name, "import"])) };
}

const isQuoted = (code: string, start: number): boolean => /["'`]/.test(code[start - 1] ?? "");

/** The names that the text may be, where the compiler does not know them: layers, and what the library offers. */
function namesFor(executor: Executor, code: string, where: WhereInCell): readonly string[] | undefined {
  const { calls, option } = where;
  const [call] = calls;
  if (!call) return undefined;
  const parameter = option ?? parameterName(executor.inspect(code, call.at), call.index);
  if (/^layers?$/.test(parameter ?? "") || readsFeatures(executor.locals[call.name])) return layersFor(executor, where);
  if (option !== undefined) return offeredNames(option);
  return call.index === 0 ? offeredNames(call.name) : undefined;
}

/** What a network returns: a function of a layer's name that can be disposed of. */
const readsFeatures = (value: unknown): boolean => typeof value === "function" && "dispose" in value;

/** The layers of the network that takes part in a call around the cursor; where none does, those of all networks there are. */
function layersFor({ locals }: Executor, { calls }: WhereInCell): string[] {
  const taking = calls.flatMap(({ variables }) => variables.map((name): unknown => locals[name]));
  const networks = taking.find(isNetwork) ? [taking.find(isNetwork)!] : Object.values(locals).filter(isNetwork);
  return [...new Set([...networks.flatMap(({ layers }) => layers), "pixels"])];
}

function isNetwork(value: unknown): value is { layers: readonly string[] } {
  return typeof value === "object" && value !== null && "features" in value && "layers" in value && Array.isArray(value.layers);
}

/** The name of a function's parameter number `index`, from what the compiler prints of it. */
function parameterName(info: QuickInfo | undefined, index: number): string | undefined {
  let depth = 0;
  const names: string[] = [];
  for (const { text, kind } of info?.displayParts ?? []) {
    if (text === "(") depth++;
    if (text === ")") depth--;
    if (kind === "parameterName" && depth === 1) names.push(text);
  }
  return names[index];
}

/** Those that begin with what is written, and then those that contain it. */
function matching(names: readonly string[], written: string): string[] {
  const [searched, rank] = [written.toLowerCase(), (name: string): number => name.toLowerCase().indexOf(written.toLowerCase())];
  const found = names.filter((name) => name.toLowerCase().includes(searched));
  return [...found.filter((name) => rank(name) === 0), ...found.filter((name) => rank(name) > 0)];
}

/** Type and documentation of the name at `at`; of one that is not imported yet, with the line that imports it. */
function describe(executor: Executor, code: string, at: number, print: PrintQuickInfo): string | undefined {
  const info = executor.inspect(code, at) as QuickInfo | undefined;
  const text = info && print(info);
  if (text && text !== "any") return text;
  const name = /[\p{L}\p{N}_$]*$/u.exec(code.slice(0, at))![0];
  if (!ownExports().has(name)) return undefined;
  const line = `${importOf(name)}\n`;
  const imported = executor.inspect(line + code, line.length + at) as QuickInfo | undefined;
  return imported && `not imported yet: ${importOf(name)}\n\n${print(imported)}`;
}

/** Jupyter counts characters, JavaScript halves of some of them. */
const toOffset = (code: string, count: number): number => [...code].slice(0, count).join("").length;
const toCount = (code: string, offset: number): number => [...code.slice(0, offset)].length;
