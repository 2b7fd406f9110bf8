// What a spec of a network has besides name, function and options.
import type { Spec } from "../spec";
import type { Architecture } from "./architectures/architecture";
import type { GraphNetwork } from "./graphNetwork";

/** A network that can be chosen by name. Its file exports it beside the function, and `registry.ts` lists it. */
export interface NetworkSpec<Options extends object = any> extends Spec<Promise<GraphNetwork>, Options> {
  /** Its layers, which are known before it is loaded. */
  architecture(options: Options): Architecture;
  /** For a network with trained weights: the registered network of its kind with random filters, which needs no file. */
  readonly random?: string;
}
