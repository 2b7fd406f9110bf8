// `npm run bench:onepass`: how good one pass is beside a search, and what it costs. `-- --speed`: seconds of a picture. `-- --large`: a
// picture of 4000×3000 in tiles, its seconds, memory and seams. Without either: the table of losses and steps, by vgg19-mini or `--network`.
// `--styles FILE`: with another network that `npm run train:johnson` has trained.
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import {
  activations, adainInTiles, adainNetwork, content, engine, gram, lbfgs, loadNetwork, minimize, objective, relative, resize, sample, style,
  stylizeInOnePass, styleNetwork, stylizeInTiles, type AdainNetwork, type Image, type Objective, type StyleNetwork,
} from "../src/index";
import { psnr } from "../src/quality/psnr";

const pairs = ["valley/strokes", "valley/mosaic", "valley/woodcut", "table/strokes", "table/mosaic", "table/watercolor"];
const styleWeight = 30;

interface Networks {
  readonly any: AdainNetwork;
  readonly few: StyleNetwork;
}

/** Medians of five runs, after two that are not counted: seconds, and those of the processor's cores together, which other work does not change much. */
async function timed(paint: () => Image | Promise<Image>): Promise<{ seconds: number; processor: number }> {
  const times: { seconds: number; processor: number }[] = [];
  for (let run = 0; run < 7; run++) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    const image = await paint();
    await image.data();
    const { user, system } = process.cpuUsage(used);
    times.push({ seconds: (performance.now() - began) / 1000, processor: (user + system) / 1e6 });
    image.dispose();
  }
  const median = (of: keyof (typeof times)[0]): number => times.slice(2).map((time) => time[of]).sort((a, b) => a - b)[2];
  return { seconds: median("seconds"), processor: median("processor") };
}

async function speed({ any, few }: Networks): Promise<void> {
  const [photo, painting] = [await sample("valley", { cover: [512, 512] }), await sample("strokes", { cover: [512, 512] })];
  const large = await sample("valley", { exactly: [768, 1024] });
  const ways: [string, () => Image | Promise<Image>][] = [
    ["AdaIN at 512×512", () => stylizeInOnePass(any, photo, painting)],
    ["WCT at 512×512", () => stylizeInOnePass(any, photo, painting, { transform: "wct" })],
    [`the network for ${few.styles.join(", ")} at 512×512`, () => few.stylize(photo)],
    ["AdaIN at 1024×768", () => stylizeInOnePass(any, large, painting)],
  ];
  for (const [way, paint] of ways) {
    const { seconds, processor } = await timed(paint);
    console.log(`${way}, medians of 5: ${seconds.toFixed(2)} s, ${processor.toFixed(2)} s of the processor`);
  }
}

/** Mean absolute difference of neighboring columns across the borders of tiles, over that of all other neighbors. */
function seam(image: Image, tile: number): number {
  return tf.tidy(() => {
    const width = image.shape[1] - 1;
    const steps = tf.abs(tf.sub(tf.slice(image, [0, 1, 0]), tf.slice(image, [0, 0, 0], [-1, width, -1])));
    const columns = Array.from(tf.mean(steps, [0, 2]).dataSync());
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const atBorder = (_: number, i: number): boolean => (i + 1) % tile === 0;
    return mean(columns.filter(atBorder)) / mean(columns.filter((value, i) => !atBorder(value, i)));
  });
}

async function large({ any, few }: Networks): Promise<void> {
  const [photo, painting] = [await sample("valley", { exactly: [768, 1024] }), await sample("strokes", { shorter: 512 })];
  const ways: [string, (image: Image, overview: number) => Promise<Image>, (image: Image) => Image | Promise<Image>][] = [
    ["AdaIN", (image, overview) => adainInTiles(any, image, painting, { overview, tile: 256 }), (image) => stylizeInOnePass(any, image, painting)],
    ["styles", (image, overview) => stylizeInTiles(few, image, { overview, tile: 256 }), (image) => few.stylize(image)],
  ];
  const huge = resize(photo, { exactly: [3000, 4000] });
  await huge.data();
  for (const [name, paint] of [["AdaIN", () => adainInTiles(any, huge, painting)], ["styles", () => stylizeInTiles(few, huge)]] as const) {
    const began = performance.now();
    const image = await paint();
    console.log(`${name}, 4000×3000 in tiles of 512: ${((performance.now() - began) / 1000).toFixed(0)} s, peak memory of the process so far `
      + `${(process.resourceUsage().maxRSS / 1024 ** 2).toFixed(2)} GB, at borders ${seam(image, 512).toFixed(3)}`);
    image.dispose();
  }
  for (const [name, tiled, whole] of ways) {
    const untiled = await whole(photo);
    for (const overview of [1024, 512]) {
      const image = await tiled(photo, overview);
      console.log(`${name}, 1024×768 in tiles of 256, statistics of a copy of ${overview}: ${(await psnr(image, untiled)).toFixed(1)} dB to the untiled picture; `
        + `differences of neighbors at borders over those elsewhere ${seam(image, 256).toFixed(3)} (untiled ${seam(untiled, 256).toFixed(3)})`);
      image.dispose();
    }
    untiled.dispose();
  }
}

async function losses(goal: Objective, image: Image): Promise<{ style: number; content: number }> {
  return split((await goal.measure(image)).parts);
}

function split(parts: Readonly<Record<string, number>>): { style: number; content: number } {
  const sum = (kind: string): number => Object.entries(parts).reduce((total, [name, value]) => total + (name.startsWith(kind) ? value : 0), 0);
  return { style: sum("style") / styleWeight, content: sum("content") };
}

async function table({ any, few }: Networks, name: string, size: number): Promise<void> {
  const judge = await loadNetwork(name, { pooling: "average" });
  console.log(`| pair | way | content | style | s | steps of L-BFGS to that style | s |\n|---|---|---|---|---|---|---|`);
  for (const pair of pairs) {
    const [photo, painting] = await Promise.all(pair.split("/").map((each) => sample(each, { shorter: size })));
    const goal = objective(judge, [
      content(photo, { loss: relative(activations()) }), style(painting, { loss: relative(gram()), weight: styleWeight }),
    ]);
    const search: { style: number; content: number; seconds: number }[] = [];
    const began = performance.now();
    for await (const { parts } of minimize(goal, { start: photo, optimizer: lbfgs(), steps: 60 }))
      search.push({ ...split(parts), seconds: (performance.now() - began) / 1000 });
    const row = (way: string, found: { style: number; content: number }, time: number): void => {
      const steps = search.findIndex((step) => step.style <= found.style);
      console.log(`| ${pair} | ${way} | ${found.content.toFixed(2)} | ${found.style.toFixed(3)} | ${time.toFixed(2)} | ${steps < 0 ? "over 60" : steps} | ${steps < 0 ? "" : search[steps].seconds.toFixed(1)} |`);
    };
    row("photograph", search[0], 0);
    const ways: [string, () => Image | Promise<Image>][] = [
      ["AdaIN", () => stylizeInOnePass(any, photo, painting)], ["WCT", () => stylizeInOnePass(any, photo, painting, { transform: "wct" })],
    ];
    const learned = pair.split("/")[1];
    if (few.styles.includes(learned)) ways.push(["learned", () => few.stylize(photo, { style: learned })]);
    for (const [way, paint] of ways) {
      const { seconds: time } = await timed(paint);
      const image = await paint();
      row(way, await losses(goal, image), time);
      image.dispose();
    }
    row("60 steps", search.at(-1)!, search.at(-1)!.seconds);
    goal.dispose();
    tf.dispose([photo, painting]);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: {
    speed: { type: "boolean" }, large: { type: "boolean" }, network: { type: "string", default: "vgg19-mini" }, size: { type: "string", default: "192" },
    styles: { type: "string" },
  } });
  console.log(`engine: ${(await engine()).name}`);
  const networks: Networks = { any: await adainNetwork(), few: await styleNetwork({ file: values.styles }) };
  if (values.speed) await speed(networks);
  if (values.large) await large(networks);
  if (!values.speed && !values.large) await table(networks, values.network, Number(values.size));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
