// The picture of a run that is still under way: the image beside its loss curves, and its progress.
import sharp, { type JpegOptions } from "sharp";
import type { Image } from "../image";
import type { History } from "../minimize/history";
import { grid, ink, palette, table, tableInk } from "../platform/drawing/colors";
import { fitBytes } from "../platform/drawing/fitBytes";
import { labelFont } from "../platform/drawing/fonts";
import { formatDuration } from "../platform/drawing/formatDuration";
import { formatNumber } from "../platform/drawing/formatNumber";
import { plotSvg } from "../platform/drawing/plotSvg";
import { fitText, svgText } from "../platform/drawing/svgText";
import { encodeImage } from "../platform/files/saveImage";
import { lossCurves } from "../plots/lossCurves";
import type { MimeOutput } from "./mimeBundles";

const size = { width: 900, height: 380 };
const picture = { x: 16, y: 60, side: 304 };
const wide = 2;   // width over height from which a picture has the whole width, with the curves below it: several runs side by side
const scale = 1.5;   // pixels to a CSS pixel: sharp enough for text, quick enough to draw twice a second

const limit = 200_000;   // bytes

/** A JPEG well below 300 kB, which front ends replace in place. */
export async function previewBundle(
  image: Image, history: History, { title, steps, warning }: { title: string; steps: number; warning?: string },
): Promise<MimeOutput> {
  const { shown, height, at } = layout(image);
  const jpeg = await encodeImage(image, "jpeg", { quality: 90, maxSide: Math.max(shown.width, shown.height) * scale });
  const status = progressText(history, steps);
  const done = steps > 0 ? history.index.at(-1)! / steps : 1;
  const width = size.width - 2 * picture.x;
  const box = `x="${picture.x}" y="${picture.y}" width="${shown.width}" height="${shown.height}"`;
  const font = await labelFont();
  const curves = lossCurves(history, { title: "", steps, height: height - at.y - 4 });
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" font-family="${font}">`,
    `<rect width="100%" height="100%" fill="${table}"/>`,
    plotSvg(curves, { ...at, width: size.width - at.x, font }).replaceAll(ink, tableInk),
    svgText(fitText(warning ?? title, warning ? 540 : 460, 15, { bold: true }), { x: picture.x, y: 26, size: 15, bold: true, color: tableInk }),
    svgText(status, { x: size.width - picture.x, y: 26, size: 14, color: tableInk, anchor: "end" }),
    `<rect x="${picture.x}" y="38" width="${width}" height="3" fill="${grid}"/>`,
    `<rect x="${picture.x}" y="38" width="${(width * Math.min(1, done)).toFixed(1)}" height="3" fill="${palette[0]}"/>`,
    `<image ${box} href="data:image/jpeg;base64,${jpeg.toString("base64")}"/>`,
    "</svg>",
  ].join("\n");
  const drawn = sharp(Buffer.from(svg), { density: 72 * scale }).flatten({ background: table });
  const sharpest = { quality: 86, chromaSubsampling: "4:4:4" };
  const smallest = { quality: 60 };   // for noise, which a texture begins with
  const encode = (options: JpegOptions): Promise<Buffer> => drawn.clone().jpeg(options).toBuffer();
  const bytes = (await fitBytes(encode, [sharpest], limit))?.drawn ?? await encode(smallest);
  return {
    data: { "image/jpeg": bytes.toString("base64"), "text/plain": warning ? `${status} · ${warning}` : status },
    metadata: { "image/jpeg": { width: size.width, height } },
  };
}

/** How large the picture is shown, where its curves are, and the height of all: beside each other, or a wide picture above its curves. */
function layout({ shape: [tall, across] }: Image): { shown: { width: number; height: number }; height: number; at: { x: number; y: number } } {
  const isWide = across >= wide * tall;
  const fit = (isWide ? size.width - 2 * picture.x : picture.side) / Math.max(tall, across);
  const shown = { width: Math.round(across * fit), height: Math.round(tall * fit) };
  if (isWide) return { shown, height: picture.y + shown.height + 240, at: { x: 0, y: picture.y + shown.height } };
  return { shown, height: size.height, at: { x: picture.x + shown.width + 8, y: 30 } };
}

/** Such as `step 40/200 · loss 3.1e3 · 12 s · 48 s left`. */
export function progressText({ index, loss, seconds }: History, steps: number): string {
  const [step, taken] = [index.at(-1)!, seconds.at(-1)!];
  const parts = [`step ${step}/${steps}`, `loss ${formatNumber(loss.at(-1)!)}`];
  if (Number.isFinite(taken)) parts.push(formatDuration(taken));
  const left = (taken / step) * (steps - step);
  if (Number.isFinite(left) && left > 0) parts.push(`${formatDuration(left)} left`);
  return parts.join(" · ");
}
