// `npm run train:mini -- --images DIR --minutes M [--seed 1]`: teaches vgg19-mini to see what VGG-19 sees. Stop it at any
// time: the same command goes on. What it writes lies in out/mini; `--ship` puts the weights and the log into weights/.
import { appendFile, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import type { Pooling } from "../src/networks/architectures/operation";
import { vgg19, type Vgg } from "../src/networks/vgg";
import { adam } from "../src/optimizers/adam";
import { engine } from "../src/platform/engine/engine";
import { writeSafetensors } from "../src/platform/files/safetensors";
import { styleLayers } from "../src/terms";
import { disagreement, miniUnits, responses, scaled, scalesOf, type Batch } from "./mini/agreement";
import { drawCurves } from "./mini/curves";
import { asParts, comparedLayers, flattened, shipped } from "./mini/parameters";
import { drawCrop, loadPictures, type Random } from "./mini/pictures";
import { miniFrom, paintPractice, type Pair } from "./mini/practice";
import { prunedParameters } from "./mini/pruned";
import { newTraining, openTraining, saveTraining, type Training } from "./mini/state";
import { random } from "./pictures/noise";

const folder = path.resolve(__dirname, "..", "out", "mini");
const weights = path.resolve(__dirname, "..", "weights");
const files = { state: path.join(folder, "state.safetensors"), log: path.join(folder, "log.csv"), mini: path.join(folder, "vgg19-mini.safetensors") };

const side = 96;
/** Pictures in a batch: fresh crops, and one practice picture with the painting it was to be like. */
const fresh = 4;
const peakRate = 2e-3;
/** Every so many steps the mini paints for practice; the latest pictures are kept to be drawn from. */
const practiceEvery = 40;
const practiceSnapshots = [8, 25, 60, 120];
const practiceKept = 96;
const logEvery = 50;
const saveEvery = 250;
/** The weights of features, Gram matrices and distances in what is minimized. */
const shares = [1, 1, 0.2];

/** One-cycle: up over the first 3 % of the time, then down along a cosine to 1 %. */
function rateAt(done: number): number {
  const warm = Math.min(1, 0.05 + done / 0.03);
  return peakRate * warm * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
}

async function train(images: string | undefined, minutes: number, seed: number): Promise<void> {
  console.log(`engine: ${(await engine()).name}`);
  await mkdir(folder, { recursive: true });
  const pictures = await loadPictures(images, path.join(folder, "generated"), 4);
  const teachers: Record<"average" | "max", Vgg> = { average: await vgg19(), max: await vgg19() };
  const crops = (count: number, next: Random): Promise<Float32Array[]> =>
    Promise.all(Array.from({ length: count }, () => drawCrop(pictures, side, next)));
  const batchOf = (pixels: readonly Float32Array[]): Batch => {
    const all = new Float32Array(pixels.length * side * side * 3);
    pixels.forEach((each, at) => all.set(each, at * each.length));
    return tf.tensor4d(all, [pixels.length, side, side, 3]);
  };
  async function begin(): Promise<Training> {
    const batch = batchOf(await crops(24, random(seed)));
    const scales = tf.tidy(() => scalesOf(responses(batch, teachers.average.filters, "average", "caffe")));
    const parameters = prunedParameters(teachers.average, batch, scales);
    batch.dispose();
    return newTraining(parameters, scales, seed);
  }

  const run = await openTraining(files.state, seed) ?? await begin();
  console.log(`${pictures.length} pictures; ${run.moments.steps} steps and ${Math.round(run.seconds / 60)} of ${minutes} minutes are done`);
  const practice: Pair[] = [];
  let stopping = false;
  process.once("SIGINT", () => (stopping = true));
  process.once("SIGTERM", () => (stopping = true));
  let sums: number[] = [];
  let summed = 0;
  while (!stopping && run.seconds < minutes * 60) {
    const began = performance.now();
    const { steps } = run.moments;
    const next = random(seed * 7919 + steps + 1);
    const pooling: Pooling = next() < 0.5 ? "average" : "max";
    if (steps % practiceEvery === practiceEvery - 1 || practice.length === 0) {
      const mini = miniFrom(run.parameters, pooling);
      const [photo, painting] = await crops(2, next);
      practice.push(...await paintPractice(mini, photo, painting, side, practiceSnapshots));
      practice.splice(0, practice.length - practiceKept);
      mini.dispose();
    }
    const { picture, painting } = practice[Math.floor(next() * practice.length)];
    const batch = batchOf([...await crops(fresh, next), picture, painting]);
    const optimizer = adam({ rate: rateAt(run.seconds / (minutes * 60)), clip: false });
    const told = await step(run, optimizer, batch, teachers[pooling as "average" | "max"], pooling);
    batch.dispose();
    sums = told.map((value, at) => value + (sums[at] ?? 0));
    summed++;
    run.seconds += Math.min(10, (performance.now() - began) / 1000); // a pause of the process is no training
    if (run.moments.steps % logEvery === 0) {
      await log(run, minutes, sums.map((sum) => sum / summed));
      [sums, summed] = [[], 0];
    }
    if (run.moments.steps % saveEvery === 0) await save(run);
  }
  await save(run);
}

/** One step of Adam on everything that is learned; tells the three parts and the layers' errors. */
async function step(
  run: Training, optimizer: ReturnType<typeof adam>, batch: Batch, teacher: Vgg, pooling: Pooling,
): Promise<number[]> {
  let told: number[] = [];
  const evaluate = async (parameters: Float32Array): Promise<{ value: number; gradient: Float32Array }> => {
    const tensors = asParts(parameters);
    let parts!: tf.Tensor1D;
    let layers!: tf.Tensor1D;
    const { value, grads } = tf.valueAndGrads((...learned: tf.Tensor[]) => {
      const goal = scaled(responses(batch, teacher.filters, pooling, "caffe"), run.scales);
      const found = disagreement(learned, batch, goal, pooling);
      [parts, layers] = [tf.keep(found.parts), tf.keep(found.layers)];
      return tf.sum(tf.mul(found.parts, tf.tensor1d(shares))) as tf.Scalar;
    })(tensors);
    const [[loss], three, each, ...gradients] =
      await Promise.all([value.data(), parts.data(), layers.data(), ...grads.map((gradient) => gradient.data())]);
    tf.dispose([value, parts, layers, grads, tensors]);
    told = [...three, ...each];
    if (!Number.isFinite(loss)) throw new Error(`the loss is not finite at step ${run.moments.steps}; the state of the last save is kept`);
    return { value: loss, gradient: flattened(gradients) };
  };
  const { x, state } = await optimizer.step(evaluate, run.parameters, run.moments);
  run.parameters = x;
  run.moments = state;
  return told;
}

const columns = ["step", "minutes", "features", "grams", "distances",
  ...comparedLayers.map((layer) => `features ${layer}`), ...styleLayers.map((layer) => `gram ${layer}`)];

async function log({ moments, seconds }: Training, minutes: number, means: readonly number[]): Promise<void> {
  if (moments.steps === logEvery) await writeFile(files.log, `${columns.join(",")}\n`);
  await appendFile(files.log, `${[moments.steps, (seconds / 60).toFixed(2), ...means.map((mean) => mean.toFixed(5))].join(",")}\n`);
  const [features, grams, distances] = means.map((mean) => mean.toFixed(3));
  const [conv5, gram5] = [means[2 + comparedLayers.length], means[means.length - 1]].map((mean) => mean.toFixed(3));
  console.log(`step ${moments.steps} · ${(seconds / 60).toFixed(1)} of ${minutes} min · features ${features} (relu5_1 ${conv5}) · `
    + `grams ${grams} (relu5_1 ${gram5}) · distances ${distances}`);
}

async function save(run: Training): Promise<void> {
  await saveTraining(files.state, run);
  await writeSafetensors(files.mini, shipped(run.parameters), {
    dtype: "F16", metadata: { normalization: miniUnits, license: "CC BY 4.0; distilled from VGG-19 by K. Simonyan and A. Zisserman" },
  });
}

async function ship(): Promise<void> {
  await copyFile(files.mini, path.join(weights, "vgg19-mini.safetensors"));
  await copyFile(files.log, path.join(weights, "vgg19-mini.log.csv"));
  await drawCurves(await readFile(files.log, "utf8"), path.join(weights, "vgg19-mini.png"));
}

if (require.main === module) {
  const { values } = parseArgs({ options: {
    images: { type: "string" }, minutes: { type: "string", default: "60" }, seed: { type: "string", default: "1" }, ship: { type: "boolean" },
  } });
  (values.ship ? ship() : train(values.images, Number(values.minutes), Number(values.seed))).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
