// An independent ResNet-50: Keras' layers one by one, batch normalizations unfolded, plain loops in float64.
import { volume, type Volume } from "../naive";

/** Tensors by Keras' names without the ending: `conv1_conv/kernel`, `conv1_bn/gamma`, … */
export type KerasTensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

function convolve(x: Volume, tensors: KerasTensors, layer: string, stride: number, padding: number): Volume {
  const { shape: [size, , inputs, outputs], data } = tensors.get(`${layer}/kernel`)!;
  const bias = tensors.get(`${layer}/bias`)!.data;
  const side = (length: number): number => Math.floor((length + 2 * padding - size) / stride) + 1;
  const y = volume(side(x.height), side(x.width), outputs);
  for (let r = 0; r < y.height; r++) for (let c = 0; c < y.width; c++) for (let o = 0; o < outputs; o++) {
    let sum = bias[o];
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) {
      const [row, column] = [r * stride + i - padding, c * stride + j - padding];
      if (row < 0 || column < 0 || row >= x.height || column >= x.width) continue;
      for (let k = 0; k < inputs; k++)
        sum += x.data[(row * x.width + column) * inputs + k] * data[((i * size + j) * inputs + k) * outputs + o];
    }
    y.data[(r * y.width + c) * outputs + o] = sum;
  }
  return y;
}

function normalize(x: Volume, tensors: KerasTensors, layer: string): Volume {
  const [gamma, beta, mean, variance] = ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => tensors.get(`${layer}/${name}`)!.data);
  return { ...x, data: x.data.map((v, i) => {
    const k = i % x.channels;
    return (gamma[k] * (v - mean[k])) / Math.sqrt(variance[k] + 1.001e-5) + beta[k];
  }) };
}

const rectify = (x: Volume): Volume => ({ ...x, data: x.data.map((v) => Math.max(0, v)) });

/** ZeroPadding2D of 1, then MaxPooling2D(3, strides=2). */
function pool(x: Volume): Volume {
  const side = (length: number): number => Math.floor((length + 2 - 3) / 2) + 1;
  const y = volume(side(x.height), side(x.width), x.channels);
  for (let r = 0; r < y.height; r++) for (let c = 0; c < y.width; c++) for (let k = 0; k < x.channels; k++) {
    let most = -Infinity;
    for (let i = -1; i < 2; i++) for (let j = -1; j < 2; j++) {
      const [row, column] = [2 * r + i, 2 * c + j];
      const inside = row >= 0 && column >= 0 && row < x.height && column < x.width;
      most = Math.max(most, inside ? x.data[(row * x.width + column) * x.channels + k] : 0);
    }
    y.data[(r * y.width + c) * x.channels + k] = most;
  }
  return y;
}

/** What every named layer gives for pixels in 0…255 minus the mean color, BGR. */
export function naiveResnet(pixels: Volume, tensors: KerasTensors): Map<string, Volume> {
  const seen = new Map<string, Volume>();
  const keep = (name: string, x: Volume): Volume => (seen.set(name, x), x);
  const convBn = (x: Volume, name: string, stride = 1, padding = 0): Volume =>
    keep(`${name}_bn`, normalize(convolve(x, tensors, `${name}_conv`, stride, padding), tensors, `${name}_bn`));

  let x = keep("conv1_relu", rectify(convBn(pixels, "conv1", 2, 3)));
  x = keep("pool1_pool", pool(x));
  const blocks: Record<string, number> = { conv2: 3, conv3: 4, conv4: 6, conv5: 3 };
  for (const [stack, count] of Object.entries(blocks))
    for (let block = 1; block <= count; block++) {
      const name = `${stack}_block${block}`;
      const stride = block === 1 && stack !== "conv2" ? 2 : 1;
      const shortcut = block === 1 ? convBn(x, `${name}_0`, stride) : x;
      let detour = keep(`${name}_1_relu`, rectify(convBn(x, `${name}_1`, stride)));
      detour = keep(`${name}_2_relu`, rectify(convBn(detour, `${name}_2`, 1, 1)));
      detour = convBn(detour, `${name}_3`);
      const sum = keep(`${name}_add`, { ...detour, data: detour.data.map((v, i) => v + shortcut.data[i]) });
      x = keep(`${name}_out`, rectify(sum));
    }
  return seen;
}
