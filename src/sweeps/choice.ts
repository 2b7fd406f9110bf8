// A choice, as plain JSON: how a plan says which loss, optimizer, network or start it means.
import type { Json } from "../json";
import { makeFrom, specOf, type Spec } from "../spec";

/** A registered name, alone or with options: `"adam"`, `{ adam: { rate: 0.05 } }`, or with a bare value, `{ gramAs: "johnson" }`. */
export type Choice = string | { readonly [name: string]: Json };

/** The name that is chosen. */
export function nameOf(choice: Choice): string {
  return typeof choice === "string" ? choice : Object.keys(choice ?? {})[0];
}

/**
 * The options by name: a bare value is that of the spec's shorthand.
 *
 * @throws RangeError for a bare value where the spec has no shorthand
 */
export function optionsOf(spec: Spec, what: string, choice: Choice): Readonly<Record<string, unknown>> {
  if (typeof choice === "string") return {};
  const value = choice[spec.name];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  if (spec.shorthand) return { [spec.shorthand]: value };
  const [first] = Object.keys(spec.options);
  const remedy = first ? `its options have names, such as { ${spec.name}: { ${first}: … } }` : `it has no options: "${spec.name}"`;
  throw new RangeError(`the ${what} ${spec.name} takes no bare value, ${JSON.stringify(value)}: ${remedy}`);
}

/**
 * The spec that is chosen from a registry; `what` names the setting in errors.
 *
 * @throws RangeError for a name that is not registered, with the nearest; TypeError for what is no choice
 */
export function chosenSpec<One extends Spec>(registry: readonly One[], what: string, choice: Choice): One {
  const names = typeof choice === "string" ? [choice] : Object.keys(choice ?? {});
  if (names.length !== 1)
    throw new TypeError(`the ${what} is a name, or one name with its options, such as { ${registry[0].name}: … }; ` +
      `got ${JSON.stringify(choice)}`);
  return specOf(registry, what, names[0]);
}

/**
 * Builds what is chosen. An option that is left out has the function's own default.
 *
 * @throws as `chosenSpec`; RangeError for an option that does not exist, and for a value that it cannot have
 */
export function build<Thing>(registry: readonly Spec<Thing>[], what: string, choice: Choice): Thing {
  const spec = chosenSpec(registry, what, choice);
  return makeFrom(spec, what, optionsOf(spec, what, choice));
}
