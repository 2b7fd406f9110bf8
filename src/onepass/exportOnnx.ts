// A style network as an ONNX file, for programs that know nothing of this library.
import * as tf from "@tensorflow/tfjs";
import type { Filter } from "../networks/applyLayer";
import { inputsOf } from "../networks/architectures/architecture";
import type { Convolution, Operation } from "../networks/architectures/operation";
import type { Affine } from "../networks/normalizeInstances";
import { writeAtomically } from "../platform/files/writeAtomically";
import { onnxModel, type OnnxNode, type OnnxTensor } from "./onnxModel";
import type { StyleNetwork } from "./styleNetwork";

/**
 * Writes a style network as ONNX (operator set 17), with everything from pixels to pixels in it:
 * - input `image`: float32 `[1, 3, height, width]`, RGB in 0…1; height and width are free, multiples of 4
 * - input `style`: float32 `[1, styles]`, the weights of the styles in the order of `network.styles`, which sum to 1
 * - output `picture`: as `image`
 *
 * The names of the styles are in the file's metadata, under `styles`, with commas between.
 */
export async function exportOnnx(network: StyleNetwork, file: string): Promise<void> {
  const { layers, preprocessing, parameters, styles } = network;
  const tensors: OnnxTensor[] = [];
  const nodes: OnnxNode[] = [];
  const constant = (name: string, dims: readonly number[], data: Float32Array | BigInt64Array): string => {
    tensors.push({ name, dims, data });
    return name;
  };
  const floats = (name: string, values: readonly number[], dims: readonly number[] = [values.length]): string =>
    constant(name, dims, Float32Array.from(values));
  const node = (op: string, inputs: readonly string[], output: string, attributes: OnnxNode["attributes"] = {}): string => {
    nodes.push({ op, inputs, output, attributes });
    return output;
  };

  async function convolve(name: string, input: string, operation: Convolution): Promise<void> {
    const { kernel, bias } = parameters.get(name) as Filter;
    const { size, stride, padding, paddingMode = "zero" } = operation;
    const [height, width, inputs, outputs] = kernel.shape;
    const transposed = tf.transpose(kernel, [3, 2, 0, 1]);
    constant(`${name}.weight`, [outputs, inputs, height, width], await transposed.data() as Float32Array);
    transposed.dispose();
    constant(`${name}.bias`, bias.shape, await bias.data() as Float32Array);
    const pads = constant(`${name}.pads`, [8], BigInt64Array.from([0, 0, padding, padding, 0, 0, padding, padding].map(BigInt)));
    const mode = { zero: "constant", reflection: "reflect", replication: "edge" }[paddingMode];
    const padded = padding === 0 ? input : node("Pad", [input, pads], `${name}.padded`, { mode });
    node("Conv", [padded, `${name}.weight`, `${name}.bias`], name, { kernel_shape: [size, size], strides: [stride, stride] });
  }

  async function normalize(name: string, input: string, operation: Operation & { kind: "instanceNorm" }): Promise<void> {
    const affine = parameters.get(name) as Affine;
    const chosen = await Promise.all((["scale", "shift"] as const).map(async (part) => {
      const rows = constant(`${name}.${part}`, affine[part].shape, await affine[part].data() as Float32Array);
      if (operation.styles === undefined) return rows;
      return node("Reshape", [node("MatMul", ["style", rows], `${name}.${part}.row`), "flat"], `${name}.${part}.chosen`);
    }));
    node("InstanceNormalization", [input, ...chosen], name, { epsilon: { float: operation.epsilon } });
  }

  constant("flat", [1], BigInt64Array.of(-1n));
  node("Sub", ["image", floats("mean", preprocessing.mean, [1, 3, 1, 1])], "centered");
  node("Mul", ["centered", floats("scale", preprocessing.scale, [1, 3, 1, 1])], "pixels");
  for (const [i, { name, operation }] of layers.entries()) {
    const inputs = inputsOf(layers, i);
    switch (operation.kind) {
      case "convolution": await convolve(name, inputs[0], operation); break;
      case "instanceNorm": await normalize(name, inputs[0], operation); break;
      case "relu": node("Relu", inputs, name); break;
      case "tanh": node("Tanh", inputs, name); break;
      case "add": node("Sum", inputs, name); break;
      case "upsample":
        if (operation.interpolation !== "nearest") throw new RangeError(`${name}: only nearest upsampling is exported, got ${operation.interpolation}`);
        node("Resize", [inputs[0], "", floats(`${name}.scales`, [1, 1, operation.factor, operation.factor])], name,
          { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" });
        break;
      default: throw new RangeError(`${name}: a ${operation.kind} is not exported; convolutions, instance normalizations, relu, tanh, add and upsample are`);
    }
  }
  node("Add", [layers.at(-1)!.name, floats("one", [1])], "shifted");
  node("Mul", ["shifted", floats("half", [0.5])], "picture");
  const pixels = [1, 3, "height", "width"];
  await writeAtomically(file, onnxModel({
    nodes, tensors, metadata: { styles: styles.join(",") },
    inputs: [{ name: "image", dims: pixels }, { name: "style", dims: [1, styles.length] }], outputs: [{ name: "picture", dims: pixels }],
  }));
}
