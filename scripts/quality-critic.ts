// `npm run quality:critic [-- --size 128 --pairs valley/strokes,table/mosaic,valley/woodcut --seeds 5]`: what a critic adds to a finished transfer with
// vgg19-mini, beside the same processor time spent without one, as a table and a contact sheet in out/quality-critic/. The judge is
// torchvision's SqueezeNet, which no loss has seen (`npm run weights -- squeezenet`).
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import {
  activations, colorFringe, content, contactSheet, engine, fourier, lbfgs, loadNetwork, minimize, objective, refine, relative, reparameterize, sample,
  saveImage, slicedWasserstein, style, tf, transfer, transferTerms, type Image, type Network, type TransferParts,
} from "../src/index";
import { valueOf } from "../src/quality/valueOf";

const out = path.resolve(__dirname, "..", "out", "quality-critic");
/** Activations of the judge, from edges to parts of 50 pixels: a position of one is a patch of the picture. */
const layers = ["relu_conv1", "fire2/concat", "fire3/concat", "fire4/concat", "fire5/concat"];
/** The style's weight, of 30, with which a transfer without a critic trades as much content for style. */
const moreStyle = 45;

interface Pair { readonly photo: Image; readonly painting: Image; readonly network: Network; readonly judge: Network }
interface Row extends Record<"seconds" | "steps" | "patches" | "content" | "fringe", number> { readonly pair: string; readonly what: string }

const cpu = (): number => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };

/** The distances of the clipped image: sliced Wasserstein to the painting's activations, relative, and content by the network itself. */
async function judged({ photo, painting, network, judge }: Pair, image: Image): Promise<Pick<Row, "patches" | "content" | "fringe">> {
  const clipped = tf.clipByValue(image, 0, 1) as Image;
  const patches = await valueOf(judge, [style(painting, { loss: relative(slicedWasserstein({ directions: 128, seed: 99 })), layers })], clipped);
  const kept = await valueOf(network, [content(photo, { loss: relative(activations()) })], clipped);
  const fringe = await colorFringe(clipped);
  clipped.dispose();
  return { patches, content: kept, fringe };
}

/** The transfer of `start` goes on for `seconds` of processor time. */
async function goOn({ photo, painting, network }: Pair, start: Image, seconds: number, parts: TransferParts): Promise<{ image: Image; steps: number }> {
  const goal = objective(network, transferTerms(photo, painting, parts));
  const began = cpu();
  let [image, steps] = [tf.clone(start), 0];
  for await (const step of minimize(goal, { start, optimizer: reparameterize(fourier(), lbfgs()), steps: 10_000 })) {
    image.dispose();
    [image, steps] = [step.image.clone(), step.index];
    if (cpu() - began >= seconds) break;
  }
  goal.dispose();
  return { image, steps };
}

async function refined({ photo, painting, network }: Pair, start: Image, seed: number): Promise<{ image: Image; steps: number; seconds: number }> {
  const began = cpu();
  let [image, steps] = [tf.clone(start), 0];
  for await (const step of refine(network, start, { photo, painting, seed })) {
    image.dispose();
    [image, steps] = [step.image.clone(), step.index];
  }
  return { image, steps, seconds: cpu() - began };
}

async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: {
    size: { type: "string", default: "128" }, seeds: { type: "string", default: "5" },
    pairs: { type: "string", default: "valley/strokes,table/mosaic,valley/woodcut" },
  } });
  mkdirSync(out, { recursive: true });
  const [network, judge] = [await loadNetwork("vgg19-mini", { pooling: "average" }), await loadNetwork("squeezenet")];
  console.log(`engine: ${(await engine()).name}; judge: ${judge.name}; ${values.size} pixels; seconds are processor time\n`);
  console.log("| pair | | s | steps | patches | content | fringe |\n|---|---|---|---|---|---|---|");
  const rows: Row[] = [];
  const sheet: { image: Image; label: string }[][] = [];
  for (const name of values.pairs.split(",")) {
    const [photo, painting] = await Promise.all(name.split("/").map((one) => sample(one, { shorter: Number(values.size) })));
    const pair: Pair = { photo, painting, network, judge };
    const tiles = [{ image: photo, label: name.split("/")[0] }, { image: painting, label: name.split("/")[1] }];
    const tell = async (what: string, image: Image, steps: number, seconds: number): Promise<void> => {
      const row = { pair: name, what, seconds, steps, ...await judged(pair, image) };
      rows.push(row);
      tiles.push({ image, label: what });
      console.log(`| ${name} | ${what} | ${seconds.toFixed(1)} | ${steps} | ${row.patches.toFixed(4)} | ${row.content.toFixed(3)} | ${row.fringe.toFixed(1)} |`);
      await saveImage(image, path.join(out, `${name.replace("/", "-")}-${what.replace(/\W+/g, "-")}.png`));
    };
    const began = cpu();
    const { image: start } = await transfer(network, photo, painting);
    await tell("transfer", start, 60, cpu() - began);
    let seconds = 0;
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      const result = await refined(pair, start, seed);
      seconds += result.seconds / Number(values.seeds);
      await tell(`refined, seed ${seed}`, result.image, result.steps, result.seconds);
    }
    for (const [what, parts] of Object.entries({ "as long without a critic": {}, [`the same, style ${moreStyle}`]: { styleWeight: moreStyle } })) {
      const { image, steps } = await goOn(pair, start, seconds, parts);
      await tell(what, image, steps, seconds);
    }
    sheet.push(tiles.filter(({ label }) => !/seed [1-9]/.test(label)));
    writeFileSync(path.join(out, "critic.json"), `${JSON.stringify(rows, null, 2)}\n`);
  }
  const picture = await contactSheet(sheet, { side: 192 });
  await saveImage(picture, path.join(out, "critic.png"));
  console.log(`\n${path.relative("", out)}/critic.png, critic.json`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
