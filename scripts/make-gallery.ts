// `npm run make:gallery`: the picture at the top of the README, by the default recipe of `transfer`. A few minutes. `-- --large`: the valley
// in brush strokes by VGG-19 at 512 pixels, which needs `npm run weights -- vgg19`. `-- --one-pass`: what the network for four paintings paints.
import * as path from "node:path";
import { contactSheet, loadNetwork, sample, saveImage, styleNetwork, transfer, type Image } from "../src/index";

const file = path.resolve(__dirname, "..", "notebooks", "gallery", "first-pictures.jpg");
const size = { shorter: 320 };

async function large(): Promise<void> {
  const network = await loadNetwork("vgg19", { pooling: "average" });
  const [photo, painting] = [await sample("valley", { shorter: 512 }), await sample("strokes", { shorter: 512 })];
  const { image } = await transfer(network, photo, painting);
  const print = path.join(path.dirname(file), "valley-strokes.jpg");
  await saveImage(image, print, { quality: 90 });
  console.log(path.relative("", print));
}

async function onePass(): Promise<void> {
  const network = await styleNetwork();
  const rows: { image: Image }[][] = [];
  for (const name of ["valley", "table"]) {
    const photo = await sample(name, { shorter: 512 });
    rows.push([photo, ...network.styles.map((style) => network.stylize(photo, { style }))].map((image) => ({ image })));
  }
  const sheet = await contactSheet(rows, { columnLabels: ["photograph", ...network.styles], side: 220 });
  const styles = path.join(path.dirname(file), "johnson.jpg");
  await saveImage(sheet, styles, { quality: 80 });
  console.log(path.relative("", styles));
}

async function main(): Promise<void> {
  const network = await loadNetwork("vgg19-half", { pooling: "average" });
  const photo = await sample("valley", size);
  const painted: { image: Image; label: string }[] = [];
  const paintings: { image: Image }[] = [];
  for (const name of ["strokes", "mosaic", "woodcut", "watercolor"]) {
    const painting = await sample(name, size);
    paintings.push({ image: painting });
    painted.push({ image: (await transfer(network, photo, painting)).image, label: name });
    console.log(name);
  }
  const sheet = await contactSheet([[{ image: photo }, ...paintings], [undefined, ...painted]], { side: 300 });
  await saveImage(sheet, file, { quality: 88 });
  console.log(path.relative("", file));
}

void (process.argv.includes("--large") ? large() : process.argv.includes("--one-pass") ? onePass() : main());
