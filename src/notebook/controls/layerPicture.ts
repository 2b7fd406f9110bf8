// One channel of a layer as a picture: the image, the channel's feature map, an image that it is active for, and its row of the Gram matrix.
import sharp from "sharp";
import { channels as rgbAt, diverging, ink, sequential, table, tableInk } from "../../platform/drawing/colors";
import { labelFont } from "../../platform/drawing/fonts";
import { plotSvg } from "../../platform/drawing/plotSvg";
import { fitText, svgText } from "../../platform/drawing/svgText";
import { bars } from "../../plots/bars";
import { strongest } from "../../plots/strongest";

export interface LayerLook {
  readonly layer: string;
  readonly channel: number;
  /** The channel's activations, row by row. */
  readonly map: { readonly values: Float32Array; readonly height: number; readonly width: number };
  /** G[channel, j] for every channel j. */
  readonly gramRow: Float32Array;
  /** Files' bytes; no `exciting` while it is being computed. */
  readonly image: Buffer;
  readonly exciting?: Buffer;
}

export const pictureSize = { width: 900, height: 262 };
const side = 190;
const scale = 1.5; // pixels to a CSS pixel
const partners = 6;

/** A JPEG of 900 × 262 CSS pixels, on a dark table. */
export async function layerPicture({ layer, channel, map, gramRow, image, exciting }: LayerLook): Promise<Buffer> {
  const font = await labelFont();
  const fit = side / Math.max(map.height, map.width);
  const tiles: [string, Buffer | undefined][] = [["the image", image], ["feature map", await mapPng(map)], ["what excites it", exciting]];
  const chosen = strongest(Array.from(gramRow, (value) => Math.abs(value) || 0), partners);
  const row = bars(Object.fromEntries(chosen.map((other) => [other === channel ? `${other}, itself` : `channel ${other}`, gramRow[other]])), { title: "" });
  const { xaxis, margin } = row.layout;
  // Bars leave room for their labels on a plot of 520 pixels; this one has half of that.
  const narrow = { ...row.layout, height: 222, margin: { ...margin, t: 8, b: 30 }, xaxis: { ...xaxis, nticks: 4, range: (xaxis.range as number[]).map((end) => 1.15 * end) } };
  const left = 3 * (side + 12) + 20;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pictureSize.width}" height="${pictureSize.height}" font-family="${font}">`,
    `<rect width="100%" height="100%" fill="${table}"/>`,
    svgText(fitText(`${layer}, channel ${channel}`, 500, 15, { bold: true }), { x: 12, y: 24, size: 15, bold: true, color: tableInk }),
    svgText("its row of the Gram matrix", { x: left, y: 24, size: 14, color: tableInk }),
    ...tiles.map(([label, picture], i) => tile(label, picture, 12 + i * (side + 12), fit * map.height)),
    plotSvg({ ...row, layout: narrow }, { x: left - 12, y: 34, width: pictureSize.width - left + 8, font }).replaceAll(ink, tableInk),
    "</svg>",
  ];
  return sharp(Buffer.from(svg.join("\n")), { density: 72 * scale }).flatten({ background: table }).jpeg({ quality: 86, chromaSubsampling: "4:4:4" }).toBuffer();
}

function tile(label: string, picture: Buffer | undefined, x: number, height: number): string {
  const box = `x="${x}" y="36" width="${side}" height="${picture && label !== "what excites it" ? height : side}"`;
  const drawn = picture
    ? `<image ${box} preserveAspectRatio="xMinYMin" href="data:image/${picture[0] === 0xff ? "jpeg" : "png"};base64,${picture.toString("base64")}"/>`
    : `<rect ${box} fill="#303236"/>`;
  return `${drawn}${svgText(picture ? label : "being painted …", { x, y: 36 + side + 20, size: 13, color: tableInk })}`;
}

// From 0 to its maximum, or, where activations are negative too, as far below 0 as above.
async function mapPng({ values, height, width }: LayerLook["map"]): Promise<Buffer> {
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [0, 0]);
  const most = Math.max(high, -low) || 1;
  const pixels = Buffer.from(Array.from(values).flatMap((value) => (low < 0 ? rgbAt(diverging, (value / most + 1) / 2) : rgbAt(sequential, value / most))));
  const pixel = Math.max(1, Math.floor((scale * side) / Math.max(height, width)));
  return sharp(pixels, { raw: { width, height, channels: 3 } }).resize(width * pixel, height * pixel, { kernel: "nearest" }).png().toBuffer();
}
