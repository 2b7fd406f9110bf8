// `npm run make:gallery`: the picture on top of the README, made with the recipe of the first notebook. About two minutes.
import * as path from "node:path";
import {
  activations, adam, best, contactSheet, content, gram, minimize, objective, randomVgg, relative, sample, saveImage,
  smoothness, style, type Image,
} from "../src/index";

const file = path.resolve(__dirname, "..", "notebooks", "gallery", "first-pictures.jpg");
const size = { shorter: 320 };

async function paint(photo: Image, painting: Image): Promise<Image> {
  const eye = await randomVgg({ pooling: "average" });
  const goal = objective(eye, [
    content(photo, { layers: ["relu3_1"], loss: relative(activations) }),
    style(painting, { layers: ["relu1_1", "relu2_1", "relu3_1"], loss: relative(gram), weight: 1000 }),
    smoothness({ weight: 3 }),
  ]);
  const { image } = await best(minimize(goal, { start: photo, optimizer: adam({ rate: 0.04 }), steps: 100 }));
  goal.dispose();
  eye.dispose();
  return image;
}

async function main(): Promise<void> {
  const photo = await sample("valley", size);
  const painted: { image: Image; label: string }[] = [];
  const paintings: { image: Image }[] = [];
  for (const name of ["strokes", "mosaic", "woodcut", "watercolour"]) {
    const painting = await sample(name, size);
    paintings.push({ image: painting });
    painted.push({ image: await paint(photo, painting), label: name });
    console.log(name);
  }
  const sheet = await contactSheet([[{ image: photo }, ...paintings], [undefined, ...painted]], { cell: 300 });
  await saveImage(sheet, file, { quality: 88 });
  console.log(path.relative("", file));
}

main();
