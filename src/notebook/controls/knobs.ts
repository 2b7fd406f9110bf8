// A panel for a run: every weight of an objective as a knob that is heard while it paints.
import * as path from "node:path";
import { commHost } from "../../comms";
import { mustBeOneOf } from "../../errors";
import { hostSignal } from "../../hostSignal";
import type { Image } from "../../image";
import type { Step } from "../../minimize/minimize";
import type { Objective } from "../../objective";
import { adam } from "../../optimizers/adam";
import type { Optimizer } from "../../optimizers/optimizer";
import { optimizers } from "../../optimizers/registry";
import { saveImage } from "../../platform/files/saveImage";
import { writeAtomically } from "../../platform/files/writeAtomically";
import { makeFrom } from "../../spec";
import { inNotebook } from "../display";
import { button } from "./button";
import { choice } from "./choice";
import { type Control, nextChange } from "./control";
import { panel } from "./panel";
import { showWidget } from "./showWidget";
import { slider } from "./slider";
import { toggle } from "./toggle";
import { changesOf, knobsOf, turnsBetween, type KnobValues, type Turn } from "./turns";

export interface KnobsOptions {
  /** Whose rate gets a knob, where it has one (default `adam()`); then give `minimize` the panel's own `optimizer`. */
  readonly optimizer?: Optimizer;
  /** Paintings to choose among, for the style term: its target is one of them. */
  readonly paintings?: Readonly<Record<string, Image>>;
  /** Plays these turns instead of listening to a page: the same bytes as when they were recorded. */
  readonly turns?: readonly Turn[];
  /** Where pictures are saved (default `pictures`, beside the notebook). */
  readonly folder?: string;
}

export interface Knobs {
  /** Takes what was turned since the step before, and waits while the run is paused. Call it in the loop. */
  update(step: Step): Promise<void>;
  readonly optimizer: Optimizer;
  /** What was turned so far. */
  readonly turns: readonly Turn[];
  /** The controls by name: `style`, `style relu3_1`, `mute style`, `solo style relu3_1`, `rate`, `painting`, `pause`, `step`, … */
  readonly controls: Readonly<Record<string, Control>>;
  /** Takes the panel off the page; where the knobs stood stays as text. The last step does so; after a `break`, call it. */
  close(): void;
}

/**
 * A panel of knobs for an objective, shown at the first step:
 *
 *     const panel = knobs(goal);
 *     for await (const step of minimize(goal, { start: photo, optimizer: panel.optimizer, steps: 500 })) {
 *       await view.update(step);
 *       await panel.update(step);
 *     }
 *
 * The weight of each term and the share of each layer (logarithmic, to a hundredth and a hundredfold), mute, solo (only the soloed layers of
 * a term count), the rate, the painting, pause and step, save, reset (of the knobs). What was turned is in `turns`. Without a page
 * nothing is turned, and the loop is what it is without the panel.
 *
 * @throws RangeError for paintings without a style term, or without the target that it has
 */
export function knobs(goal: Objective, { optimizer = adam(), paintings = {}, turns: played, folder = "pictures" }: KnobsOptions = {}): Knobs {
  const { terms } = goal;
  const names = Object.keys(paintings);
  const styled = terms.find(({ kind }) => kind === "style");
  const painting = names.find((name) => paintings[name] === styled?.target);
  if (names.length > 0 && painting === undefined)
    throw new RangeError("the paintings to choose among must contain the target of the style term: paintings: { one: painting, another }");
  const made = optimizers.find(({ name }) => name === optimizer.name);
  const { rate: firstRate } = (made && optimizer.settings ? optimizer.settings : {}) as { rate?: number };

  const buttons = { pause: toggle("pause"), step: button("step"), save: button("save picture"), reset: button("reset knobs") };
  const turnable: Record<string, Control> = {};
  const add = (name: string, control: Control): Control => (turnable[name] = control);
  const weightSlider = (name: string, value: number, unit: number): Control[] => {
    const first = value > 0 ? value : unit;
    return [
      add(name, slider(name, { min: first / 100, max: first * 100, value: first, logarithmic: true })),
      add(`mute ${name}`, toggle("mute", { value: value === 0 })),
    ];
  };
  const rows: Control[][] = [Object.values(buttons)];
  if (painting !== undefined) rows.push([add("painting", choice("painting", names, { value: painting }))]);
  if (firstRate !== undefined) rows.push([add("rate", slider("rate", { min: firstRate / 100, max: firstRate * 100, value: firstRate, logarithmic: true }))]);
  for (const term of terms) {
    const { weight, parts } = knobsOf(term);
    rows.push(weightSlider(weight, term.weight, 1));
    for (const { name, share } of parts) rows.push([...weightSlider(name, share, 1 / parts.length), add(`solo ${name}`, toggle("solo"))]);
  }
  for (const { knob } of played ?? []) mustBeOneOf(knob, Object.keys(turnable), "knob", "this panel");
  const board = panel(rows);
  const all = [...Object.values(buttons), ...Object.values(turnable)].map(({ listeners }) => listeners);
  const positions = (): KnobValues => Object.fromEntries(Object.entries(turnable).map(([name, { value }]) => [name, value]));
  const first = positions();
  let values = first;
  let turns: Turn[] = [];
  let shown = false;
  let done = { step: 0, save: 0, reset: 0 };

  /** Resets the knobs if that was pressed, and says what else is wanted. */
  function pressed(): { goes: boolean; saves: boolean } {
    const { pause, step, save, reset } = buttons;
    if (reset.value > done.reset) for (const [name, value] of Object.entries(first)) turnable[name].value = value;
    const wanted = { goes: !pause.value || step.value > done.step, saves: save.value > done.save };
    done = { step: step.value, save: save.value, reset: reset.value };
    return wanted;
  }

  async function save({ index, image, loss }: Step): Promise<string> {
    const file = path.join(folder, `step-${String(index).padStart(4, "0")}.png`);
    const settings = { step: index, loss, network: goal.network.name, objective: String(goal).split("\n"), knobs: values, turns };
    await saveImage(image, file);
    await writeAtomically(file.replace(/png$/, "json"), `${JSON.stringify(settings, null, 2)}\n`);
    return `saved ${file}`;
  }

  /** Waits while the run is paused. */
  async function wait(step: Step): Promise<void> {
    const stop = hostSignal();
    for (let go = false; ;) {
      const { goes, saves } = pressed();
      go ||= goes;
      if (saves) board.say(await save(step).catch(({ message }: Error) => message));
      else if (go || !commHost() || played || stop?.aborted) return;
      else await nextChange(all, stop);
    }
  }

  /** Changes the objective as the knobs say, and records what was turned. */
  function take({ index }: Step): void {
    for (const { knob, value } of (played ?? []).filter(({ step }) => step === index)) turnable[knob].value = value;
    const now = positions();
    turns.push(...turnsBetween(values, now, index));
    for (const term of terms) {
      const [before, after] = [changesOf(term, values, paintings), changesOf(term, now, paintings)];
      const isNew = (key: "weight" | "layers" | "target"): boolean =>
        (key === "layers" ? JSON.stringify(after.layers) !== JSON.stringify(before.layers) : after[key] !== before[key]);
      const changed = (["weight", "layers", "target"] as const).filter(isNew);
      if (changed.length > 0) goal.change(term.name, Object.fromEntries(changed.map((key) => [key, after[key]])));
    }
    values = now;
  }

  function close(): void {
    board.close();
    shown = false;
  }

  return {
    controls: { ...buttons, ...turnable }, close,
    get turns() { return turns; },
    // The rate of the last update, not of this moment: what is recorded is what was done.
    optimizer: firstRate === undefined ? optimizer : {
      ...optimizer,
      step: (f, x, state) => makeFrom(made!, "optimizer", { ...optimizer.settings, rate: values.rate }).step(f, x, state),
    },
    async update(step) {
      if (!shown) { // also where the panel is used for another run
        shown = true;
        turns = [];
        if (!played && inNotebook()) showWidget(board);
      }
      await wait(step);
      take(step);
      if (step.stopped || step.index >= step.steps) close();
    },
  };
}
