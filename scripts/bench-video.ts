// `npm run bench:video [-- --count 24 --size 256 --network vgg19-mini --weights 0,100]`: how much a painted clip flickers, by what its frames know of
// each other. The clip is the project's own, with its true motion.
import * as path from "node:path";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import {
  engine, loadNetwork, onePassFrames, opticalFlow, paintFrames, sample, sampleClip, saveAnimation, styleNetwork, tf, transferFrames, warpingError, type Image, type PaintFrame,
  type PaintFramesOptions, type SampleClip,
} from "../src/index";

const { values } = parseArgs({ options: {
  count: { type: "string", default: "24" }, size: { type: "string", default: "256" }, network: { type: "string", default: "vgg19-mini" },
  style: { type: "string", default: "strokes" }, weights: { type: "string", default: "0,100" }, only: { type: "string" }, out: { type: "string" }, steps: { type: "string" },
} });

/** The mean over all pairs of neighbors, with the true motion, where both show the same thing. */
async function flicker(clip: SampleClip, pictures: readonly Image[]): Promise<number> {
  let sum = 0;
  for (let i = 1; i < pictures.length; i++) {
    const [flow, visible] = [clip.flow(i, i - 1), clip.visible(i, i - 1)];
    sum += await warpingError(pictures[i], pictures[i - 1], flow, visible);
    tf.dispose([flow, visible]);
  }
  return sum / (pictures.length - 1);
}

async function endPointError(clip: SampleClip): Promise<number> {
  let sum = 0;
  for (let i = 1; i < clip.frames.length; i++) {
    const [truth, visible, flow] = [clip.flow(i, i - 1), clip.visible(i, i - 1), await opticalFlow(clip.frames[i], clip.frames[i - 1])];
    const mean = tf.tidy(() => tf.div(tf.sum(tf.mul(visible, tf.norm(tf.sub(flow, truth), 2, 2))), tf.sum(visible)));
    sum += (await mean.data())[0];
    tf.dispose([truth, visible, flow, mean]);
  }
  return sum / (clip.frames.length - 1);
}

async function main(): Promise<void> {
  const [count, size] = [Number(values.count), Number(values.size)];
  const { name } = await engine();
  const network = await loadNetwork(values.network, { pooling: "average" });
  const [clip, painting] = [await sampleClip({ count, size }), await sample(values.style, { shorter: size })];
  console.log(`${count} frames of ${size}×${size}, ${values.network}, ${values.style}, ${name}; load ${loadavg()[0].toFixed(1)}`);
  console.log(`frames alone: warping error ${(await flicker(clip, clip.frames)).toExponential(2)}; mean end-point error of the flow ${(await endPointError(clip)).toFixed(3)} px`);
  const steps = values.steps ? Number(values.steps) : undefined;
  const few = await styleNetwork();
  const searched = (temporalWeight: number): PaintFrame => transferFrames(network, painting, { temporalWeight, steps });
  const onePass = (temporalWeight: number): PaintFrame => onePassFrames((frame) => few.stylize(frame, { style: values.style }), { temporalWeight });
  const ways: [string, PaintFrame, PaintFramesOptions][] = [
    ["each by itself", searched(0), { earlier: [] }],
    ...values.weights.split(",").map(Number).map((weight): [string, PaintFrame, PaintFramesOptions] => [weight === 0 ? "from the warped picture" : `temporal loss, ${weight}`, searched(weight), {}]),
    ["temporal loss, 100, of 1, 2 and 4 frames ago", searched(100), { earlier: [1, 2, 4] }],
    ["one pass, each by itself", onePass(0), { earlier: [] }], ["one pass, held", onePass(4), {}],
  ];
  console.log("| | warping error | seconds | of one core | load |\n|---|---|---|---|---|");
  for (const [label, paint, options] of ways.filter(([label]) => !values.only || label.includes(values.only))) {
    const pictures: Image[] = [];
    const [began, before] = [performance.now(), process.cpuUsage()];
    for await (const { image } of paintFrames(clip.frames, paint, options)) pictures.push(image.clone());
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(before);
    console.log(`| ${label} | ${(await flicker(clip, pictures)).toExponential(2)} | ${seconds.toFixed(0)} | ${((user + system) / 1e6).toFixed(0)} | ${loadavg()[0].toFixed(1)} |`);
    if (values.out) await saveAnimation(pictures, path.join(values.out, `${label.replace(/\W+/g, "-")}.webp`));
    tf.dispose(pictures);
  }
}

void main();
