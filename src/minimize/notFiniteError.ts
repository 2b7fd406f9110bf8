// A loss or a gradient that is not finite: which part it was, and what to do.
import type { Image } from "../image";
import { norm } from "../math/vectors";
import type { Measurement, Objective } from "../objective";

export const afterSteps: string = "the last good image is in this error's `image`. A smaller rate or weight, or starting from the content, " +
  "usually helps";
export const beforeSteps: string = "no step was taken yet, and start and targets are finite, so the cause is the loss, its weight or the network: it may " +
  "divide by zero, or take the root or logarithm of one";

/** A loss or a gradient was not a finite number. `image` is the last good one; it belongs to whoever catches this. */
export class NotFiniteError extends Error {
  override readonly name = "NotFiniteError";
  constructor(readonly part: string, readonly step: number, what: string, readonly image: Image, hint: string = afterSteps) {
    super(`the ${what} of "${part}" is not a finite number at step ${step}; ${hint}`);
  }
}

/** Finds the first part that is not finite, by its value or else by its own gradient. */
export async function blame(
  goal: Objective, bad: Image, { unweighted }: Measurement, step: number, image: Image, hint: string,
): Promise<NotFiniteError> {
  try {
    for (const part of goal.parts) {
      if (!Number.isFinite(unweighted[part])) return new NotFiniteError(part, step, "value", image, hint);
      const alone = await goal.measure(bad, part);
      if (!Number.isFinite(norm(alone.gradient))) return new NotFiniteError(part, step, "gradient", image, hint);
    }
    return new NotFiniteError(goal.parts.join(" + "), step, "sum", image, hint);
  } finally {
    bad.dispose();
  }
}
