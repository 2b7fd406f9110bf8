// What can be chosen by name: a loss, a network, an optimizer, a start. Its file exports the function and a spec; a registry lists specs.
import { mustBeOneOf } from "./errors";

/** An option of a function, as data: its default, and the values that it may have. */
export interface Option<Value = unknown> {
  /** What the function uses where the option is left out; undefined where it chooses by its input. */
  readonly default?: Value;
  /** The function cannot do without it. */
  readonly required?: boolean;
  /** What a value must be, in an error's words: "a whole number of at least 1". */
  readonly expects: string;
  accepts(value: unknown): boolean;
  /** All values, where there is a list of them. */
  readonly values?: readonly Value[];
}

/** What is registered under a name. Sweeps, `loadNetwork`, the command line, tests and README's table read it. */
export interface Spec<Thing = unknown, Options extends object = any> {
  readonly name: string;
  /** In a table: what it does, in a few words. */
  readonly summary: string;
  /** Where it is from: a paper, a textbook, or what it is in one word. */
  readonly source: string;
  readonly options: { readonly [Name in keyof Required<Options>]: Option<Required<Options>[Name]> };
  /** The option that a bare value stands for: `{ adam: 0.05 }` is `{ adam: { rate: 0.05 } }`. Without one, a bare value is refused. */
  readonly shorthand?: keyof Options & string;
  make(options: Options): Thing;
}

/** The options of a function that has none. */
export type NoOptions = Record<string, never>;

/** Specs in reading order. */
export type Registry<Thing> = readonly Spec<Thing>[];

/** @throws RangeError with the nearest name, where there is no such name; `what` is what it names, such as "optimizer" */
export function specOf<One extends Spec>(registry: readonly One[], what: string, name: string): One {
  mustBeOneOf(name, registry.map((spec) => spec.name), what);
  return registry.find((spec) => spec.name === name)!;
}

/**
 * What `spec` stands for, with these options. An option that is left out has the function's own default.
 *
 * @throws RangeError for an option that there is not, with the nearest, a value that it cannot have, or a required one left out
 */
export function makeFrom<Thing>(spec: Spec<Thing>, what: string, options: Readonly<Record<string, unknown>> = {}): Thing {
  mustHaveOptions(spec, what, options);
  return spec.make(options);
}

/** @throws as `makeFrom`, without making anything */
export function mustHaveOptions(spec: Spec, what: string, options: Readonly<Record<string, unknown>>): void {
  const subject = `the ${what} ${spec.name}`;
  for (const [name, value] of Object.entries(options)) {
    const option: Option = spec.options[mustBeOneOf(name, Object.keys(spec.options), "option", subject)];
    if (value !== undefined) mustBeAccepted(option, name, value, subject);
  }
  for (const [name, { required, expects }] of Object.entries<Option>(spec.options))
    if (required && options[name] === undefined) throw new RangeError(`${subject} needs its ${name}: ${expects}`);
}

function mustBeAccepted({ values, expects, accepts }: Option, name: string, value: unknown, subject: string): void {
  if (accepts(value)) return;
  if (values && typeof value === "string") mustBeOneOf(value, values as string[], name, subject);
  throw new RangeError(`${name} of ${subject} must be ${expects}; got ${typeof value === "object" ? JSON.stringify(value) : String(value)}`);
}

/** A finite number of which `holds` is true. */
export function numberWhere(fallback: number | undefined, expects: string, holds: (value: number) => boolean): Option<number> {
  return { default: fallback, expects, accepts: (value) => Number.isFinite(value) && holds(value as number) };
}

/** A whole number, `least` or more. */
export function wholeNumber(fallback: number | undefined, least: number = -Infinity): Option<number> {
  const expects = least === -Infinity ? "a whole number" : `a whole number of at least ${least}`;
  return { default: fallback, expects, accepts: (value) => Number.isInteger(value) && (value as number) >= least };
}

/** One of some names; without a default it is required. */
export function oneOf<Name extends string>(values: readonly Name[], fallback?: Name): Option<Name> {
  const accepts = (value: unknown): boolean => values.includes(value as Name);
  return { default: fallback, required: fallback === undefined, expects: `one of ${values.join(", ")}`, accepts, values };
}
