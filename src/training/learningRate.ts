// Learning rates over the course of a training, as functions of the step (or of any other measure of progress).

export type LearningRate = (step: number) => number;

export function constantRate(rate: number): LearningRate {
  return () => rate;
}

/**
 * A linear warmup, and a cosine down to `floor` of the peak (Loshchilov & Hutter 2017, without restarts):
 *
 *     rate(t) = peak · min(1, start + (1 − start) t / warmup) · (floor + (1 − floor) (1 + cos(π t / steps)) / 2)
 *
 * @param options `peak`; `steps`, where the cosine ends; `warmup`, in steps; `start` and `floor`, fractions of the peak
 */
export function warmupCosine(
  { peak, steps, warmup = 0, start = 0, floor = 0 }:
  { readonly peak: number; readonly steps: number; readonly warmup?: number; readonly start?: number; readonly floor?: number },
): LearningRate {
  return (step) => {
    const rise = warmup > 0 ? Math.min(1, start + ((1 - start) * step) / warmup) : 1;
    return peak * rise * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, step / steps))));
  };
}

/** `rate`, multiplied by `factor` after every `every` steps. */
export function stepDecay(
  { rate, every, factor = 0.1 }: { readonly rate: number; readonly every: number; readonly factor?: number },
): LearningRate {
  return (step) => rate * factor ** Math.floor(step / every);
}
