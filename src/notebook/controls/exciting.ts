// The picture that a channel of a network is most active for, or nearly.
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { noise, type Image } from "../../image";
import type { LayerLoss } from "../../losses/loss";
import type { Network } from "../../networks/network";
import { objective } from "../../objective";
import { adam } from "../../optimizers/adam";
import { fourier } from "../../optimizers/fourier";
import { reparameterize } from "../../optimizers/reparameterize";
import { content, smoothness } from "../../terms";

/**
 * A few steps of ascent from faint noise, in Fourier coefficients, to an image for which a channel has a large mean activation (Erhan et
 * al. 2009; Olah et al. 2017). The loss is log(1 + exp(−m / unit)) of the channel's mean m, which falls as m grows and stays above 0, and
 * a smoothness: without it, and at a higher rate, most channels get colored noise at both ends of the range. The caller disposes the image.
 */
export async function exciting(
  network: Network, layer: string, channel: number, { unit = 1, side = 64, steps = 48 }: { unit?: number; side?: number; steps?: number } = {},
): Promise<Image> {
  const start = noise([side, side], { strength: 0.1 });
  const loss: LayerLoss = {
    name: `channel ${channel}`,
    prepare: () => tf.scalar(0),
    distance: (features) => tf.softplus(tf.neg(tf.div(tf.mean(tf.gather(features, [channel], 2)), unit))) as tf.Scalar,
  };
  const goal = objective(network, [content(start, { layers: [layer], loss }), smoothness({ weight: 3 })]);
  try {
    const optimizer = reparameterize(fourier(), adam({ rate: 0.02, clip: false }));
    let x = await start.data<"float32">();
    let state = optimizer.init(x, start.shape);
    const f = async (values: Float32Array): ReturnType<typeof goal.measure> => {
      const image = tf.tensor3d(values, start.shape);
      return goal.measure(image).finally(() => image.dispose());
    };
    // Not `minimize`: a knob is turned between two cells, or while another cell runs, whose stop button is not meant.
    for (let step = 0; step < steps; step++) {
      ({ x, state } = await optimizer.step(f, x, state));
      await setImmediate();
    }
    return tf.tidy(() => tf.clipByValue(tf.tensor3d(x, start.shape), 0, 1)) as Image;
  } finally {
    goal.dispose();
    start.dispose();
  }
}
