// A course of one tiny lesson, and notebooks that students hand in.
import type { Cell, Notebook } from "../../../src/platform/files/notebookFile";

export const stub = "const twice = (x: number): number | undefined => undefined; // your code";
export const right = "const twice = (x: number): number => 2 * x;";

const cell = (id: string, cell_type: "code" | "markdown", source: string, ...tags: string[]): Cell =>
  ({ id, cell_type, metadata: { tags }, source, ...(cell_type === "code" && { execution_count: null, outputs: [] }) });
export const code = (id: string, source: string, ...tags: string[]): Cell => cell(id, "code", source, ...tags);
const solution = (id: string, source: string): Cell =>
  cell(id, "markdown", `<details><summary>Solution</summary>\n\n\`\`\`ts\n${source}\n\`\`\`\n\n</details>`, "solution");

export const notebook = (...cells: Cell[]): Notebook =>
  ({ cells, metadata: { kernelspec: { name: "tslab" } }, nbformat: 4, nbformat_minor: 5 });

export const lesson: Notebook = notebook(
  cell("a", "markdown", "# Numbers"), code("b", 'import { check } from "styloscope";\nconst three = 3;'),
  code("c", stub, "exercise"), code("d", 'check("twice", twice(three), 6);\nconst six = 6;'), solution("e", right),
  code("f", "const last: number | undefined = undefined;", "exercise"), code("g", 'check("last", last, six + 1);'), solution("h", "const last = 7;"),
  code("i", 'throw new Error("nothing behind the last check is run");'),
);

/** The lesson as a student hands it in, with this code for its exercises. */
export const answered = (...codes: (string | undefined)[]): Notebook => {
  let next = 0;
  return { ...lesson, cells: lesson.cells.map((each) => (each.metadata.tags?.includes("exercise") ? { ...each, source: codes[next++] ?? each.source } : each)) };
};
