// What a kernel and the library agree on about the output of a cell, so that neither has to know the other.

/** Shows a value in the running cell, or returns the text to print for it; undefined for a value that it does not know. */
export type Presenter = (value: object) => Promise<void> | string | undefined;

let presenter: Presenter | undefined;
let pending = 0;
let listeners: (() => void)[] = [];

/** Sets how the value of a cell's last expression is shown. */
export function setPresenter(show: Presenter): void {
  presenter = show;
}

/** Shows the value of a cell's last expression, where the library knows how. */
export function present(value: object): Promise<void> | string | undefined {
  return presenter?.(value);
}

/** Something is being drawn for the running cell. The cell ends only after the function returned was called. */
export function beginOutput(): () => void {
  pending++;
  return () => {
    if (--pending > 0) return;
    for (const listener of listeners) listener();
    listeners = [];
  };
}

/** Resolves when everything is drawn, also what no code awaits. */
export function outputsDrawn(): Promise<void> {
  return pending === 0 ? Promise.resolve() : new Promise((resolve) => listeners.push(resolve));
}
