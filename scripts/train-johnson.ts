// `npm run train:johnson -- --images DIR --minutes M [--styles strokes,mosaic,woodcut,watercolor] [--seed 1] [--side 96]
// [--out out/johnson] [--ship]`: trains one network that paints several styles in one pass, DIR/styles.safetensors; a style is a sample's
// name or a file. It can be stopped at any time: the same command continues, also with crops of another side. `--ship` makes what is in DIR
// the one in weights/.
import { copyFile, mkdir } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../src/image";
import { vgg19Mini } from "../src/networks/vgg";
import { styleTraining } from "../src/onepass/styleTraining";
import { engine } from "../src/platform/engine/engine";
import { loadNamed } from "../src/platform/files/loadNamed";
import { warmupCosine } from "../src/training/learningRate";
import { drawCrop, loadPictures, stackedCrops } from "./mini/pictures";
import { random } from "./pictures/noise";
import { trainInMinutes } from "./trainInMinutes";

const root = path.resolve(__dirname, "..");
const shape = { width: 16, blocks: 3 };
/** So many steps long style counts less: a network that cannot paint yet learns first to keep the photograph. */
const rampSteps = 600;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: {
    images: { type: "string" }, minutes: { type: "string", default: "60" }, seed: { type: "string", default: "1" },
    styles: { type: "string", default: "strokes,mosaic,woodcut,watercolor" }, out: { type: "string", default: path.join(root, "out", "johnson") },
    side: { type: "string", default: "96" }, ship: { type: "boolean" },
  } });
  const name = "styles";
  if (values.ship) {
    for (const end of ["safetensors", "log.csv"]) await copyFile(path.join(values.out, `${name}.${end}`), path.join(root, "weights", `johnson-styles.${end}`));
    return;
  }
  console.log(`engine: ${(await engine()).name}`);
  await mkdir(values.out, { recursive: true });
  const [seed, side] = [Number(values.seed), Number(values.side)];
  const styles = values.styles.split(",").map((painting) => ({ name: path.parse(painting).name, painting }));
  const pictures = await loadPictures(values.images, path.join(values.out, "generated"), 1);
  const judge = await vgg19Mini({ pooling: "average" });
  const paintings: Record<string, Image> = {};
  for (const { name, painting } of styles) paintings[name] = await loadNamed(painting, { shorter: 256 });
  const training = styleTraining(judge, paintings, { ...shape, seed });
  tf.dispose(paintings);
  await trainInMinutes({
    slots: training.slots, start: training.start, loss: training.loss, name, folder: values.out, seed, minutes: Number(values.minutes),
    batch: async (request) => {
      const next = random(request.seed);
      const crops: Float32Array[] = [];
      for (let i = 0; i < styles.length; i++) crops.push(await drawCrop(pictures, side, next, { clean: true }));
      return { photos: stackedCrops(crops, side), ramp: tf.scalar(Math.min(1, (request.step + 1) / rampSteps)) };
    },
    learningRate: warmupCosine({ peak: 1e-3, steps: 1, warmup: 0.02, start: 0.05, floor: 0.01 }),
    metadata: {
      ...Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, `${value}`])), styles: Object.keys(paintings).join(","),
      license: "CC BY 4.0; trained with losses over features distilled from VGG-19 by K. Simonyan and A. Zisserman",
    },
  });
  training.dispose();
  judge.dispose();
}

if (require.main === module)
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
