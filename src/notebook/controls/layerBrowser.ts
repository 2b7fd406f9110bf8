// A layer browser: what one channel of one layer sees in an image.
import { setTimeout as sleep } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import { commHost } from "../../comms";
import type { Image } from "../../image";
import { gramMatrix } from "../../losses/gram";
import type { Network } from "../../networks/network";
import { encodeImage } from "../../platform/files/saveImage";
import { printedAs } from "../../printedAs";
import { strongest } from "../../plots/strongest";
import { choice } from "./choice";
import { control, type Control } from "./control";
import { exciting } from "./exciting";
import { imageWidget } from "./imageWidget";
import { layerPicture, pictureSize } from "./layerPicture";
import type { Drawn } from "./showWidget";
import { closeWidget, sendState, type Widget } from "./widget";

export interface LayerBrowser extends Drawn {
  readonly layer: Control<string>;
  readonly channel: Control<number>;
  /** Resolves when the picture shows what the two were set to. */
  drawn(): Promise<void>;
  close(): void;
}

export interface LayerBrowserOptions {
  /** Default: the first rectified one of the third block, or the one in the middle. */
  readonly layer?: string;
  /** Default: the most active one. */
  readonly channel?: number;
}

const pause = 300; // ms between two pictures: Jupyter's server drops what is above 1 MB/s, and one picture has 0.1 MB

interface Activations {
  readonly layer: string;
  readonly shape: readonly [number, number, number];
  readonly values: Float32Array;
  readonly gram: Float32Array;
  readonly means: Float32Array;
}

/**
 * Looks into a network: `await layerBrowser(network, photo)` as the last line of a cell has a knob for the layer and one for the channel, and
 * shows the channel's feature map of the image, an image that excites it (48 steps of ascent from noise, computed once for each channel),
 * and its row of the Gram matrix: with which channels it is active. Where no page draws knobs it is the picture of the layer and channel
 * that it was given. The network and the image must live as long as it is open.
 *
 * @throws RangeError for a layer or a channel that the network does not have
 */
export async function layerBrowser(
  network: Network, image: Image, { layer = firstLayer(network), channel: firstChannel }: LayerBrowserOptions = {},
): Promise<LayerBrowser> {
  const layers = choice("layer", network.layers, { value: layer });
  const [thumbnail, painted] = [await encodeImage(image, "jpeg", { quality: 85, maxSide: 384 }), new Map<string, Buffer>()];
  let at = await activationsAt(network, image, layer);
  const last = (): number => at.shape[2] - 1;
  const channels = control<number>({
    label: "channel", value: firstChannel ?? strongest(at.means, 1)[0],
    check(wanted) {
      if (!(Number.isInteger(wanted) && wanted >= 0 && wanted <= last()))
        throw new RangeError(`${at.layer} has the channels 0 to ${last()}, and cannot show ${wanted}`);
      return wanted;
    },
    read: ({ value }) => (typeof value === "number" && value >= 0 ? Math.min(last(), Math.round(value)) : undefined),
    keys: (value) => ({ value, max: last() }),
    fixed: { min: 0, step: 1, readout_format: "d", continuous_update: true },
    model: { model: "FloatSlider", style: { model: "SliderStyle", description_width: "10em" }, layout: { width: "32em" } },
    text: (now) => `${now} of 0 … ${last()}`,
  });
  let picture: Buffer = Buffer.alloc(0);
  const view = imageWidget(() => picture, pictureSize.width);
  const widget: Widget = { model: "VBox", state: () => ({ box_style: "" }), layout: {}, children: [layers.widget, channels.widget, view] };
  const listeners = new Set<() => void>();
  let sentAt = 0;

  async function draw(channel: number, exciter?: Buffer): Promise<void> {
    await sleep(Math.max(0, sentAt + pause - Date.now()));
    if (channel !== channels.value || at.layer !== layers.value) return;
    const { shape: [height, wide, depth], values, gram } = at;
    const map = { height, width: wide, values: values.filter((_, i) => i % depth === channel) };
    picture = await layerPicture({
      layer: at.layer, channel, map, gramRow: gram.slice(channel * depth, (channel + 1) * depth), image: thumbnail, exciting: exciter,
    });
    sendState(view, { value: picture });
    sentAt = Date.now();
    for (const listener of listeners) listener();
  }

  /** Draws what is chosen: at once what is known of it, and then what excites it, unless something else was chosen meanwhile. */
  async function follow(): Promise<void> {
    for (let done = ""; done !== `${layers.value} ${channels.value}`;) {
      if (at.layer !== layers.value) {
        at = await activationsAt(network, image, layers.value);
        channels.value = Math.min(channels.value, last()); // and the page learns how many there are
      }
      const [layerNow, channel] = [at.layer, channels.value];
      const key = `${layerNow} ${channel}`;
      done = key;
      if (!painted.has(key) && picture.length > 0) await draw(channel);
      if (`${layers.value} ${channels.value}` !== key) continue;
      if (!painted.has(key)) painted.set(key, await excite(layerNow, channel));
      if (`${layers.value} ${channels.value}` === key) await draw(channel, painted.get(key));
    }
  }
  async function excite(layerNow: string, channel: number): Promise<Buffer> {
    const found = await exciting(network, layerNow, channel, { unit: Math.abs(at.means[channel]) || 1 });
    return encodeImage(found, "png").finally(() => found.dispose());
  }

  let following: Promise<void> | undefined;
  const turned = (): void => void (following ??= follow().finally(() => (following = undefined)));
  await follow();
  for (const knob of [layers, channels]) knob.listeners.add(turned);

  return printedAs({
    widget, listeners, layer: layers, channel: channels,
    twin: () => ({ "image/jpeg": picture.toString("base64"), "text/plain": `${at.layer}, ${channels}` }),
    drawn: async () => { await following; },
    close() {
      for (const knob of [layers, channels]) knob.listeners.delete(turned);
      closeWidget(widget);
    },
  }, () => `${layers.value}, ${channels}${commHost() ? "" : " (no page draws its knobs)"}`);
}

function firstLayer({ layers }: Network): string {
  return layers.includes("relu3_1") ? "relu3_1" : layers[layers.length >> 1];
}

async function activationsAt(network: Network, image: Image, layer: string): Promise<Activations> {
  const [features, gram, means] = tf.tidy(() => {
    const found = network.features(image, [layer])(layer);
    return [found, gramMatrix(found), tf.mean(found, [0, 1])];
  });
  try {
    const [values, gramValues, meanValues] = await Promise.all([features, gram, means].map((tensor: tf.Tensor) => tensor.data<"float32">()));
    return { layer, shape: features.shape as [number, number, number], values, gram: gramValues, means: meanValues };
  } finally {
    tf.dispose([features, gram, means]);
  }
}
