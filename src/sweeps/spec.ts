// A word with its options, as plain JSON: how a sweep says which loss, optimizer, network or start it means.
import { mustBeOneOf } from "../errors";
import type { Json } from "../json";

/** A word, or a word with what its function takes: `"adam"`, `{ adam: { rate: 0.05 } }`, `{ gramAs: "johnson" }`. */
export type Spec = string | { readonly [word: string]: Json };

/** What a word stands for. */
export interface Maker<Thing> {
  /** The options that may stand behind the word; what is no object goes to `make` as it is. */
  readonly takes: readonly string[];
  make(options?: any): Thing;
}

export type Registry<Thing> = Readonly<Record<string, Maker<Thing>>>;

/** The word of a `Named`. */
export function nameOf(named: Spec): string {
  return typeof named === "string" ? named : Object.keys(named ?? {})[0];
}

/** What stands behind the word, if anything does. */
export function optionsOf(named: Spec): Json | undefined {
  return typeof named === "string" ? undefined : named[nameOf(named)];
}

/**
 * What a `Named` stands for in a table; without options, the function's own defaults.
 *
 * @throws as `mustBeNamed`, and what the function throws for options that it cannot take
 */
export function build<Thing>(table: Registry<Thing>, what: string, named: Spec): Thing {
  mustBeSpec(table, what, named);
  return table[nameOf(named)].make(optionsOf(named));
}

/** @throws RangeError for a word or an option that is not there, with the nearest; TypeError for what is no word */
export function mustBeSpec<Thing>(table: Registry<Thing>, what: string, named: Spec): void {
  const words = typeof named === "string" ? [named] : Object.keys(named ?? {});
  if (words.length !== 1)
    throw new TypeError(`the ${what} is a word, or one word with its options, such as { ${Object.keys(table)[0]}: … }; ` +
      `got ${JSON.stringify(named)}`);
  const [word] = words;
  mustBeOneOf(word, Object.keys(table), what);
  const options = optionsOf(named);
  if (typeof options !== "object" || options === null || Array.isArray(options)) return;
  for (const option of Object.keys(options)) mustBeOneOf(option, table[word].takes, `option of the ${what} ${word} is`);
}
