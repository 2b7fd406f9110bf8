// What a spec of a loss has besides name, function and options.
import type { Spec } from "../spec";
import type { LayerLoss, Loss } from "./loss";

/** A loss that can be chosen by name. Its file exports it beside the function, and `registry.ts` lists the file. */
export interface LossSpec<Options extends object = any> extends Spec<LayerLoss | Loss, Options> {
  /** The term that it is meant for. */
  readonly kind: "content" | "style";
  /** It depends on where activations are, or on which are neighbors: shuffling all positions changes it. */
  readonly positional?: true;
}
