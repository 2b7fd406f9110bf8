// The activation at the end of a fused kernel.
import type { Laid } from "../tensorView";
import { activation as kernels } from "./activation";

/** `x` through the activation that TensorFlow.js names. */
export function activated(x: Laid, name: string | undefined, alpha: number | undefined, weights: Laid | undefined): Laid {
  if (!name || name === "linear") return x;
  if (name === "prelu") return kernels.Prelu({ x, alpha: weights! }, {}) as Laid;
  const kernel = kernels[{ relu: "Relu", relu6: "Relu6", elu: "Elu", sigmoid: "Sigmoid", leakyrelu: "LeakyRelu" }[name] ?? ""];
  if (!kernel) throw new RangeError(`no activation "${name}": it can be linear, relu, relu6, elu, sigmoid, leakyrelu or prelu`);
  return kernel({ x }, { alpha }) as Laid;
}
