// A page of a notebook as a file, whole or not at all.
import path from "node:path";
import type { NotebookJson } from "../files/notebookFile";
import { writeAtomically } from "../files/writeAtomically";
import { notebookPage, type PageOptions } from "./notebookPage";

/**
 * Writes `notebookPage(notebook)` to `file`, whole or not at all, so that a browser never opens half a page.
 * Links in the notebook's text are kept working from where the page lies.
 */
export async function writePage(file: string, notebook: NotebookJson, options: PageOptions = {}): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  const html = await notebookPage(notebook, { ...options, pageFolder: folder });
  await writeAtomically(file, html);
}
