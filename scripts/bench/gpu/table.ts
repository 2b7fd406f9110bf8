// `npm run bench -- --gpu`: what a step costs on a machine with an NVIDIA GPU: PyTorch, `onnx-cuda`, `onnx-webgpu` and `onnx`, by turns
// at each size; gradients compared; and where the time of a step at 512² goes. In out/bench-gpu.json.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import * as path from "node:path";
import type { StepCosts } from "./step";

/** An engine with its settings, and the largest side at which it is measured. */
interface Variant {
  readonly name: string;
  readonly engine: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly largest?: number;
}
const variants: readonly Variant[] = [
  { name: "onnx-cuda", engine: "onnx-cuda" },
  { name: "onnx-cuda TF32", engine: "onnx-cuda", environment: { STYLOSCOPE_TF32: "1" } },
  { name: "onnx-webgpu", engine: "onnx-webgpu", largest: 512 },
  { name: "onnx-webgpu NCHW", engine: "onnx-webgpu", environment: { BENCH_WEBGPU_LAYOUT: "NCHW" }, largest: 512 },
  { name: "onnx", engine: "onnx", largest: 512 },
];

/** What was measured, written after each part: a part that hangs loses nothing. */
const results: Record<string, unknown> = { machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version } };
const out = process.env.BENCH_OUT ?? path.resolve("out");
function keep(name: string, result: unknown): void {
  results[name] = result;
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, "bench-gpu.json"), JSON.stringify(results, null, 1) + "\n");
}

/** The JSON that a program prints on its last line, or why there is none. */
function json<Result>(program: string, args: readonly string[], environment: Readonly<Record<string, string>>, seconds: number): Result | string {
  const { stdout, stderr, error } = spawnSync(program, args,
    { env: { ...process.env, ...environment }, encoding: "utf8", timeout: 1000 * seconds, killSignal: "SIGKILL", maxBuffer: 2 ** 28 });
  const line = (stdout ?? "").split("\n").filter((text) => text.startsWith("{")).pop();
  if (line && !error) return JSON.parse(line) as Result;
  return error ? `${error.message}` : (stderr ?? "").split("\n").filter((text) => text.trim()).slice(0, 4).join(" | ").slice(0, 600) || "it ended without a word";
}

function step<Result>({ engine, environment }: Variant, args: readonly string[], seconds = 60, more: Readonly<Record<string, string>> = {}): Result | string {
  const script = path.join(__dirname, "step");
  const words = __filename.endsWith(".ts") ? ["--require", "ts-node/register/transpile-only", `${script}.ts`] : [`${script}.js`];
  return json<Result>(process.execPath, [...words, ...args], { STYLOSCOPE_ENGINE: engine, ...environment, ...more }, seconds);
}

const print = (text: string): void => console.log(`${String(Math.round(process.uptime())).padStart(4)} s  ${text}`);
const ms = (time: number): string => (time < 100 ? time.toFixed(1) : time.toFixed(0));

function pytorch(side: number): void {
  const result = json<{ torch: string; device: string; float32: number; tf32: number }>(process.env.PYTHON ?? "python3",
    [path.join(__dirname, "torchStep.py"), String(side)], {}, 60);
  keep(`PyTorch ${side}`, result);
  if (typeof result === "string") print(`PyTorch at ${side}²: ${result}`);
  else print(`${side}²  PyTorch ${result.torch} (${result.device}): Adam step ${ms(result.float32)} in float32, ${ms(result.tf32)} with TF32`);
}

function costs(variant: Variant, side: number): void {
  const result = step<StepCosts>(variant, ["costs", String(side)]);
  keep(`${variant.name} ${side}`, result);
  if (typeof result === "string") return print(`${side}²  ${variant.name}: ${result}`);
  const part = (name: "measure" | "adam" | "lbfgs"): string => `${name} ${ms(result[name].time)} (run ${ms(result[name].run)})`;
  const left = result.cpuFallbacks.length > 0 ? `, left to cpu: ${result.cpuFallbacks.join(", ")}` : "";
  print(`${side}²  ${variant.name}: ${part("measure")}, ${part("adam")}, ${part("lbfgs")}, first ${ms(result.first)}${left}`);
}

/** Gradients at 64² as vectors: how far each variant's is from that of `onnx`. */
function agreement(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "gradients-"));
  const reference = variants.find(({ name }) => name === "onnx")!;
  const read = (file: string): Float32Array => new Float32Array(new Uint8Array(readFileSync(file)).buffer);
  const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, number) => sum + number * number, 0));
  const files = new Map<string, string>();
  for (const variant of [reference, ...variants.filter((other) => other !== reference)]) {
    const file = path.join(folder, `${files.size}`);
    const result = step<{ value: number }>(variant, ["gradient", "64", file]);
    if (typeof result === "string") {
      keep(`agreement ${variant.name}`, result);
      print(`gradient of ${variant.name}: ${result}`);
      continue;
    }
    files.set(variant.name, file);
    const base = files.get(reference.name);
    if (!base || variant === reference) continue;
    const [expected, actual] = [read(base), read(file)];
    const error = norm(actual.map((number, i) => number - expected[i])) / norm(expected);
    keep(`agreement ${variant.name}`, { error, value: result.value });
    print(`gradient of ${variant.name} at 64² is ${(100 * error).toFixed(4)} % from that of ${reference.name}; loss ${result.value}`);
  }
  rmSync(folder, { recursive: true, force: true });
}

interface Share { readonly what: string; readonly milliseconds: number; readonly calls: number }
const shares = (list: readonly Share[], count: number): string =>
  list.slice(0, count).map(({ what, milliseconds, calls }) => `${what} ${milliseconds.toFixed(2)} ms ×${calls.toFixed(1)}`).join("; ");

function profiles(variant: Variant, side: number): void {
  const blocking: Readonly<Record<string, string>> = variant.engine === "onnx-cuda" ? { CUDA_LAUNCH_BLOCKING: "1" } : {};
  const graph = step<{ total: number; operations: Share[] }>(variant, ["operations", String(side)], 60, blocking);
  keep(`operations ${variant.name} ${side}`, graph);
  print(typeof graph === "string" ? `operations of ${variant.name}: ${graph}`
    : `operations of ${variant.name} at ${side}², a measurement of ${ms(graph.total)} ms: ${shares(graph.operations, 16)}`);
  if (variant.engine !== "onnx-cuda") return;
  const code = step<{ adam: Share[]; lbfgs: Share[] }>(variant, ["javascript", String(side)]);
  keep(`javascript ${variant.name} ${side}`, code);
  if (typeof code === "string") return print(`JavaScript: ${code}`);
  print(`JavaScript of an Adam step: ${shares(code.adam, 15)}`);
  print(`JavaScript of an L-BFGS step: ${shares(code.lbfgs, 15)}`);
}

/** Everything at each of `sides`, variants by turns; `only` of these names. */
export function gpuTable(sides: readonly number[], only?: readonly string[]): void {
  const chosen = variants.filter(({ name }) => !only || only.includes(name));
  print("VGG-19 to relu5_1, random filters, max pooling, content and five Gram terms; ms, medians; in parentheses ONNX Runtime's own runs");
  agreement();
  for (const side of sides) {
    pytorch(side);
    for (const variant of chosen) if (side <= (variant.largest ?? Infinity)) costs(variant, side);
  }
  const profiled = sides.includes(512) ? 512 : sides[0];
  for (const name of ["onnx-cuda", "onnx-cuda TF32", "onnx-webgpu"]) {
    const variant = chosen.find((other) => other.name === name);
    if (variant) profiles(variant, profiled);
  }
}

if (require.main === module) {
  const [sides, ...only] = process.argv.slice(2);
  gpuTable((sides ?? "256,512,1024").split(",").map(Number), only.length > 0 ? only : undefined);
}
