// The notebooks that students handed in: whose each is, and which notebook of the course it answers.
import { readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { type Notebook, readNotebook } from "../../src/platform/files/notebookFile";

export interface Submission {
  readonly student: string;
  /** The path that names it in a message. */
  readonly file: string;
  /** The course's notebook, without `.ipynb`; undefined where the file's name says none. */
  readonly lesson: string | undefined;
  /** What was handed in, without its outputs, or why it cannot be read. */
  readonly notebook: Notebook | Error;
}

/**
 * Every notebook below the folders, by student and lesson. A file's name contains that of its lesson (`03-content.ipynb`,
 * `03-content (2).ipynb`, `kim_03-content.ipynb`). The student is the folder that it lies in; directly in one of `folders`, the rest of its
 * name, or that folder's name where there is no rest. Links are not followed. All are read at once, before anything of them runs.
 */
export function submissionsIn(folders: readonly string[], lessons: readonly string[]): Submission[] {
  const found = folders.flatMap((folder) => notebooksBelow(folder).map((file): Submission => {
    const name = path.basename(file, ".ipynb");
    const lesson = [...lessons].sort((a, b) => b.length - a.length).find((each) => name.includes(each));
    const rest = name.replace(lesson ?? "", "").replace(/\(\d+\)/, "").replace(/^[\s_.-]+|[\s_.-]+$/g, "");
    const below = path.dirname(path.relative(folder, file)).split(path.sep).join("/");
    const student = below !== "." ? below : rest || path.basename(path.resolve(folder));
    return { student, file, lesson, notebook: read(file) };
  }));
  const key = ({ student, lesson, file }: Submission): string => [student, lesson, file].join("\0");
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function notebooksBelow(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ipynb")).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  return files.filter((file) => !path.relative(folder, file).split(path.sep).includes(".ipynb_checkpoints"));
}

const largest = 50e6; // bytes

function read(file: string): Notebook | Error {
  try {
    if (statSync(file).size > largest) return new Error(`the notebook is larger than ${largest / 1e6} MB`);
    const notebook = readNotebook(file);
    return { ...notebook, cells: notebook.cells.map(({ outputs: _, ...cell }) => cell) };
  } catch (error) {
    return error as Error;
  }
}
