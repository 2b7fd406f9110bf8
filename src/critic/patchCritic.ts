// A critic: a few convolutions that give every patch of an image, or of a layer's activations, one score.
import * as tf from "@tensorflow/tfjs";
import { parameterSlots, type ParameterSlot } from "../training/parameterSlots";

/** One convolution of a critic, without padding: a patch at the edge is as any other, and nothing tells the rim. */
export interface CriticLayer {
  readonly channels: number;
  readonly size: number;
  readonly stride: number;
}

/** A critic as data. Its parameters are the numbers of its slots, `conv1.kernel`, `conv1.bias`, … */
export interface PatchCritic {
  readonly layers: readonly CriticLayer[];
  readonly slots: readonly ParameterSlot[];
  /** The side of the patch that a score sees, in positions of its input. */
  readonly patch: number;
}

/** Three convolutions: a score sees 7×7 positions, which at relu3_1 of a VGG are 48 pixels. */
export const criticLayers: readonly CriticLayer[] = [
  { channels: 64, size: 3, stride: 1 }, { channels: 64, size: 3, stride: 1 }, { channels: 1, size: 3, stride: 1 },
];

/** A critic of inputs with `channels` channels. */
export function patchCritic(channels: number, layers: readonly CriticLayer[] = criticLayers): PatchCritic {
  const slots = parameterSlots(layers.flatMap(({ channels: outputs, size }, i): [string, number[]][] => {
    const inputs = i === 0 ? channels : layers[i - 1].channels;
    return [[`conv${i + 1}.kernel`, [size, size, inputs, outputs]], [`conv${i + 1}.bias`, [outputs]]];
  }));
  const patch = layers.reduceRight((side, { size, stride }) => (side - 1) * stride + size, 1);
  return { layers, slots, patch };
}

/** The score of every patch of `input` `[height, width, channels]`: `[rows, columns]`. Differentiable in the input and the parameters. */
export function criticScores({ layers }: PatchCritic, parameters: ReadonlyMap<string, tf.Tensor>, input: tf.Tensor3D): tf.Tensor2D {
  return tf.tidy(() => layers.reduce((x, { stride }, i) => {
    const convolved = tf.add(tf.conv2d(x, parameters.get(`conv${i + 1}.kernel`) as tf.Tensor4D, stride, "valid"), parameters.get(`conv${i + 1}.bias`)!);
    return (i === layers.length - 1 ? convolved : tf.leakyRelu(convolved, 0.2)) as tf.Tensor3D;
  }, input).squeeze<tf.Tensor2D>([2]));
}
