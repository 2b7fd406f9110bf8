// What every figure does: load a network and images, name its progress, and dispose of all but its panels.
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../image";
import type { Step } from "../minimize/minimize";
import type { GraphNetwork } from "../networks/graphNetwork";
import { loadNetwork } from "../networks/loadNetwork";
import type { Network } from "../networks/network";
import { loadNamed } from "../platform/files/loadNamed";
import type { FigureOptions, FigureRun, FigureSettings, Panel } from "./figure";
import { judgeOf } from "./judgeOf";

/** The place where a figure is made: what is kept on it is disposed at the end, unless it is in a panel of the result. */
export interface Workbench {
  readonly network: GraphNetwork;
  readonly settings: FigureSettings;
  /** The images of `settings.photo` or `settings.painting`, at the figure's size, each with its name. */
  images(which: "photo" | "painting"): Promise<readonly Panel[]>;
  /** `judgeOf` the network, which the bench disposes. */
  judge(): Promise<Network>;
  /** Registers a tensor to be disposed. */
  keep<T extends tf.Tensor>(tensor: T): T;
  /** Options of a run of `minimize` or a recipe: the steps, the signal, progress that begins with `what`; the figure's `losses` get each step's. */
  run(what: string): { steps: number; signal?: AbortSignal; each: (step: Step) => void };
}

/**
 * Runs `body` with a network and what else a figure needs.
 *
 * @throws RangeError where the network lacks one of `layers`
 */
export async function withWorkbench(
  settings: FigureSettings, { signal, each }: FigureOptions, layers: readonly string[],
  body: (bench: Workbench) => Promise<Omit<FigureRun, "losses">>,
): Promise<FigureRun> {
  const network = await loadNetwork(settings.network, { pooling: "average" });
  let judge: Network | undefined;
  const losses: Record<string, number[]> = {};
  const kept = new Set<tf.Tensor>();
  const keep = <T extends tf.Tensor>(tensor: T): T => (kept.add(tensor), tensor);
  try {
    const missing = layers.filter((layer) => !network.layers.includes(layer));
    if (missing.length > 0) throw new RangeError(`this figure needs ${missing.join(", ")}, and ${network.name} has no such layer: take a VGG`);
    const made = await body({
      network, settings, keep,
      judge: async () => (judge ??= await judgeOf(network, settings.seed)),
      async images(which) {
        const panels: Panel[] = [];
        for (const name of (settings[which] ?? "").split(",").filter(Boolean))
          panels.push({ label: name, image: keep(await loadNamed(name, { shorter: settings.size })) });
        if (panels.length === 0) throw new RangeError(`this figure needs a ${which}: a sample's name or a file`);
        return panels;
      },
      run: (what) => ({
        steps: settings.steps, signal,
        each({ index, loss }) {
          (losses[what] ??= []).push(loss);
          each?.(`${what}, step ${index} of ${settings.steps}`);
        },
      }),
    });
    made.rows.flat().forEach(({ image }) => kept.delete(image as Image));
    return { ...made, losses };
  } finally {
    tf.dispose([...kept]);
    judge?.dispose();
    network.dispose();
  }
}
