// `npm run make:losses [-- gram mmd …]`: a texture from noise with every style loss, on one sheet. About ten minutes for all.
import * as path from "node:path";
import {
  adam, best, contactSheet, loadNetwork, minimize, noise, objective, sample, saveImage, type Image, type Network,
} from "../src/index";
import { styleLosses } from "./losses/styleLosses";

const gallery = path.resolve(__dirname, "..", "notebooks", "gallery");
const paintings = ["mosaic", "strokes"];
const [side, steps, across] = [192, 150, 7];

interface Cell { readonly image: Image; readonly label: string }

/**
 * What the loss called `name` makes of noise: with the very terms that `npm run bench:losses` measures. Adam for all: `patches`
 * jumps where another patch becomes the nearest, and a line search ends at the first jump.
 */
async function texture(network: Network, name: string, painting: Image): Promise<Image> {
  const goal = objective(network, styleLosses[name].terms(painting));
  const start = noise(painting, { seed: 1 });
  const { image } = await best(minimize(goal, { start, optimizer: adam({ rate: 0.05 }), steps }));
  goal.dispose();
  start.dispose();
  return image;
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const names = Object.keys(styleLosses).filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  const network = await loadNetwork("vgg19-mini", { pooling: "average" });
  const rows: Cell[][] = [];
  for (const paintingName of paintings) {
    const painting = await sample(paintingName, { size: [side, side] });
    const cells: Cell[] = [{ image: painting, label: paintingName }];
    for (const name of names) {
      const began = performance.now();
      cells.push({ image: await texture(network, name, painting), label: name });
      console.log(`${paintingName}, ${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    while (cells.length > 0) rows.push(cells.splice(0, across));
  }
  const file = path.join(wanted.length > 0 ? "out" : gallery, "losses.jpg");
  await saveImage(await contactSheet(rows, { cell: side }), file, { quality: 80 });
  console.log(path.relative("", file));
}

main();
