// What was turned in a run, and when: with it, the run can be played again without a page, to the byte.
import type { Image } from "../../image";
import { layerWeights, partsOf, type Term } from "../../terms";

/** Before the step after `step`, the knob came to this value. */
export interface Turn {
  readonly step: number;
  readonly knob: string;
  readonly value: KnobValue;
}

export type KnobValue = number | boolean | string;

/** Where all knobs stand, by name. */
export type KnobValues = Readonly<Record<string, KnobValue>>;

/** What was turned between two positions of the knobs. */
export function turnsBetween(before: KnobValues, after: KnobValues, step: number): Turn[] {
  return Object.entries(after).filter(([knob, value]) => value !== before[knob]).map(([knob, value]) => ({ step, knob, value }));
}

/** The names of a term's knobs, and where they stand at first. A weight of 0 is a term, or a layer, that is muted. */
export function knobsOf(term: Term): { weight: string; parts: readonly { name: string; share: number }[] } {
  const shares = Object.values(layerWeights(term));
  const parts = partsOf(term);
  return { weight: term.name, parts: parts.length > 1 ? parts.map(({ name }, i) => ({ name, share: shares[i] })) : [] };
}

/**
 * What a term is under the knobs: its weight unless it is muted, the share of each layer that is not muted and, where layers of it are
 * soloed, is one of those; the painting that was chosen.
 */
export function changesOf(term: Term, values: KnobValues, paintings: Readonly<Record<string, Image>>): Partial<Pick<Term, "weight" | "layers" | "target">> {
  const { parts } = knobsOf(term);
  const soloed = parts.some(({ name }) => values[`solo ${name}`]);
  const share = (name: string): number =>
    (values[`mute ${name}`] || (soloed && !values[`solo ${name}`]) ? 0 : values[name] as number);
  const layers = Object.keys(layerWeights(term));
  return {
    weight: values[`mute ${term.name}`] ? 0 : values[term.name] as number,
    ...(parts.length > 0 && { layers: Object.fromEntries(layers.map((layer, i) => [layer, share(parts[i].name)])) }),
    ...(term.kind === "style" && values.painting !== undefined && { target: paintings[values.painting as string] }),
  };
}
