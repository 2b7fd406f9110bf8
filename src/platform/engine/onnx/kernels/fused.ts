// The activation of a fused kernel.
import type { TensorView } from "../tensorView";
import { activation as kernels } from "./activation";

/** Applies the activation that TensorFlow.js calls `name`. */
export function applyActivation(x: TensorView, name: string | undefined, alpha: number | undefined, weights: TensorView | undefined): TensorView {
  if (!name || name === "linear") return x;
  if (name === "prelu") return kernels.Prelu({ x, alpha: weights! }, {}) as TensorView;
  const kernel = kernels[{ relu: "Relu", relu6: "Relu6", elu: "Elu", sigmoid: "Sigmoid", leakyrelu: "LeakyRelu" }[name] ?? ""];
  if (!kernel) throw new RangeError(`there is no activation "${name}": it can be linear, relu, relu6, elu, sigmoid, leakyrelu or prelu`);
  return kernel({ x }, { alpha }) as TensorView;
}
