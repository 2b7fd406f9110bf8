// The identity convolutions that bring a value into the blocked layout, which only ONNX Runtime's CPU provider has
// (`kernels/reluGradient.ts`): elsewhere each would be one more pass over the array.
import { sizeOf, type Node } from "./value";

/** Whether a node is a channelwise 1×1 convolution with ones. */
export function isIdentityConvolution({ op, inputs: [image, kernel], outputs, attributes }: Node): boolean {
  if (op !== "Conv" || Object.keys(attributes).join() !== "group" || attributes.group !== image!.dims[1]) return false;
  const { op: kernelOp, inputs: [one] } = kernel!.node ?? { inputs: [] };
  return kernelOp === "Expand" && sizeOf(kernel!.dims) === attributes.group && outputs[0].dims.join() === image!.dims.join()
    && one!.structural === true && sizeOf(one!.dims) === 1 && one!.data![0] === 1;
}
