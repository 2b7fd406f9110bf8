// The stop button of the program that runs this code, so that a loop knows nothing of notebooks.

let provider: (() => AbortSignal | undefined) | undefined;

/**
 * The signal that the host aborts when its user presses stop; a loop asks for it once, when it begins. In a notebook it is that of
 * the running cell. In a script it is undefined: Ctrl-C does what Node does.
 */
export function hostSignal(): AbortSignal | undefined {
  return provider?.();
}

/** Where `hostSignal` gets its signal from. The first provider stays: styloscope's kernel sets one before any cell runs. */
export function setHostSignal(from: () => AbortSignal | undefined): void {
  provider ??= from;
}

/**
 * The host's user pressed stop before there was a result: a search that would begin after the press, or that has measured nothing
 * but its start. It ends the cell, so that a start is never taken for a result.
 */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
