// `npm run bench [-- onnx floor cpu …] [-- --sizes 256,512]`: the time of loss and pixel gradient on every engine, in out/bench.json.
// `-- --linear` measures cost against pixels, `-- --endurance` a thousand iterations, `-- --overhead` what a step takes beside ONNX
// Runtime's run; `-- --estimate` compares `estimate` with measurements; `-- --gpu` measures steps on a machine with an NVIDIA GPU,
// beside PyTorch's.
import { parseArgs } from "node:util";
import { engines, engineVariants } from "../src/platform/engine/engine";
import { endurance } from "./bench/endurance";
import { estimates } from "./bench/estimates";
import { gpuTable } from "./bench/gpu/table";
import { linear } from "./bench/linear";
import { overhead } from "./bench/overhead";
import { table } from "./bench/table";

/** The plain cpu backend takes minutes for one gradient at 256²: it is measured only when named, also with `--estimate`. */
const defaults = ["floor", ...engines.filter((name) => name !== "cpu")];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: "string" }, linear: { type: "boolean" }, endurance: { type: "boolean" },
    estimate: { type: "boolean" }, overhead: { type: "boolean" }, gpu: { type: "boolean" } },
});
const names: readonly string[] = ["floor", ...engines, ...engineVariants];
const unknown = positionals.find((name) => !names.includes(name));
const usual = values.overhead ? "64,128,256" : values.estimate ? "128,256,512" : values.gpu ? "256,512,1024" : "256,512,768";
const sizes = (values.sizes ?? usual).split(",").map(Number);
if (unknown !== undefined) fail(`there is no engine "${unknown}"; there are ${names.join(", ")}`);
else if (!sizes.every((side) => Number.isInteger(side) && side >= 16)) fail(`--sizes is "${values.sizes}"; it can be sides in pixels, such as 256,512`);
else if (values.gpu) gpuTable(sizes);
else if (values.linear) linear(positionals[0] ?? "onnx");
else if (values.endurance) endurance(positionals[0] ?? "onnx");
else if (values.overhead) overhead(sizes);
else if (values.estimate) estimates(positionals.length > 0 ? positionals : ["onnx", "wasm"], sizes);
else table(positionals.length > 0 ? positionals : defaults, sizes);

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 2;
}
