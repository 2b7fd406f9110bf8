// The TensorFlow engine: Google's native library under TensorFlow.js, as npm installs it or as `npm run engine:tensorflow` builds it.
import { existsSync } from "node:fs";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";

const name = "@tensorflow/tfjs-node-gpu";
/** The output folder of `npm run engine:tensorflow`. */
export const tensorflowFolder: string = path.resolve(__dirname, "..", "..", "..", ".tensorflow");

/** The package inside a folder that `npm run engine:tensorflow` built. */
export function packageIn(folder: string): string {
  return path.join(folder, "node_modules", ...name.split("/"));
}

/**
 * Loads TensorFlow's backend and returns the device it computes on. The build of `npm run engine:tensorflow` takes precedence over the
 * installed package.
 *
 * @throws Error when neither exists, or the library does not load
 */
export function loadTensorflow(): "gpu" | "cpu" {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // otherwise TensorFlow's C++ log appears in the notebook
  if (existsSync(tensorflowFolder)) require(packageIn(tensorflowFolder));
  else require("@tensorflow/tfjs-node-gpu");
  const backend = tf.findBackend("tensorflow") as { isUsingGpuDevice?: boolean } | null;
  return backend?.isUsingGpuDevice ? "gpu" : "cpu";
}
