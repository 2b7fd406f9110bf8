// What happens where an operation runs before `await engine()`: TensorFlow.js would choose a backend by itself.
import * as tf from "@tensorflow/tfjs";

interface Internals {
  readonly backendInstance: object | null;
  ready(): Promise<void>;
  initializeBackendsAndReturnBest(): { name: string; asyncInit: boolean };
}

/**
 * Replaces TensorFlow.js' own choice of a backend: by the name that `choose` returns where an operation needs one at once, and by
 * `start` where somebody awaits `tf.ready()`. A backend that was set is left alone.
 */
export function replaceFirstChoice(choose: () => string, start: () => Promise<unknown>): void {
  const internals = tf.engine() as unknown as Internals;
  const ready = internals.ready.bind(internals);
  internals.ready = async () => {
    if (!internals.backendInstance && !starting) {
      starting = true; // `start` itself awaits tf.ready()
      await start().finally(() => (starting = false));
    }
    return ready();
  };
  internals.initializeBackendsAndReturnBest = () => ({ name: choose(), asyncInit: false });
}
let starting = false;
