// How wide a text is when sharp draws it.
import sharp from "sharp";
import { labelFont } from "../../../src/platform/drawing/fonts";
import { svgText } from "../../../src/platform/drawing/svgText";

/** Width of the ink of `text` at 40 pixels. */
export async function inkWidth(text: string, bold: boolean = false): Promise<number> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="80" font-family="${await labelFont()}">` +
    `${svgText(text, { x: 20, y: 50, size: 40, bold })}</svg>`;
  return (await sharp(Buffer.from(svg)).flatten({ background: "#fff" }).trim().toBuffer({ resolveWithObject: true })).info.width;
}
