// `npm run make:losses [-- gram mmd …]`: a texture from noise with every style loss, on one contact sheet. About ten minutes.
import * as path from "node:path";
import {
  adam, best, contactSheet, fourier, loadNetwork, minimize, noise, objective, reparameterize, sample, saveImage, type Image, type Network,
} from "../src/index";
import { styleLosses } from "./losses/styleLosses";

const gallery = path.resolve(__dirname, "..", "notebooks", "gallery");
const paintings = ["mosaic", "strokes"];
const [side, steps, columns] = [192, 150, 7];

interface Tile { readonly image: Image; readonly label: string }

/**
 * A texture from noise with the loss called `name`, with the same terms as in `npm run bench:losses`. Adam for all, because `patches`
 * is discontinuous where another patch becomes the nearest, and a line search ends there.
 */
async function texture(network: Network, name: string, painting: Image): Promise<Image> {
  const goal = objective(network, styleLosses[name].terms(painting));
  const start = noise(painting, { seed: 1, strength: 0.03 }); // what no layer sees of it stays in the picture
  const { image } = await best(minimize(goal, { start, optimizer: reparameterize(fourier(), adam({ rate: 0.05, clip: false })), steps }));
  goal.dispose();
  start.dispose();
  return image;
}

async function main(): Promise<void> {
  const filters = process.argv.slice(2);
  const names = Object.keys(styleLosses).filter((name) => filters.length === 0 || filters.some((text) => name.includes(text)));
  const network = await loadNetwork("vgg19-mini", { pooling: "average" });
  const rows: Tile[][] = [];
  for (const paintingName of paintings) {
    const painting = await sample(paintingName, { cover: [side, side] });
    const tiles: Tile[] = [{ image: painting, label: paintingName }];
    for (const name of names) {
      const began = performance.now();
      tiles.push({ image: await texture(network, name, painting), label: name });
      console.log(`${paintingName}, ${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    while (tiles.length > 0) rows.push(tiles.splice(0, columns));
  }
  const file = path.join(filters.length > 0 ? "out" : gallery, "losses.jpg");
  await saveImage(await contactSheet(rows, { side }), file, { quality: 80 });
  console.log(path.relative("", file));
}

main();
