// The marks of a plot's SVG: lines and areas, bars, heat maps, images.
import type { Json } from "../../json";
import { ink, mix, palette } from "./colors";
import type { Frame } from "./frame";
import type { Trace } from "./plot";
import { svgText } from "./svgText";

type Values = readonly (number | null)[];

/** One trace. `stack` is how high stacked areas reach so far, by x; `bargap` is the layout's, the space between two bars. */
export function drawTrace(trace: Trace, frame: Frame, stack: Map<number, number>, bargap: number): string {
  switch (trace.type) {
    case "scatter": return trace.stackgroup ? area(trace, frame, stack) : line(trace, frame);
    case "bar": return trace.orientation === "h" ? horizontalBars(trace, frame, bargap) : verticalBars(trace, frame, bargap);
    case "heatmap": return heatMap(trace, frame);
    case "image": return image(trace, frame);
    default: throw new RangeError(`the picture of a plot cannot draw a ${trace.type} trace`);
  }
}

interface Style {
  readonly color?: Json;
  readonly width?: Json;
  readonly size?: Json;
}

const ys = (trace: Trace): Values => (trace.y as Values | undefined) ?? [];
const xs = (trace: Trace): Values => (trace.x as Values | undefined) ?? ys(trace).map((_, i) => i);
const style = (trace: Trace, name: "line" | "marker"): Style => (trace[name] ?? {}) as Style;
const px = (pixels: number): string => pixels.toFixed(1);

function line(trace: Trace, frame: Frame): string {
  const points = xs(trace).map((x, i) => {
    const y = ys(trace)[i];
    if (x === null || y === null) return undefined;
    const point = [frame.x(x), frame.y(y)];
    return point.every(Number.isFinite) ? point : undefined;
  });
  const mode = String(trace.mode ?? "lines");
  const marker = style(trace, "marker");
  const dots = mode.includes("markers")
    ? points.map((point) => (point ? dot(point, marker) : ""))
    : [];
  const pen = (point: number[] | undefined, i: number): string =>
    point ? `${points[i - 1] ? "L" : "M"}${px(point[0])} ${px(point[1])}` : "";
  const d = points.map(pen).join("");
  const { color = marker.color ?? palette[0], width = 1.5 } = style(trace, "line");
  const stroke = `<path d="${d}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round"/>`;
  return (mode.includes("lines") && d ? stroke : "") + dots.join("");
}

function dot([x, y]: readonly number[], { size = 6, color = palette[0] }: { size?: Json; color?: Json }): string {
  return `<circle cx="${px(x)}" cy="${px(y)}" r="${Number(size) / 2}" fill="${color}"/>`;
}

function area(trace: Trace, frame: Frame, stack: Map<number, number>): string {
  const x = xs(trace).map((value) => value ?? 0);
  const bottom = x.map((value) => stack.get(value) ?? 0);
  const top = x.map((_, i) => bottom[i] + (ys(trace)[i] ?? 0));
  x.forEach((value, i) => stack.set(value, top[i]));
  const along = (edge: readonly number[]): string[] => edge.map((y, i) => `${px(frame.x(x[i]))} ${px(frame.y(y))}`);
  const d = `M${[...along(top), ...along(bottom).reverse()].join("L")}Z`;
  return `<path d="${d}" fill="${trace.fillcolor ?? palette[0]}" stroke="none"/>`;
}

function box(x: number, y: number, width: number, height: number, color: Json): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="${color}"/>`;
}

const colorAt = (trace: Trace, i: number): Json => {
  const { color = palette[0] } = style(trace, "marker");
  return Array.isArray(color) ? color[i] : color;
};

function horizontalBars(trace: Trace, frame: Frame, bargap: number): string {
  const thick = frame.rowHeight * (1 - bargap);
  return (trace.y as readonly string[]).map((name, i) => {
    const value = (trace.x as Values)[i];
    const text = String((trace.text as readonly Json[] | undefined)?.[i] ?? "");
    const [zero, end, middle] = [frame.x(0), frame.x(value ?? 0), frame.y(name)];
    const wide = Math.max(0.5, Math.abs(end - zero));
    const bar = box(Math.min(zero, end), middle - thick / 2, wide, thick, colorAt(trace, i));
    const left = (value ?? 0) < 0;
    return bar + svgText(text, { x: end + (left ? -6 : 6), y: middle + 4, anchor: left ? "end" : "start" });
  }).join("");
}

function verticalBars(trace: Trace, frame: Frame, bargap: number): string {
  const x = xs(trace);
  const wide = (frame.plotWidth / Math.max(1, x.length)) * (1 - bargap);
  return ys(trace).map((y, i) => {
    const [zero, end] = [frame.y(0), frame.y(y ?? 0)];
    return box(frame.x(x[i] ?? 0) - wide / 2, Math.min(zero, end), wide, Math.abs(end - zero), colorAt(trace, i));
  }).join("");
}

function heatMap(trace: Trace, frame: Frame): string {
  const z = trace.z as readonly Values[];
  const [high, wide] = [frame.plotHeight / z.length, frame.plotWidth / (z[0]?.length || 1)];
  const { ramp, fraction } = coloring(trace);
  const names = trace.y as string[] | undefined;
  const top = (row: number): number => (names ? frame.y(names[row]) - high / 2 : frame.top + row * high);
  const entry = (value: number | null, row: number, column: number): string => {
    if (value === null) return "";
    // A little larger than needed, so that no white seams show between the entries.
    const corner = `x="${(frame.left + column * wide).toFixed(2)}" y="${top(row).toFixed(2)}"`;
    const size = `width="${(wide + 0.3).toFixed(2)}" height="${(high + 0.3).toFixed(2)}"`;
    return `<rect ${corner} ${size} fill="${mix(ramp, fraction(value))}"/>`;
  };
  return z.map((values, row) => values.map((value, column) => entry(value, row, column)).join("")).join("");
}

function coloring(trace: Trace): { ramp: string[]; fraction: (value: number) => number } {
  const scale = (trace.colorscale as readonly [number, string][] | undefined) ?? [[0, "#ffffff"], [1, ink]];
  const ramp = scale.map(([, color]) => String(color));
  const values = (trace.z as readonly Values[]).flat().filter((value) => value !== null);
  const least = Number(trace.zmin ?? values.reduce((a, b) => Math.min(a, b), Infinity));
  const most = Number(trace.zmax ?? values.reduce((a, b) => Math.max(a, b), -Infinity));
  return { ramp, fraction: (value) => (value - least) / (most - least || 1) };
}

/** The scale of colors beside a heat map, drawn in the right margin. */
export function colorBar(trace: Trace, frame: Frame): string {
  const { tickvals = [], ticktext = [] } = (trace.colorbar ?? {}) as { tickvals?: number[]; ticktext?: string[] };
  const { ramp, fraction } = coloring(trace);
  const left = frame.left + frame.plotWidth + 16;
  const steps = 64;
  const high = frame.plotHeight / steps;
  const blocks = Array.from({ length: steps }, (_, i) => {
    const corner = `x="${left}" y="${(frame.top + i * high).toFixed(2)}"`;
    return `<rect ${corner} width="14" height="${(high + 0.3).toFixed(2)}" fill="${mix(ramp, 1 - (i + 0.5) / steps)}"/>`;
  });
  const marks = tickvals.map((value, i) =>
    svgText(ticktext[i], { x: left + 20, y: frame.top + (1 - fraction(value)) * frame.plotHeight + 4, size: 11 }));
  return blocks.join("") + marks.join("");
}

// The plots made here give an image the whole plot: its axes run from 0 to its size. Cells stay cells, photographs are smoothed.
function image(trace: Trace, { left, top, plotWidth, plotHeight }: Frame): string {
  return `<image href="${trace.source}" x="${left}" y="${top}" width="${plotWidth}" height="${plotHeight}" ` +
    `preserveAspectRatio="none"${trace.zsmooth ? "" : ' image-rendering="optimizeSpeed"'}/>`;
}
