// The optimizers by name, in reading order.
import type { Registry } from "../spec";
import { adamSpec } from "./adam";
import { gradientDescentSpec } from "./gradientDescent";
import { lbfgsSpec } from "./lbfgs";
import type { Optimizer } from "./optimizer";

export const optimizers: Registry<Optimizer> = [lbfgsSpec, adamSpec, gradientDescentSpec];
