// `npm run make:gallery`: the picture at the top of the README, made as in the first notebook. About a minute.
import * as path from "node:path";
import {
  activations, adam, best, contactSheet, content, gram, loadNetwork, minimize, objective, relative, sample, saveImage,
  smoothness, style, type Image, type Network,
} from "../src/index";

const file = path.resolve(__dirname, "..", "notebooks", "gallery", "first-pictures.jpg");
const size = { shorter: 320 };

async function paint(network: Network, photo: Image, painting: Image): Promise<Image> {
  const goal = objective(network, [
    content(photo, { loss: relative(activations()) }),
    style(painting, { loss: relative(gram()), weight: 10 }),
    smoothness({ weight: 3 }),
  ]);
  const { image } = await best(minimize(goal, { start: photo, optimizer: adam({ rate: 0.02 }), steps: 150 }));
  goal.dispose();
  return image;
}

async function main(): Promise<void> {
  const network = await loadNetwork("vgg19-mini", { pooling: "average" });
  const photo = await sample("valley", size);
  const painted: { image: Image; label: string }[] = [];
  const paintings: { image: Image }[] = [];
  for (const name of ["strokes", "mosaic", "woodcut", "watercolor"]) {
    const painting = await sample(name, size);
    paintings.push({ image: painting });
    painted.push({ image: await paint(network, photo, painting), label: name });
    console.log(name);
  }
  const sheet = await contactSheet([[{ image: photo }, ...paintings], [undefined, ...painted]], { side: 300 });
  await saveImage(sheet, file, { quality: 88 });
  console.log(path.relative("", file));
}

main();
