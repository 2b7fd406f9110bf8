// `npm run quality [-- --size 256 --networks vgg19-mini,vgg19 --recipes pixels,default --pairs valley/strokes]`: how good the pictures of a
// recipe are, as a table and a contact sheet in out/quality/. The judge is VGG-19 where it is at hand, else vgg19-mini.
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import {
  contactSheet, engine, loadNetwork, pictureQuality, sample, saveImage, tf, type Image, type Network, type PictureQuality,
} from "../src/index";
import { mustBeOneOf } from "../src/errors";
import { recipes } from "./quality/recipes";

const out = path.resolve(__dirname, "..", "out", "quality");
/** The project's own pictures: photographs and paintings of different kinds. */
const ownPairs = ["valley/strokes", "valley/woodcut", "valley/watercolor", "table/mosaic", "table/strokes", "valley/mosaic"];
const columns = ["gram", "frechet", "heldOut", "content", "artistic", "ssim", "grain", "fringe", "coherence"] as const;

interface Row {
  readonly pair: string;
  readonly network: string;
  readonly recipe: string;
  readonly seconds: number;
  readonly quality: PictureQuality;
}

async function paint(network: Network, recipe: string, photo: Image, painting: Image): Promise<{ image: Image; seconds: number }> {
  const began = performance.now();
  const image = await recipes[recipe].paint(network, photo, painting);
  return { image, seconds: (performance.now() - began) / 1000 };
}

async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: {
    size: { type: "string", default: "256" }, networks: { type: "string", default: "vgg19-mini" },
    recipes: { type: "string", default: Object.keys(recipes).join() }, pairs: { type: "string", default: ownPairs.join() },
  } });
  const shorter = Number(values.size);
  const names = values.recipes.split(",");
  for (const name of names) mustBeOneOf(name, Object.keys(recipes), "recipe");
  mkdirSync(out, { recursive: true });
  const judge = await loadNetwork("best", { pooling: "average" });
  console.log(`engine: ${(await engine()).name}; judge: ${judge.name}; ${shorter} pixels`);
  for (const name of names) console.log(`${name}: ${recipes[name].summary}`);
  const rows: Row[] = [];
  const sheet: { image: Image; label: string }[][] = [];
  console.log(`\n| pair | network | recipe | s | ${columns.join(" | ")} |\n|---|---|---|${"---|".repeat(columns.length + 1)}`);
  for (const pair of values.pairs.split(",")) {
    const [photo, painting] = await Promise.all(pair.split("/").map((name) => sample(name, { shorter })));
    const tiles = [{ image: photo, label: pair.split("/")[0] }, { image: painting, label: pair.split("/")[1] }];
    for (const networkName of values.networks.split(",")) {
      const network = networkName === judge.name ? judge : await loadNetwork(networkName, { pooling: "average" });
      for (const recipe of names) {
        const { image, seconds } = await paint(network, recipe, photo, painting);
        const quality = await pictureQuality(judge, image, { photo, painting });
        rows.push({ pair, network: networkName, recipe, seconds, quality });
        console.log(`| ${pair} | ${networkName} | ${recipe} | ${seconds.toFixed(0)} | ${columns.map((key) => quality[key].toFixed(3)).join(" | ")} |`);
        tiles.push({ image, label: `${recipe}, ${networkName}` });
        await saveImage(image, path.join(out, `${pair.replace("/", "-")}-${networkName}-${recipe}.png`));
      }
      if (network !== judge) network.dispose();
    }
    sheet.push(tiles);
  }
  summarize(rows);
  writeFileSync(path.join(out, "quality.json"), `${JSON.stringify(rows, null, 2)}\n`);
  const picture = await contactSheet(sheet, { side: 256 });
  await saveImage(picture, path.join(out, "quality.png"));
  tf.dispose([picture, sheet.flat().map(({ image }) => image)]);
  console.log(`\n${path.relative("", out)}/quality.png, quality.json`);
}

/** The means over the pairs, and what a painting's own fringe and coherence are. */
function summarize(rows: readonly Row[]): void {
  const mean = (some: readonly Row[], value: (row: Row) => number): number => some.reduce((sum, row) => sum + value(row), 0) / some.length;
  console.log("");
  for (const key of new Set(rows.map(({ network, recipe }) => `${network} | ${recipe}`))) {
    const some = rows.filter(({ network, recipe }) => `${network} | ${recipe}` === key);
    const numbers = columns.map((column) => mean(some, ({ quality }) => quality[column]).toFixed(3));
    console.log(`| mean | ${key} | ${mean(some, ({ seconds }) => seconds).toFixed(0)} | ${numbers.join(" | ")} |`);
  }
  console.log(`paintings: fringe ${mean(rows, ({ quality }) => quality.fringeOfPainting).toFixed(3)}, ` +
    `coherence ${mean(rows, ({ quality }) => quality.coherenceOfPainting).toFixed(3)}`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
