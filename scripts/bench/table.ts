// The table: every engine at every size, and how far the onnx engine is from the floor and from wasm.
import { lineOf, sayMachine, turnsAt, write } from "./apart";
import { repetitions, type Line, type Turns } from "./measure";

export function table(names: readonly string[], sides: readonly number[]): void {
  sayMachine();
  console.log(`VGG-19 to relu5_1, content and five Gram terms: loss and pixel gradient, median of ${repetitions}; floor: the same as an ` +
    "ONNX graph\nwritten by hand; first: from a loaded network to the first result\n");
  console.log(row(["", "size", "median", "fastest", "first", "peak memory"]));
  const lines: Line[] = [];
  const left: Record<string, string> = {};
  for (const name of names)
    for (const side of sides) {
      const line = lineOf(name, side);
      if (typeof line === "string") {
        left[name] = line;
        console.log(`${name.padEnd(14)}${line}`);
        break;
      }
      lines.push(line);
      console.log(row([name, `${side}²`, seconds(line.median), seconds(Math.min(...line.times)), seconds(line.first),
        `${(line.peak / 1000).toFixed(2)} GB`]));
    }
  const turns = names.includes("onnx") && names.includes("floor") ? sides.map(byTurns) : [];
  for (const side of sides) {
    const [wasm, onnx] = ["wasm", "onnx"].map((name) => lines.find((line) => line.engine === name && line.side === side));
    if (wasm && onnx) console.log(`${side}²: onnx is ${(wasm.median / onnx.median).toFixed(1)} times as fast as wasm`);
  }
  write("bench.json", { lines, left, turns });
  const networks = [...new Set(lines.map(({ network }) => network))];
  console.log(`\n${networks.length > 0 ? `${networks.join(", ")}; ` : ""}written to out/bench.json`);
}

const row = (cells: readonly string[]): string => cells.map((cell, at) => (at === 0 ? cell.padEnd(14) : cell.padStart(12))).join("");
const seconds = (time: number): string => `${(time / 1000).toFixed(3)} s`;

function byTurns(side: number): Turns | string {
  const found = turnsAt(side);
  if (typeof found === "string") return found;
  const { ratio, engine, floor, valueError, gradientError } = found;
  console.log(`${side}²: by turns, onnx ${seconds(engine)}, floor ${seconds(floor)}: ${ratio.toFixed(3)} times the floor; they differ by ` +
    `${valueError.toExponential(0)} in the loss and ${gradientError.toExponential(0)} in the gradient`);
  // Two ways of computing decide differently where a relu's zero, or the two largest of a window, are as near as their last bits:
  // the wasm engine's gradient is 5e-4 from the floor's here.
  if (!(valueError < 1e-4 && gradientError < 1e-3)) throw new Error("the floor computes something else than the engine");
  return found;
}
