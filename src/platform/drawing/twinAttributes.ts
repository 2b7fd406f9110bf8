// What the PNG twin of a plot draws, and what it knowingly leaves out. Anything else is an error: a twin that silently lacked
// something would show another plot than plotly.
import { mustBeOneOf, nearest } from "../../errors";
import { transparent } from "./colors";
import type { Plot } from "./plot";

/** Attributes by name. `all`: whatever is inside, too; a list: the values that may stand there; a table: the attributes inside. */
type Attributes = { readonly [name: string]: "all" | readonly (string | boolean)[] | Attributes };

// Only in a browser: what the mouse shows, moves and presses.
const hover = { hovertemplate: "all", hoverinfo: "all", hoverlabel: "all" } as const;
const font = { color: "all", size: "all", family: "all" } as const;

/** By type of trace. */
const traces: { readonly [type: string]: Attributes } = {
  scatter: {
    ...hover, x: "all", y: "all", mode: ["lines", "markers", "lines+markers"], line: { color: "all", width: "all" },
    marker: { color: "all", size: "all" }, stackgroup: "all", fillcolor: "all",
    text: "all",   // for the mouse: no mode with text is drawn
  },
  bar: {
    ...hover, x: "all", y: "all", orientation: ["h", "v"], text: "all", textposition: ["outside"], marker: { color: "all" },
    cliponaxis: "all",
  },
  heatmap: {
    ...hover, x: "all", y: "all", z: "all", zmin: "all", zmax: "all", colorscale: "all", text: "all",
    colorbar: { tickmode: ["array"], tickvals: "all", ticktext: "all", outlinewidth: "all", thickness: "all" },
  },
  image: { ...hover, source: "all", zsmooth: ["fast", false], x0: "all", y0: "all", dx: "all", dy: "all" },
};
const ofEveryTrace: Attributes = { type: "all", name: "all", visible: [true, false] };

const axis: Attributes = {
  type: ["linear", "log", "category"], range: "all", autorange: ["reversed", true], visible: [true, false],
  title: { text: "all", font },
  tickmode: ["auto", "array"], tickvals: "all", ticktext: "all", nticks: "all", ticksuffix: "all",
  showgrid: [true, false], zeroline: [false], showline: [false],
  // The twin's labels and grid have the house's colors and size, and its numbers their own format.
  ticks: "all", ticklen: "all", tickcolor: "all", tickfont: "all", gridcolor: "all", exponentformat: "all",
  // Its size gives an image or a matrix the right shape by itself; and no mouse moves it.
  constrain: "all", scaleanchor: "all", fixedrange: "all", spikecolor: "all", spikedash: "all", spikethickness: "all",
};

const layout: Attributes = {
  title: { text: "all", x: "all", xref: "all", xanchor: "all", y: "all", yref: "all", yanchor: "all", pad: "all", font }, width: "all", height: "all", margin: "all",
  xaxis: axis, yaxis: axis, bargap: "all",
  // The house style, which the twin has without reading it.
  font, paper_bgcolor: [transparent], plot_bgcolor: [transparent], showlegend: [false],
  // Only in a browser.
  hovermode: "all", hoverdistance: "all", hoverlabel: "all", modebar: "all", sliders: "all", updatemenus: "all",
};

const annotation: Attributes = {
  text: "all", x: "all", y: "all", xref: ["x", "paper"], yref: ["y", "paper"], xanchor: ["left", "center", "right"],
  xshift: "all", yshift: "all", font, showarrow: [false],
};

/** @throws RangeError for a type of trace, an attribute or a value that the twin cannot draw; it names the nearest that it can */
export function mustBeDrawable({ data, layout: { annotations = [], ...rest } }: Plot): void {
  for (const trace of data) {
    mustBeOneOf(trace.type, Object.keys(traces), "trace type", "the picture of a plot");
    mustHave({ ...ofEveryTrace, ...traces[trace.type] }, trace, `of a ${trace.type} trace`);
  }
  mustHave(layout, rest, "of the layout");
  for (const each of annotations) mustHave(annotation, each, "of an annotation");
}

function mustHave(known: Attributes, values: object, where: string, path: string = ""): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(known, name)) {
      throw new RangeError(`the picture of a plot cannot draw ${path}${name} ${where}; the nearest that it can is ` +
        `${path}${nearest(name, Object.keys(known))}, of ${Object.keys(known).join(", ")}`);
    }
    const allowed = known[name];
    if (allowed === "all") continue;
    if (isList(allowed)) {
      if (allowed.includes(value)) continue;
      throw new RangeError(`the picture of a plot cannot draw ${path}${name} ${JSON.stringify(value)} ${where}; ` +
        `it can draw ${allowed.map((one) => JSON.stringify(one)).join(", ")}`);
    }
    if (typeof value === "object" && value !== null) mustHave(allowed, value, where, `${path}${name}.`);
  }
}

function isList(allowed: Attributes | readonly (string | boolean)[]): allowed is readonly (string | boolean)[] {
  return Array.isArray(allowed);
}
