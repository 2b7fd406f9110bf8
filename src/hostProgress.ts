// Where a loop that nobody watches says how far it is, so that the loop knows nothing of notebooks.

/** What is said of a step: enough for "step 12 of 200, loss 0.03". */
export interface StepProgress {
  readonly index: number;
  readonly steps: number;
  readonly loss: number;
  readonly stopped: unknown;
}

let provider: (() => ((step: StepProgress) => void) | undefined) | undefined;

/** Called for each step of a loop; asked for once, when the loop begins. In a notebook it writes a line below the cell, in a script it is undefined. */
export function hostProgress(): ((step: StepProgress) => void) | undefined {
  return provider?.();
}

/** Where `hostProgress` comes from. */
export function setHostProgress(from: () => ((step: StepProgress) => void) | undefined): void {
  provider = from;
}
