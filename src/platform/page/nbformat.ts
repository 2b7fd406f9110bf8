// The parts of nbformat 4 that a page needs. Loose on purpose: every writer of notebooks leaves something out.

/** nbformat stores text as one string or as a list of lines that keep their line ends. */
export type NotebookText = string | readonly string[];

export interface NotebookOutput {
  output_type: string;
  name?: string;
  text?: NotebookText;
  data?: Record<string, unknown>;
  metadata?: object;
  ename?: string;
  evalue?: string;
  traceback?: readonly string[];
}

export interface NotebookCell {
  cell_type: string;
  source: NotebookText;
  metadata?: Record<string, unknown>;
  attachments?: Record<string, Record<string, unknown>>;
  execution_count?: number | null;
  outputs?: readonly NotebookOutput[];
}

export interface NotebookJson {
  cells: readonly NotebookCell[];
  metadata?: Record<string, unknown>;
}

/** One string from either form of nbformat text; anything else becomes its JSON. */
export function joined(text: unknown): string {
  if (typeof text === "string") return text;
  if (Array.isArray(text)) return text.join("");
  return text === undefined || text === null ? "" : JSON.stringify(text, null, 2);
}
