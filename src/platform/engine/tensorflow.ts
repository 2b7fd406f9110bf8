// The TensorFlow engine: Google's native library under TensorFlow.js, as npm brings it or as it was built here.
import { existsSync } from "node:fs";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";

const name = "@tensorflow/tfjs-node-gpu";
/** Where `npm run engine:tensorflow` puts what it builds. */
export const tensorflowFolder: string = path.resolve(__dirname, "..", "..", "..", ".tensorflow");

/** Where the package lies in a folder that `npm run engine:tensorflow` made. */
export function packageIn(folder: string): string {
  return path.join(folder, "node_modules", ...name.split("/"));
}

/**
 * Loads TensorFlow's backend and says what it computes on. What was built here comes first: whoever built it had a reason.
 *
 * @throws Error when neither is there, or the library does not load
 */
export function loadTensorflow(): "gpu" | "cpu" {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // TensorFlow's C++ log would land in the notebook
  if (existsSync(tensorflowFolder)) require(packageIn(tensorflowFolder));
  else require("@tensorflow/tfjs-node-gpu");
  const backend = tf.findBackend("tensorflow") as { isUsingGpuDevice?: boolean } | null;
  return backend?.isUsingGpuDevice ? "gpu" : "cpu";
}
