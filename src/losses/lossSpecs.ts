// The losses by name.
import type { LayerLoss } from "./loss";
import type { LossSpec } from "./lossSpec";
import * as registry from "./registry";
import { relative } from "./relative";

/** The spec of every loss in the registry, in its order. */
export const lossSpecs: readonly LossSpec[] = Object.values<unknown>(registry).filter(isSpec);

/** Every loss by name, and relative to its target: `"gram"`, `"relative gram"`. */
export const losses: readonly LossSpec[] = lossSpecs.flatMap((spec) => [spec, relativeSpec(spec)]);

function isSpec(exported: unknown): exported is LossSpec {
  return typeof exported === "object" && exported !== null && "make" in exported && "options" in exported;
}

function relativeSpec(spec: LossSpec): LossSpec {
  return { ...spec, name: `relative ${spec.name}`, make: (options) => relative(spec.make(options) as LayerLoss) };
}
