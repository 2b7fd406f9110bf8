// `npm run quality:mini [-- --ship]`: measures with the real VGG-19 how good pictures made with vgg19-mini are; writes a table, and the pictures
// in out/. Needs VGG-19 (`npm run weights -- vgg19`) and the classic images (`npm run images`), or the folders of
// STYLOSCOPE_WEIGHTS and STYLOSCOPE_IMAGES. With --ship, the sheet of the project's own pictures goes to weights/.
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import {
  adam, contactSheet, engine, gram, loadNetwork, relative, sample, samples, saveImage, style,
  transfer, type Image, type Network,
} from "../src/index";
import { valueOf } from "../src/quality/valueOf";

/** Content, style, and the bar that the mini must stay under. */
const pairs = [["tubingen", "starry_night", 0.085], ["tubingen", "the_scream", 0.12], ["golden_gate", "shipwreck", 0.16]] as const;
/** The same with the project's own pictures, for a contact sheet. */
const ownPairs = [["valley", "strokes", Infinity], ["valley", "woodcut", Infinity], ["table", "mosaic", Infinity]] as const;
const painters = ["random", "vgg19-mini", "vgg19"] as const;
const root = path.resolve(__dirname, "..");
const out = path.join(root, "out", "quality-mini");

type Pair = readonly [photo: string, painting: string, bar: number];

interface Row {
  readonly pair: string;
  readonly bar: number;
  readonly content: number;
  readonly errors: Record<string, number>;
  readonly secondsPerStep: Record<string, number>;
}

interface Tile { readonly image: Image; readonly label: string }

/** The mean over five layers of ‖G − A‖²/‖A‖², measured with `judge`. */
function styleError(judge: Network, image: Image, painting: Image): Promise<number> {
  return valueOf(judge, [style(painting, { loss: relative(gram()) })], image);
}

async function measure([photoName, paintingName, bar]: Pair, judge: Network): Promise<{ row: Row; tiles: Tile[] }> {
  const [photo, painting] = await Promise.all([photoName, paintingName].map((name) => sample(name, { shorter: 256 })));
  const row: Row = { pair: `${photoName} × ${paintingName}`, bar, content: await styleError(judge, photo, painting), errors: {}, secondsPerStep: {} };
  const tiles: Tile[] = [{ image: photo, label: photoName }, { image: painting, label: paintingName }];
  for (const name of painters) {
    const painter = name === "vgg19" ? judge : await loadNetwork(name, { pooling: "average" });
    const began = performance.now();
    const { image } = await transfer(painter, photo, painting, { styleWeight: 30, optimizer: adam({ rate: 0.02 }), steps: 150 });
    row.secondsPerStep[name] = (performance.now() - began) / 1000 / 150;
    row.errors[name] = await styleError(judge, image, painting);
    await saveImage(image, path.join(out, `${photoName}-${paintingName}-${name}.png`));
    tiles.push({ image, label: `${name}: ${row.errors[name].toFixed(3)}` });
    if (painter !== judge) painter.dispose();
  }
  await saveImage(await contactSheet([tiles], { side: 256 }), path.join(out, `${photoName}-${paintingName}.png`));
  return { row, tiles };
}

async function main(): Promise<void> {
  const missing = pairs.flatMap(([a, b]) => [a, b]).filter((name) => !samples().has(name));
  if (missing.length > 0) throw new Error(`${[...new Set(missing)].join(", ")}: not here. \`npm run images\` fetches them.`);
  console.log(`engine: ${(await engine()).name}`);
  const judge = await loadNetwork("vgg19", { pooling: "average" });
  const lines = ["| pair | content image itself | random | vgg19-mini | VGG-19 itself | bar |", "|---|---|---|---|---|---|"];
  const rows: Row[] = [];
  lines.forEach((line) => console.log(line));
  for (const pair of pairs) {
    const { row } = await measure(pair, judge);
    rows.push(row);
    const numbers = [row.content, ...painters.map((name) => row.errors[name]), row.bar].map((value) => value.toFixed(3));
    lines.push(`| ${row.pair} | ${numbers.join(" | ")} |`);
    console.log(lines[lines.length - 1]);
  }
  const mean = (name: string): number => rows.reduce((sum, { secondsPerStep }) => sum + secondsPerStep[name], 0) / rows.length;
  console.log(`seconds a step: ${painters.map((name) => `${name} ${mean(name).toFixed(3)}`).join(", ")}; the mini is `
    + `${(mean("vgg19") / mean("vgg19-mini")).toFixed(1)} times faster than VGG-19`);
  writeFileSync(path.join(out, "table.md"), `${lines.join("\n")}\n`);
  writeFileSync(path.join(out, "table.json"), `${JSON.stringify(rows, null, 2)}\n`);

  const own: Tile[][] = [];
  for (const pair of ownPairs) own.push((await measure(pair, judge)).tiles);
  const sheet = path.join(process.argv.includes("--ship") ? path.join(root, "weights") : out, "vgg19-mini.pictures.jpg");
  await saveImage(await contactSheet(own, { side: 256 }), sheet, { quality: 80 });
  console.log(path.relative("", sheet));
  const failed = rows.filter(({ errors, bar }) => errors["vgg19-mini"] > bar);
  if (failed.length > 0) throw new Error(`above the bar: ${failed.map(({ pair }) => pair).join(", ")}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
