// What a run leaves behind: plain arrays of numbers, by name.

/** The numbers of one step, of `minimize` or of a training. */
export interface StepNumbers {
  readonly index: number;
  readonly loss: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly unweighted?: Readonly<Record<string, number>>;
  readonly gradientNorm?: number;
  readonly seconds?: number;
}

/** Every array has one number for each step that was recorded. */
export interface History {
  /** The steps' own numbers: 0, 1, 2, … */
  readonly index: number[];
  readonly loss: number[];
  readonly gradientNorm: number[];
  readonly seconds: number[];
  /** Weighted, by name; a part that a step lacks is NaN there. */
  readonly parts: Record<string, number[]>;
  /** The same without their weights. */
  readonly unweighted: Record<string, number[]>;
}

export function emptyHistory(): History {
  return { index: [], loss: [], gradientNorm: [], seconds: [], parts: {}, unweighted: {} };
}

/** Adds a step's numbers to the history. */
export function record(history: History, step: StepNumbers): void {
  const before = history.index.length;
  history.index.push(step.index);
  history.loss.push(step.loss);
  history.gradientNorm.push(step.gradientNorm ?? NaN);
  history.seconds.push(step.seconds ?? NaN);
  append(history.parts, step.parts, before);
  append(history.unweighted, step.unweighted ?? {}, before);
}

function append(columns: Record<string, number[]>, values: Readonly<Record<string, number>>, before: number): void {
  for (const name of Object.keys(values)) columns[name] ??= Array<number>(before).fill(NaN);
  for (const [name, column] of Object.entries(columns)) column.push(values[name] ?? NaN);
}

/** A history, from one or from the steps that make it. */
export function historyOf(run: History | readonly StepNumbers[]): History {
  if (!isList(run)) return run;
  const history = emptyHistory();
  for (const step of run) record(history, step);
  return history;
}

function isList(run: History | readonly StepNumbers[]): run is readonly StepNumbers[] {
  return Array.isArray(run);
}
