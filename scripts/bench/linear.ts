// Cost against pixels: a line fitted to the times from 128² to 1024², and how well it fits, as text and as a plot.
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { measureApart, printMachine, root, writeResults } from "./inProcess";

const sides = [128, 256, 384, 512, 640, 768, 896, 1024];

/** The line `seconds = start + slope · megapixels` with the smallest squared relative residuals: small and large images count alike. */
function fit(points: readonly (readonly [x: number, y: number])[]): { start: number; slope: number; r2: number; worst: number } {
  const sum = (of: (x: number, y: number) => number): number => points.reduce((total, [x, y]) => total + of(x, y) / y ** 2, 0);
  const weight = sum(() => 1);
  const [x, y] = [sum((x) => x) / weight, sum((_, y) => y) / weight];
  const slope = sum((px, py) => (px - x) * (py - y)) / sum((px) => (px - x) ** 2);
  const start = y - slope * x;
  const residual = (px: number, py: number): number => py - start - slope * px;
  return {
    start, slope,
    r2: 1 - sum((px, py) => residual(px, py) ** 2) / sum((_, py) => (py - y) ** 2),
    worst: Math.max(...points.map(([px, py]) => Math.abs(residual(px, py)) / py)),
  };
}

export function linear(name: string): void {
  printMachine();
  const points = sides.map((side): [number, number] => {
    const line = measureApart(name, side);
    if (typeof line === "string") throw new Error(`${name} at ${side}²: ${line}`);
    console.log(`${`${side}²`.padStart(6)} ${(side ** 2 / 1e6).toFixed(3)} Mpx ${(line.median / 1000).toFixed(3)} s  ` +
      `${(line.median / side ** 2 * 1000).toFixed(2)} µs/px  ${(line.peak / 1000).toFixed(2)} GB`);
    return [side ** 2 / 1e6, line.median / 1000];
  });
  const fitted = fit(points);
  const text = `${name}: ${fitted.start.toFixed(3)} s + ${fitted.slope.toFixed(2)} s per megapixel, R² ${fitted.r2.toFixed(5)}, ` +
    `worst residual ${(100 * fitted.worst).toFixed(1)} %`;
  console.log(text);
  writeResults("linear.json", { engine: name, points, fit: fitted });
  writeFileSync(path.join(root, "out", "linear.svg"), lineSvg(points, fitted, text));
  console.log("written to out/linear.json and out/linear.svg");
}

function lineSvg(points: readonly (readonly [number, number])[], { start, slope }: { start: number; slope: number }, title: string): string {
  const [width, height, margin] = [640, 400, 56];
  const [right, top] = [1.1, 1.1 * Math.max(...points.map((point) => point[1]))];
  const x = (megapixels: number): number => margin + megapixels / right * (width - 2 * margin);
  const y = (seconds: number): number => height - margin - seconds / top * (height - 2 * margin);
  const text = (position: readonly [number, number], label: string, anchor = "middle"): string =>
    `<text x="${position[0].toFixed(1)}" y="${position[1].toFixed(1)}" text-anchor="${anchor}">${label}</text>`;
  const ticks = [0.25, 0.5, 0.75, 1].map((megapixels) => text([x(megapixels), y(0) + 18], String(megapixels)));
  const step = top > 4 ? 1 : 0.5;
  for (let seconds = step; seconds < top; seconds += step) ticks.push(text([x(0) - 8, y(seconds) + 4], String(seconds), "end"));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<path d="M${x(0)},${y(top)}V${y(0)}H${x(right)}" fill="none" stroke="#888"/>
<path d="M${x(0)},${y(start)}L${x(right)},${y(start + slope * right)}" stroke="#3366aa"/>
${points.map((point) => `<circle cx="${x(point[0]).toFixed(1)}" cy="${y(point[1]).toFixed(1)}" r="4" fill="#cc4422"/>`).join("\n")}
${ticks.join("\n")}
${text([width / 2, height - 12], "megapixels")}
${text([margin, margin - 22], "seconds for loss and gradient", "start")}
${text([margin, margin - 38], title, "start")}
</svg>
`;
}
