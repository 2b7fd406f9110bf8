// Where a run stands, as plain numbers: enough to go on from there as if it had never stopped.
import type { Image } from "../image";
import type { Objective } from "../objective";
import type { Optimizer } from "../optimizers/optimizer";

/** A run at one of its steps. It holds no tensors; `saveRun` writes it to a file. */
export interface Snapshot {
  readonly index: number;
  /** Since the run began, breaks not counted. */
  readonly seconds: number;
  /** The weighted parts of the objective at `x`: by them an objective knows its own run. */
  readonly parts: Readonly<Record<string, number>>;
  /** What the run belongs to. */
  readonly of: RunIdentity;
  /** The point, and the optimizer's memory there. */
  readonly x: Float32Array;
  readonly state: unknown;
}

/** What a snapshot belongs to: the image's size, and what must be the same to go on. */
export interface RunIdentity {
  readonly size: readonly [height: number, width: number];
  readonly network: string;
  /** The terms, as the objective prints them. */
  readonly objective: string;
  readonly optimizer: string;
  /** The optimizer's options. */
  readonly settings: object;
}

/** What a run of these belongs to. */
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

/** @throws RangeError where a snapshot is of another size, network, objective or optimizer than the run that is to go on from it */
export function mustBeSameRun(snapshot: Snapshot, mine: RunIdentity, steps: number): void {
  mustBeSnapshot(snapshot);
  const { of, index } = snapshot;
  if (index > steps)
    throw new RangeError(
      `the run to resume stands at step ${index}, and ${steps} steps are asked for: \`steps\` counts from its beginning`);
  for (const key of ["size", "network", "objective", "optimizer", "settings"] as const) {
    const [theirs, own] = [of, mine].map((run) => (key === "size" ? run.size.join("×") : text(run[key])));
    if (theirs === own) continue;
    throw new RangeError(
      `the run to resume has another ${key === "settings" ? `setting of ${of.optimizer}` : key}. Then: ${theirs}. Now: ${own}. ` +
        "Give minimize what the run began with, or leave `resume` out to begin anew");
  }
}

/** How far, in units of the loss, a part may lie from what was saved: engines and numbers of threads differ by less. */
const rounding = 1e-3;

/**
 * Terms may look alike and have other targets, masks or filters; then they measure something else.
 *
 * @throws RangeError where the objective does not measure at `x` what it measured when the snapshot was taken
 */
export function mustHaveSameParts({ parts, index }: Snapshot, now: Pick<Snapshot, "parts">): void {
  const worst = rounding * Object.values(parts).reduce((loss, part) => loss + part, 0);
  for (const [name, then] of Object.entries(parts)) {
    if (Math.abs(now.parts[name] - then) <= worst) continue;
    throw new RangeError(
      `the run to resume is another objective's: at step ${index} its "${name}" was ${then}, and here it is ${now.parts[name]}. ` +
        "The target, a mask or the network's filters have changed");
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("\n", ", ") : JSON.stringify(value);
}
