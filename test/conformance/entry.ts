// The entry point of the conformance run's bundle: one TensorFlow.js for its specs and for the backend under test.
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-backend-cpu";
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
import { registerOnnx } from "../../src/platform/engine/onnx/register";
import "./matchers";

const backend = process.env.CONFORMANCE_BACKEND!;
// One thread: the specs' arrays are tiny.
if (backend.startsWith("onnx")) registerOnnx(backend, { provider: backend.split("-")[1] ?? "cpu", threads: 1 });
setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);
