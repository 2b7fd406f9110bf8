// What went wrong, in one line.

/** The first line of an error's message: what comes after it, such as a stack of another language, is for its `cause`. */
export function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).trim().split("\n")[0].trim();
}
