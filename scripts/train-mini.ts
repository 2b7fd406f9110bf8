// `npm run train:mini -- --images DIR --minutes M [--network vgg19-mini] [--seed 1] [--out out/vgg19-mini]`: distills vgg19-mini, or
// vgg19-half, from VGG-19. It can be stopped at any time: the same command continues. `--ship` copies the weights and the log into weights/.
import { copyFile, mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { mustBeOneOf } from "../src/errors";
import type { Pooling } from "../src/networks/architectures/operation";
import { vgg19, type Vgg } from "../src/networks/vgg";
import { engine } from "../src/platform/engine/engine";
import { styleLayers } from "../src/terms";
import { loadCheckpoint } from "../src/training/checkpoint";
import { warmupCosine } from "../src/training/learningRate";
import type { BatchRequest } from "../src/training/train";
import type { BatchLoss } from "../src/training/trainingStep";
import { activationsOf, disagreement, miniNormalization, scaled, scalesOf } from "./mini/agreement";
import { drawCurves } from "./mini/curves";
import { comparedLayers, slotsOf, studentNames, weightsOf, type StudentName } from "./mini/parameters";
import { drawCrop, loadPictures, stackedCrops, type Random } from "./mini/pictures";
import { prunedParameters } from "./mini/pruned";
import { networkFrom, studentImages, type StudentImage } from "./mini/studentImages";
import { random } from "./pictures/noise";
import { checkpointIn, trainInMinutes } from "./trainInMinutes";

const root = path.resolve(__dirname, "..");
const weights = path.join(root, "weights");

const side = 96;
/** Crops in a batch; with them come one student image and the painting that it was optimized for. */
const crops = 4;
/** Every so many steps new student images are optimized; the latest are stored, and drawn from. */
const studentEvery = 40;
const studentSnapshots = [8, 25, 60, 120];
const studentStored = 96;
/** The weights of features, Gram matrices and distances in the loss. */
const lossWeights = [1, 1, 0.2];
/**
 * How many crops it is pruned on, and the highest learning rate. The half begins so near to VGG-19 that a rate of 2e-3 loses more than
 * it gains: within 50 steps the error of its features rose from 0.14 to 0.50.
 */
const settings: Record<StudentName, { pruningCrops: number; peak: number }> = {
  "vgg19-half": { pruningCrops: 160, peak: 3e-4 }, "vgg19-mini": { pruningCrops: 24, peak: 2e-3 },
};

interface Batch {
  readonly pixels: tf.Tensor4D;
  readonly pooling: "average" | "max";
  /** That of the student image in it. */
  readonly fringe: tf.Scalar;
}

async function distill(student: StudentName, images: string | undefined, minutes: number, seed: number, folder: string): Promise<void> {
  console.log(`engine: ${(await engine()).name}`);
  await mkdir(folder, { recursive: true });
  const slots = slotsOf(student);
  const { pruningCrops, peak } = settings[student];
  const pictures = await loadPictures(images, path.join(folder, "generated"), 4);
  const teacher: Vgg = await vgg19();
  const drawCrops = (count: number, next: Random): Promise<Float32Array[]> =>
    Promise.all(Array.from({ length: count }, () => drawCrop(pictures, side, next)));

  async function begin(): Promise<{ start: Float32Array; scales: Float32Array }> {
    const batch = stackedCrops(await drawCrops(pruningCrops, random(seed)), side);
    const scales = tf.tidy(() => scalesOf(activationsOf(batch, teacher.filters, "average", "caffe")));
    const start = prunedParameters(student, teacher, batch, scales);
    batch.dispose();
    return { start, scales };
  }

  const stored: StudentImage[] = [];
  async function nextBatch({ step, seed, parameters }: BatchRequest): Promise<Batch> {
    const next = random(seed);
    const pooling = next() < 0.5 ? "average" : "max";
    if (step % studentEvery === studentEvery - 1 || stored.length === 0) {
      const network = networkFrom(student, parameters, pooling);
      const recipe = next() < 0.5 ? "pixels" : "waves";
      const [photo, painting] = await drawCrops(2, next);
      stored.push(...await studentImages(network, recipe, photo, painting, side, studentSnapshots));
      stored.splice(0, stored.length - studentStored);
      network.dispose();
    }
    const { image, painting, fringe } = stored[Math.floor(next() * stored.length)];
    return { pixels: stackedCrops([...await drawCrops(crops, next), image, painting], side), pooling, fringe: tf.scalar(fringe) };
  }

  const begun = await loadCheckpoint(checkpointIn(folder));
  const { start, scales } = begun ? { start: begun.state.parameters, scales: begun.constants.scales } : await begin();
  await trainInMinutes({
    slots, start, batch: nextBatch, seed, minutes, name: student, folder, constants: { scales },
    loss: (parameters, batch) => lossOf(parameters, batch, teacher, scales),
    // One cycle: up in the first 3 % of the time, then down to 1 %.
    learningRate: warmupCosine({ peak, steps: 1, warmup: 0.0285, start: 0.05, floor: 0.01 }),
    metadata: { normalization: miniNormalization, license: "CC BY 4.0; distilled from VGG-19 by K. Simonyan and A. Zisserman" },
    tensorsOf: (parameters) => weightsOf(parameters, student), printed: [...parts, "features relu5_1", "gram relu5_1", "fringe"],
  });
  teacher.dispose();
}

const parts = ["features", "grams", "distances"];
const errors = [...comparedLayers.map((layer) => `features ${layer}`), ...styleLayers.map((layer) => `gram ${layer}`)];

function lossOf(parameters: ReadonlyMap<string, tf.Tensor>, { pixels, pooling, fringe }: Batch, teacher: Vgg, scales: Float32Array): BatchLoss {
  const target = scaled(activationsOf(pixels, teacher.filters, pooling as Pooling, "caffe"), scales);
  const found = disagreement(parameters, pixels, target, pooling);
  const named = (names: readonly string[], values: tf.Tensor1D): [string, tf.Scalar][] =>
    names.map((name, i) => [name, tf.reshape(tf.slice(values, i, 1), [])]);
  return {
    loss: tf.sum(tf.mul(found.parts, tf.tensor1d(lossWeights))) as tf.Scalar,
    metrics: Object.fromEntries([...named(parts, found.parts), ...named(errors, found.layers), ["fringe", tf.clone(fringe)]]),
  };
}

async function ship(student: StudentName, folder: string): Promise<void> {
  for (const end of ["safetensors", "log.csv"]) await copyFile(path.join(folder, `${student}.${end}`), path.join(weights, `${student}.${end}`));
  await drawCurves(await readFile(path.join(folder, `${student}.log.csv`), "utf8"), path.join(weights, `${student}.png`));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: {
    images: { type: "string" }, minutes: { type: "string", default: "60" }, seed: { type: "string", default: "1" }, ship: { type: "boolean" },
    network: { type: "string", default: "vgg19-mini" }, out: { type: "string" },
  } });
  mustBeOneOf(values.network, studentNames, "network");
  const student = values.network as StudentName;
  const folder = values.out ?? path.join(root, "out", student);
  await (values.ship ? ship(student, folder) : distill(student, values.images, Number(values.minutes), Number(values.seed), folder));
}

if (require.main === module)
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
