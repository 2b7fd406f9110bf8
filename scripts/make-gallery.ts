// `npm run make:gallery`: the picture at the top of the README, by the default recipe of `transfer`. A few minutes.
import * as path from "node:path";
import { contactSheet, loadNetwork, sample, saveImage, transfer, type Image } from "../src/index";

const file = path.resolve(__dirname, "..", "notebooks", "gallery", "first-pictures.jpg");
const size = { shorter: 320 };

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

main();
