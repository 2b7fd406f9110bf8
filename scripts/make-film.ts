// `npm run make:film`: knobs and picture moving together, as an animated WebP in notebooks/gallery. A run is played from its turns, without
// a page, so the film can be made again to the byte. A few minutes.
import { statSync } from "node:fs";
import * as path from "node:path";
import sharp from "sharp";
import {
  encodeImage, gram, knobs, loadNetwork, minimize, objective, relative, sample, saveAnimation, type Control, type Image, type Turn,
} from "../src/index";
import { grid, ink, palette } from "../src/platform/drawing/colors";
import { labelFont } from "../src/platform/drawing/fonts";
import { svgText } from "../src/platform/drawing/svgText";
import { transferTerms } from "../src/recipes/transferTerms";

const file = path.resolve(__dirname, "..", "notebooks", "gallery", "knobs.webp");
const [side, steps, every] = [192, 176, 2];
const [height, width, left] = [256, 600, 276];
/** What is beside the point, on white. */
const faint = "#767676";

/** A knob turned by hand, in equal factors, from one step to another. */
function turned(knob: string, from: number, to: number, first: number, last: number): Turn[] {
  return Array.from({ length: last - first + 1 }, (_, i) => ({ step: first + i, knob, value: from * (to / from) ** (i / (last - first)) }));
}

const turns: Turn[] = [
  ...turned("style", 30, 1, 40, 56), ...turned("style", 1, 300, 68, 88),
  { step: 104, knob: "solo style relu1_1", value: true },
  { step: 124, knob: "solo style relu1_1", value: false }, { step: 124, knob: "solo style relu5_1", value: true },
  { step: 142, knob: "solo style relu5_1", value: false }, { step: 142, knob: "painting", value: "mosaic" },
];

async function main(): Promise<void> {
  const network = await loadNetwork("vgg19-mini", { pooling: "average" });
  const load = (name: string): Promise<Image> => sample(name, { cover: [side, side] });
  const [photo, strokes, mosaic] = await Promise.all(["valley", "strokes", "mosaic"].map(load));
  const goal = objective(network, transferTerms(photo, strokes, { styleLoss: relative(gram()), smoothnessWeight: 1 }));
  const panel = knobs(goal, { paintings: { strokes, mosaic }, turns });
  const frames: Buffer[] = [];
  for await (const step of minimize(goal, { start: photo, optimizer: panel.optimizer, steps })) {
    await panel.update(step);
    if (step.index % every === 0) frames.push(await frame(step.image, step.index, panel.controls));
  }
  await saveAnimation(frames, file, { framesPerSecond: 1000 / 90, quality: 62 });
  console.log(`${path.relative("", file)} ${(statSync(file).size / 1e6).toFixed(2)} MB, ${frames.length} frames`);
}

async function frame(image: Image, index: number, controls: Readonly<Record<string, Control>>): Promise<Buffer> {
  const picture = await encodeImage(image, "png");
  const names = Object.keys(controls).filter((name) => /Slider$/.test(controls[name].widget.model) && !/rate|smooth/.test(name));
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${await labelFont()}">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<image x="0" y="0" width="${height}" height="${height}" href="data:image/png;base64,${picture.toString("base64")}"/>`,
    svgText(`painting: ${controls.painting.value}`, { x: left, y: 22, size: 13, color: ink }),
    svgText(`step ${index}`, { x: width - 12, y: 22, size: 12, color: faint, anchor: "end" }),
    ...names.flatMap((name, i) => knob(name, controls, 52 + 28 * i)),
    "</svg>",
  ].join("\n");
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** One row: its name, its track with the knob, its value, and whether it is soloed. */
function knob(name: string, controls: Readonly<Record<string, Control>>, y: number): string[] {
  const { min, max, value } = controls[name].widget.state() as { min: number; max: number; value: number };
  const [from, to] = [left + 104, left + 224];
  const at = from + ((Math.log10(value) - min) / (max - min)) * (to - from);
  const soloed = controls[`solo ${name}`]?.value;
  const silent = !soloed && `solo ${name}` in controls && Object.keys(controls).some((other) => other.startsWith("solo ") && controls[other].value);
  const color = silent ? grid : palette[0];
  return [
    svgText(name, { x: left, y: y + 4, size: 13, color: silent ? faint : ink }),
    `<rect x="${from}" y="${y - 2}" width="${to - from}" height="4" rx="2" fill="${grid}"/>`,
    `<rect x="${from}" y="${y - 2}" width="${(at - from).toFixed(1)}" height="4" rx="2" fill="${color}"/>`,
    `<circle cx="${at.toFixed(1)}" cy="${y}" r="7" fill="${silent ? faint : palette[0]}"/>`,
    svgText(Number(value.toPrecision(2)).toString(), { x: to + 16, y: y + 4, size: 12, color: silent ? faint : ink }),
    soloed ? svgText("solo", { x: width - 12, y: y + 4, size: 12, bold: true, color: palette[1], anchor: "end" }) : "",
  ];
}

main();
