// The state of a run as plain data: enough to resume it as if it had never stopped.
import type { Image } from "../image";
import type { Objective } from "../objective";
import type { Optimizer } from "../optimizers/optimizer";
import type { LossReference } from "./warnings";

/** The state of a run at one of its steps. It holds no tensors; `saveRun` writes it to a file. */
export interface Snapshot {
  readonly index: number;
  /** Seconds since the run began, not counting breaks. */
  readonly seconds: number;
  /** The weighted parts of the loss at `x`: a resumed run must measure the same. */
  readonly parts: Readonly<Record<string, number>>;
  /** What the run minimizes and how: it must be the same to resume. */
  readonly of: RunIdentity;
  /** The losses that a diverging one is compared with. */
  readonly reference?: LossReference;
  /** The point, and the optimizer's state there. */
  readonly x: Float32Array;
  readonly state: unknown;
}

/** What must be the same to resume a run. */
export interface RunIdentity {
  readonly size: readonly [height: number, width: number];
  readonly network: string;
  /** The terms, as the objective prints them. */
  readonly objective: string;
  readonly optimizer: string;
  /** The optimizer's options. */
  readonly settings: object;
}

/** The identity of a run of these. */
export function runIdentity(goal: Objective, optimizer: Optimizer, start: Image): RunIdentity {
  const [height, width] = start.shape;
  return {
    size: [height, width], network: goal.network.name, objective: goal.toString(), optimizer: optimizer.name,
    settings: optimizer.settings ?? {},
  };
}

/** @throws TypeError for a promise of a snapshot */
export function mustBeSnapshot(snapshot: Snapshot): void {
  if (snapshot instanceof Promise) throw new TypeError("the run to resume is a promise: write `await savedRun(file)`");
}

/** @throws RangeError where a snapshot is of another size, network, objective or optimizer than the run that resumes it */
export function mustBeSameRun(snapshot: Snapshot, current: RunIdentity, steps: number): void {
  mustBeSnapshot(snapshot);
  const { of, index } = snapshot;
  if (index > steps)
    throw new RangeError(
      `the run to resume is at step ${index}, but only ${steps} steps are wanted: \`steps\` counts from its beginning`);
  for (const key of ["size", "network", "objective", "optimizer", "settings"] as const) {
    const [saved, now] = [of, current].map((run) => (key === "size" ? run.size.join("×") : text(run[key])));
    if (saved === now) continue;
    throw new RangeError(
      `the run to resume has another ${key === "settings" ? `setting of ${of.optimizer}` : key}. Then: ${saved}. Now: ${now}. ` +
        "Give minimize what the run began with, or leave out `resume` to start again");
  }
}

/** How much a part may differ from what was saved, relative to the loss: engines and numbers of threads differ by less. */
const tolerance = 1e-3;

/**
 * The check that the text of `RunIdentity` cannot make: terms may print alike and have other targets, masks or filters.
 *
 * @throws RangeError where the parts of the loss at `x` are not those of the snapshot
 */
export function mustHaveSameParts({ parts, index }: Snapshot, now: Pick<Snapshot, "parts">): void {
  const most = tolerance * Object.values(parts).reduce((loss, part) => loss + part, 0);
  for (const [name, saved] of Object.entries(parts)) {
    if (Math.abs(now.parts[name] - saved) <= most) continue;
    throw new RangeError(
      `the run to resume has another objective: at step ${index} its "${name}" was ${saved}, and now it is ${now.parts[name]}. ` +
        "The target, a mask or the network's filters have changed");
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("\n", ", ") : JSON.stringify(value);
}
