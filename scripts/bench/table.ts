// The table: every engine at every size, and the onnx engine compared with the floor and with wasm.
import { measureApart, measurePairs, printMachine, writeResults } from "./inProcess";
import { repetitions, type Measurement, type PairedMeasurement } from "./measure";

export function table(names: readonly string[], sides: readonly number[]): void {
  printMachine();
  console.log(`VGG-19 to relu5_1, content and five Gram terms: loss and pixel gradient, median of ${repetitions}; floor: the same as an ` +
    "ONNX graph\nwritten by hand; first: from a loaded network to the first result\n");
  console.log(row(["", "size", "median", "fastest", "first", "peak memory"]));
  const lines: Measurement[] = [];
  const failures: Record<string, string> = {};
  for (const name of names)
    for (const side of sides) {
      const line = measureApart(name, side);
      if (typeof line === "string") {
        failures[name] = line;
        console.log(`${name.padEnd(14)}${line}`);
        break;
      }
      lines.push(line);
      console.log(row([name, `${side}²`, seconds(line.median), seconds(Math.min(...line.times)), seconds(line.first),
        `${(line.peak / 1000).toFixed(2)} GB`]));
    }
  const pairs = names.includes("onnx") && names.includes("floor") ? sides.map(pairedRow) : [];
  for (const side of sides) {
    const [wasm, onnx] = ["wasm", "onnx"].map((name) => lines.find((line) => line.engine === name && line.side === side));
    if (wasm && onnx) console.log(`${side}²: onnx is ${(wasm.median / onnx.median).toFixed(1)} times as fast as wasm`);
  }
  writeResults("bench.json", { lines, failures, pairs });
  const networks = [...new Set(lines.map(({ network }) => network))];
  console.log(`\n${networks.length > 0 ? `${networks.join(", ")}; ` : ""}written to out/bench.json`);
}

const row = (columns: readonly string[]): string => columns.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(12))).join("");
const seconds = (time: number): string => `${(time / 1000).toFixed(3)} s`;

function pairedRow(side: number): PairedMeasurement | string {
  const result = measurePairs(side);
  if (typeof result === "string") return result;
  const { ratio, engine, floor, valueError, gradientError } = result;
  console.log(`${side}²: alternating, onnx ${seconds(engine)}, floor ${seconds(floor)}: ${ratio.toFixed(3)} times the floor; they differ by ` +
    `${valueError.toExponential(0)} in the loss and ${gradientError.toExponential(0)} in the gradient`);
  // Rounding decides where a relu's input is near zero, or a window's two largest values are nearly equal: the wasm engine's gradient
  // differs by 5e-4 from the floor's here.
  if (!(valueError < 1e-4 && gradientError < 1e-3)) throw new Error("the floor and the engine do not compute the same");
  return result;
}
