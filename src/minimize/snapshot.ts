// The state of a run as plain data: enough to resume it as if it had never stopped.
import { getBackend } from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { Objective } from "../objective";
import type { Optimizer } from "../optimizers/optimizer";
import { partsOf } from "../terms";
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
  /** The terms, as the objective prints them, with weights to three digits. */
  readonly objective: string;
  /** The weights of the parts, by name, exactly. Runs saved by earlier versions have none. */
  readonly weights?: Readonly<Record<string, number>>;
  /** The engine, on which the parts of the loss are measured again. */
  readonly engine?: string;
  readonly optimizer: string;
  /** The optimizer's options. */
  readonly settings: object;
}

/** The identity of a run of these. */
export function runIdentity(goal: Objective, optimizer: Optimizer, start: Image): RunIdentity {
  const [height, width] = start.shape;
  const weights = Object.fromEntries(goal.terms.flatMap(partsOf).map(({ name, weight }) => [name, weight]));
  return {
    weights, engine: getBackend(),
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
  const mustEqual = (what: string, saved: string, now: string): void => {
    if (saved === now) return;
    throw new RangeError(`the run to resume has another ${what}. Then: ${saved}. Now: ${now}. ` +
      "Give minimize what the run began with, or leave out `resume` to start again");
  };
  mustEqual("size", of.size.join("×"), current.size.join("×"));
  for (const key of ["network", "objective"] as const) mustEqual(key, text(of[key]), text(current[key]));
  for (const [part, weight] of Object.entries(of.weights ?? {})) mustEqual(`weight of "${part}"`, String(weight), String(current.weights?.[part]));
  mustEqual("optimizer", of.optimizer, current.optimizer);
  mustEqual(`setting of ${of.optimizer}`, text(of.settings), text(current.settings));
}

/**
 * How much a part may differ from what was saved, relative to the loss: numbers of threads and processors differ by less on one engine,
 * and engines from each other.
 */
const [sameEngine, betweenEngines] = [1e-5, 1e-3];

/**
 * The check that the text of `RunIdentity` cannot make: terms may print alike and have other targets, masks or filters.
 *
 * @throws RangeError where the parts of the loss at `x` are not those of the snapshot
 */
export function mustHaveSameParts({ parts, index, of }: Snapshot, now: Pick<Snapshot, "parts">): void {
  const tolerance = of.engine === getBackend() ? sameEngine : betweenEngines;
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
