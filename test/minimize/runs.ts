// Runs to stop and to resume, in the test's own process and in others: `runs.ts begin FOLDER`, `runs.ts resume FOLDER`.
import { createHash } from "node:crypto";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { noise } from "../../src/image";
import { minimize, type Step } from "../../src/minimize/minimize";
import { savedRun, saveRun } from "../../src/minimize/saveRun";
import { randomVgg } from "../../src/networks/vgg";
import { objective, type Objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { lbfgs } from "../../src/optimizers/lbfgs";
import type { Optimizer } from "../../src/optimizers/optimizer";
import { content, smoothness, style } from "../../src/terms";

export const optimizers: readonly Optimizer[] = [gradientDescent({ momentum: 0.9 }), adam(), lbfgs({ memory: 7 })];
export const [half, whole] = [40, 100];
export const fileOf = (folder: string, { name }: Optimizer): string => path.join(folder, `${name}.safetensors`);

/** Small, but large enough that the onnx engine shares the work among threads. */
export async function smallGoal(): Promise<Objective> {
  const network = await randomVgg();
  const [photo, painting] = [noise([40, 48], { seed: 1 }), noise([36, 36], { seed: 2 })];
  return objective(network, [
    content(photo, { layers: ["relu2_2"] }), style(painting, { layers: ["relu1_1", "relu2_1"], weight: 10 }), smoothness({ weight: 0.1 }),
  ]);
}

/** Every number of a step but the time, and the image's bytes. */
export async function trace({ index, loss, parts, unweighted, gradientNorm, image, stopped }: Step): Promise<object> {
  const { buffer, byteOffset, byteLength } = await image.data();
  const bytes = createHash("sha256").update(new Uint8Array(buffer, byteOffset, byteLength)).digest("hex");
  return { index, loss, parts, unweighted, gradientNorm, bytes, stopped };
}

export async function traces(goal: Objective, optimizer: Optimizer, file?: string): Promise<object[]> {
  const found: object[] = [];
  const options = { start: noise([40, 48], { seed: 3 }), optimizer, steps: whole, resume: file ? await savedRun(file) : undefined };
  for await (const step of minimize(goal, options)) found.push(await trace(step));
  return found;
}

/** Saves a run of each optimizer half-way and goes on with all of them, until somebody kills it. */
async function begin(folder: string): Promise<void> {
  const goal = await smallGoal();
  const runs = optimizers.map((optimizer) => ({
    file: fileOf(folder, optimizer), steps: minimize(goal, { start: noise([40, 48], { seed: 3 }), optimizer, steps: whole }),
  }));
  for (let turn = 0; ; turn++) {
    for (const { file, steps } of runs) {
      const { value } = await steps.next();
      if (turn === half) await saveRun(value as Step, file);
    }
    if (turn === half) console.log("saved");
    if (turn > half) await setTimeout(50);
  }
}

async function resume(folder: string): Promise<void> {
  const goal = await smallGoal();
  for (const optimizer of optimizers) console.log(JSON.stringify(await traces(goal, optimizer, fileOf(folder, optimizer))));
}

if (require.main === module) void { begin, resume }[process.argv[2] as "begin" | "resume"](process.argv[3]);
