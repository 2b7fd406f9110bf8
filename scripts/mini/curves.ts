// The curves of a training: the errors of the mini at every style layer, over the minutes.
import sharp from "sharp";
import { labelFont } from "../../src/platform/drawing/fonts";
import { plotSvg } from "../../src/platform/drawing/plotSvg";
import { writeAtomically } from "../../src/platform/files/writeAtomically";
import { lines } from "../../src/plots/lines";
import { styleLayers } from "../../src/terms";

const width = 900;
const height = 360;

/** Draws the log of `npm run train:mini` as a PNG: the errors of features and of Gram matrices, layer by layer. */
export async function drawCurves(csv: string, file: string): Promise<void> {
  const [head, ...rows] = csv.trim().split("\n").map((line) => line.split(","));
  const column = (name: string): number[] => rows.map((row) => Number(row[head.indexOf(name)]));
  const minutes = column("minutes");
  const font = await labelFont();
  const plots = ["features", "gram"].map((what, row) => plotSvg(
    lines(styleLayers.map((layer) => ({ name: layer, x: minutes, y: smooth(column(`${what} ${layer}`)) })), {
      title: what === "gram" ? "Gram matrices: ‖Gram(SW) − Gram(T)‖² / ‖Gram(T)‖²" : "Features: ‖SW − T‖² / ‖T‖²",
      x: "minutes", log: true, height,
    }), { x: 0, y: row * height, width, font }));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${2 * height}" font-family="${font}">`
    + `<rect width="100%" height="100%" fill="#ffffff"/>${plots.join("")}</svg>`;
  await writeAtomically(file, await sharp(Buffer.from(svg)).png({ palette: true }).toBuffer());
}

/** The mean of each value and up to four on either side: a line of the log is the mean of few batches. */
function smooth(values: readonly number[]): number[] {
  return values.map((_, i) => {
    const near = values.slice(Math.max(0, i - 4), i + 5);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}
