// What the documents say, taken apart: blocks, rows, links, paths, commands; and TypeScript to check what they show.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import * as library from "../src";

export const root: string = path.resolve(__dirname, "..");
export const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
/** Every file of the project. */
export const files: readonly string[] = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\n").filter((file) => file && existsSync(path.join(root, file)));

/** The text of each document; of a notebook, that of its markdown cells. */
export const documents: ReadonlyMap<string, string> = new Map([
  ...files.filter((file) => file.endsWith(".md")).map((file) => [file, read(file)] as const),
  ...files.filter((file) => /^notebooks\/[^/]*\.ipynb$/.test(file)).map((file) => [file, markdownOf(read(file))] as const),
]);

function markdownOf(notebook: string): string {
  const { cells } = JSON.parse(notebook) as { cells: { cell_type: string; source: string | string[] }[] };
  return cells.filter(({ cell_type }) => cell_type === "markdown").map(({ source }) => [source].flat().join("")).join("\n\n");
}

export function blocks(document: string, language: string): string[] {
  return [...document.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, code]) => code);
}

const withoutBlocks = (document: string): string => document.replace(/^```[\s\S]*?^```$/gm, "");
export const inlineCode = (text: string): string[] => [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);

/** The text below a heading, to the next one of its level. */
export function section(document: string, heading: string): string {
  const [, text = ""] = document.split(new RegExp(`^## ${heading}$`, "m"));
  return text.split(/^## /m)[0];
}

/** The cells of every row of the table whose first row begins with `title`. */
export function table(document: string, title: string): string[][] {
  const lines = document.split("\n");
  const first = lines.findIndex((line) => line.startsWith(`| ${title} |`));
  if (first < 0) return [];
  const length = lines.slice(first).findIndex((line) => !line.startsWith("|"));
  return lines.slice(first + 2, first + length).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** Links to files and headings of the project, as written. */
export function links(document: string): string[] {
  return [...withoutBlocks(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter((link) => !/^\w+:/.test(link));
}

/** The anchors that GitHub gives a document's headings. */
export function anchors(document: string): string[] {
  return [...withoutBlocks(document).matchAll(/^#+ (.*)$/gm)]
    .map(([, heading]) => heading.toLowerCase().replace(/[^\p{Letter}\p{Number}\s_-]/gu, "").replaceAll(" ", "-"));
}

/** Whole programs and pieces of one, with what must be there for a piece to be understood. */
export interface Code { readonly name: string; readonly code: string }

const index = path.join(root, "src", "index.ts");

/** Checks every piece as a module of its own, in one program; `errors` by name, and the checker with the library's public symbols. */
export function typecheck(pieces: readonly Code[]): {
  readonly errors: ReadonlyMap<string, string[]>; readonly checker: ts.TypeChecker; readonly exported: readonly ts.Symbol[];
} {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile).config, ts.sys, root);
  Object.assign(options, {
    module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Node10, // as tslab compiles a cell
    noEmit: true, declaration: false, isolatedDeclarations: false, noUnusedLocals: false, noUnusedParameters: false,
    rootDir: root, baseUrl: root, paths: { styloscope: ["src/index.ts"] },
  });
  const sources = new Map(pieces.map(({ code }, i) => [path.join(root, "test", `piece${i}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => sources.has(file) || fileExists(file);
  host.getSourceFile = (file, language, ...rest) =>
    sources.has(file) ? ts.createSourceFile(file, sources.get(file)!, language) : getSourceFile(file, language, ...rest);
  const program = ts.createProgram([index, ...sources.keys()], options, host);
  const checker = program.getTypeChecker();
  const errors = new Map([...sources.keys()].map((file, i) => {
    const source = program.getSourceFile(file)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return [pieces[i].name, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))];
  }));
  return { errors, checker, exported: checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)!)!) };
}

/** The public names of the library that are values, and those of `index.ts` that are types only. */
export function publicNames(): { values: string[]; types: string[] } {
  const [values, types]: string[][] = [Object.keys(library), []];
  for (const statement of ts.createSourceFile("index.ts", read("src/index.ts"), ts.ScriptTarget.ES2022).statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue;
    if (ts.isNamespaceExport(statement.exportClause)) continue;
    for (const { name, isTypeOnly } of statement.exportClause.elements) if (isTypeOnly || statement.isTypeOnly) types.push(name.text);
  }
  return { values, types };
}

/** A piece of code with imports of the public names that it uses, and `given` for the other names that it takes for granted. */
export function completed(code: string, given: Readonly<Record<string, string>>): string {
  const declared = new Set([...code.matchAll(/\b(?:const|let|function)\s+(?:\{([^}]*)\}|(\w+))/g)].flatMap(([, list, name]) => (list ?? name).match(/\w+/g) ?? []));
  const used = new Set([...code.replace(/"[^"\n]*"/g, "").matchAll(/(?<!\w|(?<!\.)\.)[A-Za-z]\w*(?!\w*:)/g)].map(([name]) => name));
  const free = (name: string): boolean => used.has(name) && !declared.has(name);
  const types = Object.entries(given).filter(([name]) => free(name)).map(([name, type]) => `declare const ${name}: ${type};`);
  const { values, types: typeNames } = publicNames();
  const names = [...values.filter(free), ...typeNames.filter((name) => types.some((line) => new RegExp(`\\b${name}\\b`).test(line)) || /satisfies/.test(code) && code.includes(name))];
  const imports = [...new Set([...names, ...(/\btf\./.test(types.join()) ? ["tf"] : [])])];
  return `import { ${imports.join(", ")} } from "styloscope";\n${types.join("\n")}\n${code}\n`;
}

/** A sample as a function to be run: top-level `await`, and `require("styloscope")` for its import. */
export function runnable(code: string): string {
  const imports = [...code.matchAll(/^import [\s\S]*?;\n/gm)].map(([text]) => text);
  const body = imports.reduce((text, each) => text.replace(each, ""), code);
  const names = imports.join("").replace(/import\s*(\{[\s\S]*?\})\s*from ("styloscope");/g, "const $1 = require($2);");
  const { outputText } = ts.transpileModule(`async function run() {\n${names}${body}\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  return `${outputText}\nreturn run();`;
}
