// Exercises of a notebook: cells tagged "exercise" that a student writes, each with a cell tagged "solution" behind it.
import { hasTag, type Cell, type Notebook } from "../files/notebookFile";

export interface Exercise {
  /** Where its cells stand in the notebook, counted from 0: the stub, and the solution below it. What is between them checks the stub. */
  readonly cell: number;
  readonly solution: number;
  /** The code of the solution. */
  readonly code: string;
}

/**
 * The exercises of a notebook, in order. `file` is its name in errors.
 *
 * @throws Error where an exercise is no code, has no solution before the next exercise, or a solution has not one block of TypeScript
 */
export function exercisesOf({ cells }: Notebook, file: string): Exercise[] {
  const tagged = cells.map((cell, i) => ({ cell, i })).filter(({ cell }) => hasTag(cell, "exercise") || hasTag(cell, "solution"));
  const found: Exercise[] = [];
  for (let k = 0; k < tagged.length; k += 2) {
    const [{ cell, i }, answer] = [tagged[k], tagged[k + 1]];
    const place = `${file}: cell ${i + 1}`;
    if (!hasTag(cell, "exercise")) throw new Error(`${place} is tagged "solution" and no exercise is before it; tag the exercise's code "exercise"`);
    if (cell.cell_type !== "code") throw new Error(`${place} is tagged "exercise" and is no code; tag the cell with the stub`);
    if (!answer || !hasTag(answer.cell, "solution"))
      throw new Error(`${place} is an exercise without a solution; tag the Markdown cell with it "solution", before the next exercise`);
    found.push({ cell: i, solution: answer.i, code: solutionCode(answer.cell, `${file}: cell ${answer.i + 1}`) });
  }
  return found;
}

/** The notebook with each exercise's code replaced by that of its solution. */
export function solutionsEdition(notebook: Notebook, file: string): Notebook {
  const cells = [...notebook.cells];
  for (const { cell, code } of exercisesOf(notebook, file)) cells[cell] = { ...cells[cell], source: code };
  return { ...notebook, cells };
}

function solutionCode({ source }: Cell, place: string): string {
  const blocks = [...source.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)];
  if (blocks.length !== 1) throw new Error(`${place} is a solution with ${blocks.length} blocks of code; write one, between \`\`\`ts and \`\`\``);
  return blocks[0][1];
}
