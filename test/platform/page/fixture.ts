// An executed notebook with one of everything a page has to show.
import sharp from "sharp";
import type { NotebookCell, NotebookJson, NotebookOutput } from "../../../src/platform/files/notebookFile";

export const markdown = (source: string): NotebookCell => ({ cell_type: "markdown", metadata: {}, source });

export const code = (source: string, ...outputs: NotebookOutput[]): NotebookCell =>
  ({ cell_type: "code", metadata: {}, execution_count: 1, source, outputs });

export const display = (data: Record<string, unknown>): NotebookOutput =>
  ({ output_type: "display_data", data, metadata: {} } as NotebookOutput);

export const stream = (text: string, name = "stdout"): NotebookOutput => ({ output_type: "stream", name, text });

export const notebook = (...cells: NotebookCell[]): NotebookJson => ({
  cells,
  metadata: { kernelspec: { name: "tslab", language: "typescript", display_name: "TypeScript (tslab)" } },
});

/** A PNG of soft stripes in base64. */
export async function png(width: number, height: number): Promise<string> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels[i++] = 150 + 60 * Math.sin(x / 23 + y / 41);
      pixels[i++] = 120 + 50 * Math.sin(y / 17 - x / 53);
      pixels[i++] = 130 + 40 * Math.cos((x + y) / 37);
    }
  }
  return (await sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer()).toString("base64");
}

/** A picture of the same plot, as the notebook's plots carry one. */
async function twin(width: number, height: number, inside: string): Promise<string> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%"
    height="100%" fill="white"/>${inside}</svg>`;
  return (await sharp(Buffer.from(svg)).png().toBuffer()).toString("base64");
}

const steps = Array.from({ length: 60 }, (_, i) => i);
const falling = (scale: number, rate: number): number[] =>
  steps.map((i) => scale * (0.02 + Math.exp(-i * rate)) * (1 + 0.08 * Math.sin(i * 1.7)));
const line = (name: string, color: string, y: number[]): object =>
  ({ type: "scatter", mode: "lines", name, x: steps, y, line: { color } });

const curves = {
  data: [
    line("style", "#c2633a", falling(4e4, 0.14)),
    line("content", "#3f6ea8", falling(900, 0.05)),
    line("smoothness", "#5d8a52", falling(30, 0.02)),
  ],
  layout: {
    title: { text: "Loss, term by term" },
    height: 400,
    xaxis: { title: { text: "step" } },
    yaxis: { type: "log", dtick: 1, title: { text: "weighted loss" } },
  },
  config: {},
};

const rows = Array.from({ length: 48 }, (_, i) => i);
const z = rows.map((i) => rows.map((j) => Math.sin(i / 5) * Math.cos(j / 7)));
const heat = {
  data: [{ type: "heatmap", colorscale: "Viridis", z }],
  layout: {
    title: { text: "Gram matrix of relu2_1" },
    height: 460,
    xaxis: { constrain: "domain" },
    yaxis: { scaleanchor: "x", autorange: "reversed", constrain: "domain" },
  },
};

const introduction = `# A first picture

In two minutes: a photograph keeps its place, a painting gives its look, and a gradient does the rest. The picture comes
*first*; what happened comes after it.`;

const explanation = String.raw`## What happened

A network that learned to name things looks at the picture. At a layer $\ell$ it answers with $N_\ell$ feature maps of
$M_\ell$ positions each, the matrix $F^\ell \in \mathbb{R}^{N_\ell \times M_\ell}$. What belongs together, wherever it
stands, is the **Gram matrix**

$$
G^\ell_{ij} = \sum_{k=1}^{M_\ell} F^\ell_{ik} F^\ell_{jk}, \qquad
\mathcal{L}_{\text{style}} = \sum_\ell w_\ell
  \left( \frac{1}{4 N_\ell^2 M_\ell^2} \sum_{i,j} \bigl(G^\ell_{ij} - A^\ell_{ij}\bigr)^2 \right)
$$

and the picture follows the gradient of $\alpha\,\mathcal{L}_{\text{content}} + \beta\,\mathcal{L}_{\text{style}}$
downhill. See [the long way](01-by-hand.ipynb) for ${"`tf.grad`"} in the open.

| layer | channels | positions |
|---|---|---|
| relu1_1 | 64 | 65 536 |
| relu3_1 | 256 | 4 096 |

> It creates artistic images of high perceptual quality. — Gatys, Ecker and Bethge, 2015

- one loss for *what*,
- one for *how*,
- and an optimizer between them.`;

const loading = `import { content, gram, lbfgs, live, load, minimize, objective, show, style } from "styloscope";

const photo = await load("images/valley.png", { longer: 256 });   // RGB in 0…1
const painting = await load("images/brush.png", { longer: 256 });
show([photo, painting], { captions: ["content", "style"] });`;

const loop = `const view = live();
for await (const step of minimize(goal, { start: photo, optimizer: lbfgs(), steps: 60 })) {
  await view.update(step);   // the loop is yours
}`;

const circle = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60"><circle cx="30" cy="30" r="20"/></svg>`;
const curve = `<path d="M80 60 C 200 300 400 330 760 340" stroke="#c2633a" fill="none" stroke-width="2"/>`;
const complaint = "no layer conv6_1 in vgg19; did you mean conv5_1?";

/** Math, a loss plot on a log axis, a heat map without a twin, pictures in three formats, streams and an error. */
export async function everything(): Promise<NotebookJson> {
  const plotly = "application/vnd.plotly.v1+json";
  const jpeg = (await sharp(Buffer.from(await png(256, 256), "base64")).jpeg().toBuffer()).toString("base64");
  const cells = [
    markdown(introduction),
    code(loading,
      display({ "image/png": await png(640, 320), "text/plain": "2 pictures: content 256×256, style 256×256" })),
    markdown(explanation),
    code(loop,
      stream("step 1\rstep 30\rstep 60  loss \x1b[32m8.1e+2\x1b[0m\n"),
      display({ [plotly]: curves, "image/png": await twin(800, 400, curve), "text/plain": "loss 4.1e4 → 8.1e2" })),
    code(`await plot(gram.remember(vgg.features(painting)("relu2_1")));`,
      display({ [plotly]: heat, "text/plain": "Gram matrix of relu2_1, 48 of 128 channels" })),
    code(`vgg.features(photo, ["conv6_1"]);`, {
      output_type: "error",
      ename: "RangeError",
      evalue: complaint,
      traceback: [`\x1b[31mRangeError\x1b[0m: ${complaint}`, "    at cell 4, line 1"],
    }),
    code("show(result)", stream("a word on stderr\n", "stderr"), display({ "image/jpeg": jpeg }),
      display({ "image/svg+xml": circle }), display({ "text/html": "<b>bold</b> from html" }),
      display({ "text/markdown": "*marked* $x^2$" })),
  ];
  const { metadata } = notebook();
  return { cells, metadata: { ...metadata, styloscope: { engine: "tensorflow", seconds: 41.2 } } };
}
