// The feed-forward network of Johnson et al. 2016, with what came after: instance normalization and upsampling instead of transposed
// convolutions; conditional, for several styles in one network (Dumoulin et al. 2017).
import type { Layer } from "./architecture";
import { convolution, instanceNorm, relu, tanh, upsample, type Operation } from "./operation";

/** The shape of such a network. */
export interface JohnsonShape {
  /** Each has its own scales and shifts; 1 is plain instance normalization. */
  readonly styles: number;
  /** The channels at full size; half of the size has twice, a quarter four times as many. Johnson et al.: 32. */
  readonly width: number;
  /** Residual blocks at a quarter of the size. Johnson et al.: 5. */
  readonly blocks: number;
}

/**
 * 9×9 convolution, two of 3×3 with stride 2, residual blocks, two upsamplings with 3×3 convolutions, 9×9 convolution and tanh, which is
 * the last layer: its −1…1 are black and white. Each convolution pads by reflection and, but for the last, is normalized.
 */
export function johnson({ styles, width, blocks }: JohnsonShape): readonly Layer[] {
  const norm = instanceNorm(styles > 1 ? { styles } : {});
  const layers: Layer[] = [];
  const add = (name: string, operation: Operation, inputs?: readonly string[]): void => {
    layers.push({ name, operation, ...(inputs && { inputs }) });
  };
  const normalized = (name: string, channels: number, size: number, stride = 1): void => {
    add(name, convolution(channels, size, { stride, paddingMode: "reflection" }));
    add(`norm_${name}`, norm);
  };
  const rectified = (...args: Parameters<typeof normalized>): void => {
    normalized(...args);
    add(`relu_${args[0]}`, relu);
  };
  rectified("conv1", width, 9);
  rectified("conv2", 2 * width, 3, 2);
  rectified("conv3", 4 * width, 3, 2);
  for (let block = 1, input = "relu_conv3"; block <= blocks; block++, input = layers.at(-1)!.name) {
    rectified(`residual${block}_1`, 4 * width, 3);
    normalized(`residual${block}_2`, 4 * width, 3);
    add(`sum${block}`, { kind: "add" }, [input, `norm_residual${block}_2`]);
  }
  add("enlarge1", upsample());
  rectified("conv4", 2 * width, 3);
  add("enlarge2", upsample());
  rectified("conv5", width, 3);
  add("conv6", convolution(3, 9, { paddingMode: "reflection" }));
  add("tanh", tanh);
  return layers;
}
