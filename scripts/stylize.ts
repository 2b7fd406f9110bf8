// npm run stylize -- PATH… --style FILE… [--out DIR]: photographs and videos in the style of paintings, with the default recipe of `transfer`.
import * as path from "node:path";
import { loadNetwork, saveImage, tf, transfer, transferColors, type Image, type Network, type Step, type TransferOptions } from "../src/index";
import { mustBeOneOf } from "../src/errors";
import { chosenNetwork } from "../src/networks/loadNetwork";
import { networks } from "../src/networks/registry";
import { formatDuration } from "../src/platform/drawing/formatDuration";
import { checksumOf } from "../src/platform/files/checksumOf";
import { findWeights, hasWeights } from "../src/platform/files/findWeights";
import { loadImage } from "../src/platform/files/loadImage";
import { progressBar } from "../src/platform/kernel/progressBar";
import { specOf } from "../src/spec";
import { stopRequest } from "./stopRequest";
import { clipOf, framesThere, paintClip, type Clip } from "./stylize/clips";
import { jobsOf, requestsOf, stateOf, type Job, type Request } from "./stylize/jobs";
import { parsedArgs, UsageError } from "./usageError";

const usage = `npm run stylize -- PATH… --style FILE… [--out DIR]

  PATH              photographs: files, folders, patterns such as "photos/*.jpg" (in quotes), or samples such as valley
                    a video (it takes ffmpeg) becomes PHOTO-PAINTING.mp4, with its sound; until it is done, its frames lie beside it
  --frames          the PATHs are folders, each with the pictures of one clip by their numbers: they go to a folder, PHOTO-PAINTING/
  --style FILE…     paintings, named alike; every photograph is painted in the style of each
  --out DIR         where the pictures go, as PHOTO-PAINTING.png (default: out/stylized). The same command leaves out those that are
                    there, so it goes on where it was stopped; one whose photograph, painting or options have changed is made again
  --size N          the shorter side, in pixels (default 512); a smaller photograph keeps its size
  --style-size N    that of the paintings (default: as --size); strokes get larger with it
  --style-weight N  how much style (default 30)
  --color NAME      painting (default), matched or luminance: whose colors
  --steps N         of the optimizer (default 60); half as many for a frame, which begins at the one before, moved to its place
  --network NAME    default: vgg19 where its weights are here, else vgg19-half
  --format NAME     png (default), jpg, webp or tif

What made a picture is kept in its file: \`settingsOf(file)\` in a notebook reads it.`;

const formats = ["png", "jpg", "webp", "tif"];

type Print = (line: string) => void;

/** Runs the command line and returns the exit code: 0 done, 1 something failed, 2 wrong arguments, 130 stopped. */
export async function main(args: string[], print: Print = console.log, complain: Print = console.error): Promise<number> {
  try {
    const command = read(args);
    return command === "help" ? (print(usage), 0) : await stylize(command, print, complain);
  } catch (error) {
    const wrongArguments = error instanceof UsageError;
    complain(`${(error as Error).message}${wrongArguments ? `\n\n${usage}` : ""}`);
    return wrongArguments ? 2 : 1;
  }
}

interface Command {
  /** The photographs are folders of frames. */
  readonly frames: boolean;
  readonly photos: readonly string[];
  readonly styles: readonly string[];
  readonly out: string;
  readonly format: string;
  readonly network: string;
  readonly size: number;
  readonly styleSize: number;
  /** Those of `transfer`. */
  readonly options: Pick<TransferOptions, "styleWeight" | "color" | "steps">;
}

async function stylize({ photos, styles, out, format, frames, network: name, size, styleSize, options }: Command, print: Print, complain: Print): Promise<number> {
  const extension = `.${format}`;
  const jobs = jobsOf(photos, styles, out, { extension, frames });
  const weights = hasWeights(name) ? findWeights(name) : undefined;
  const network = { name, ...(weights && { weights: await checksumOf(weights, "sha256") }) };
  const waiting: Waiting[] = [];
  const unfit: Failure[] = [];
  let again = 0;
  const requests = await requestsOf(jobs, network, { size, styleSize, ...options });
  for (const [i, job] of jobs.entries()) {
    const request = requests[i];
    let clip: Clip | undefined;
    try {
      if (job.photo.kind !== "picture") clip = await clipOf(job, request, extension);
    } catch (error) {
      unfit.push([job.file, (error as Error).message]);
      continue;
    }
    const state = job.photo.kind === "frames" ? await framesThere(clip!) === clip!.count && "done" : await stateOf(job, request);
    if (state === "other") again++;
    if (state !== "done") waiting.push({ job, request, clip });
  }
  const there = jobs.length - waiting.length - unfit.length;
  if (again > 0) print(`${again === 1 ? "1 picture" : `${again} pictures`} in ${out} of which something else was asked for ${again === 1 ? "is" : "are"} made again`);
  const { done, failed: broken, stopped } = await paintAll(waiting, { name, size, styleSize, options });
  const failed = [...unfit, ...broken];
  for (const [file, reason] of failed) complain(`${file} was not painted: ${reason}`);
  const already = there > 0 ? `, ${there} of them before` : "";
  if (stopped !== undefined) return print(`stopped: ${done + there} of ${jobs.length} pictures are in ${out}${already}; the same command goes on`), stopped;
  print(`${done + there} of ${jobs.length} pictures are in ${out}${already}`);
  return failed.length > 0 ? 1 : 0;
}

type Failure = [file: string, reason: string];

interface Waiting { readonly job: Job; readonly request: Request; readonly clip?: Clip }

interface Progress { readonly done: number; readonly total: number; readonly seconds: number; readonly left: string; readonly doing: string }

/** Paints one after the other. A picture that fails does not stop the others; one that is stopped is not written. */
async function paintAll(
  waiting: readonly Waiting[], { name, size, styleSize, options }: Pick<Command, "size" | "styleSize" | "options"> & { name: string },
): Promise<{ done: number; failed: Failure[]; stopped?: number }> {
  const failed: Failure[] = [];
  if (waiting.length === 0) return { done: 0, failed };
  const stop = stopRequest();
  const bar = progressBar<Progress>({
    format: "{bar} {value}/{total} pictures · {clock}{left} · {doing}",
    position: ({ done: value, total, seconds, left, doing }) => ({ value, total, fields: { clock: formatDuration(seconds), left, doing } }),
    line: ({ done, total, seconds, left, doing }) => ({ key: done, text: `${done}/${total} pictures · ${formatDuration(seconds)}${left} · ${doing}` }),
  });
  const paintings = new Map<string, Image>();
  let [network, finished]: [Network | undefined, number] = [undefined, 0];
  const began = performance.now();
  const report = (doing: string, part = 0): void => {
    const seconds = (performance.now() - began) / 1000;
    const share = (finished + failed.length + part) / waiting.length;
    const left = share > 0 && share < 1 ? ` · ${formatDuration(seconds * (1 / share - 1))} left` : "";
    bar.update({ done: finished + failed.length, total: waiting.length, seconds, left, doing });
  };
  try {
    network = await loadNetwork(name, "pooling" in specOf(networks, "network", name).options ? { pooling: "average" } : {});
    for (const { style } of waiting.map(({ job }) => job))
      if (!paintings.has(style)) paintings.set(style, await loadImage(style, { shorter: styleSize }));
    for (const { job, request, clip } of waiting) {
      if (stop.signal.aborted) break;
      const label = path.basename(job.file);
      report(label);
      try {
        const [painting, { signal }] = [paintings.get(job.style)!, stop];
        let [part, frame, share] = [label, 0, 1];
        const each = ({ index, steps }: Step): void => report(`${part}, step ${index} of ${steps}`, share * (frame + index / (steps + 1)));
        const onFrame = (index: number): void => void ([part, frame, share] = [`${label}, frame ${index + 1} of ${clip!.count}`, index, 1 / clip!.count]);
        const written = clip ? await paintClip(clip, network, painting, size, { ...options, signal, each }, onFrame)
          : await paint(job, request, network, painting, size, { ...options, signal, each });
        if (written) finished++;
      } catch (error) {
        if (stop.signal.aborted) break; // before its first step
        failed.push([job.file, (error as Error).message]);
      }
    }
    const all = finished + failed.length === waiting.length;
    if (all) report("done");
    return { done: finished, failed, ...(!all && { stopped: stop.exitCode() }) };
  } finally {
    stop.release();
    bar.stop();
    network?.dispose();
    tf.dispose([...paintings.values()]);
  }
}

/** Paints a picture and writes it with its settings. Returns false where it was stopped, and then nothing is written. */
async function paint({ photo: source, file: out }: Job, request: Request, network: Network, painting: Image, size: number, options: TransferOptions): Promise<boolean> {
  const photo = await loadImage(source.file, { shorter: size });
  try {
    const { image, settings } = await transfer(network, photo, painting, options);
    try {
      if (settings.result.stopped === "interrupted") return false;
      await saveImage(image, out, { settings: { ...settings, request } });
      return true;
    } finally {
      image.dispose();
    }
  } finally {
    photo.dispose();
  }
}

/** The command. Words before the first option, and after an option's value, are photographs; those after `--style` are paintings. */
function read(args: string[]): Command | "help" {
  const text = { type: "string" } as const;
  const { values, tokens } = parsedArgs({
    args, allowPositionals: true, tokens: true, options: {
      style: { type: "string", multiple: true }, out: text, size: text, "style-size": text, "style-weight": text, color: text, steps: text, network: text, format: text,
      frames: { type: "boolean" }, help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const [photos, styles]: [string[], string[]] = [[], []];
  let into = photos;
  for (const token of tokens) {
    if (token.kind === "option") into = token.name === "style" ? styles : photos;
    if (token.kind === "option" && token.name === "style") styles.push(token.value!);
    if (token.kind === "positional") into.push(token.value);
  }
  if (photos.length === 0) throw new UsageError("which picture? Give at least one photograph before --style");
  if (styles.length === 0) throw new UsageError("--style FILE is missing: in the style of which painting?");
  const number = (name: "size" | "style-size" | "style-weight" | "steps", least: number): number | undefined => {
    const given = values[name];
    if (given === undefined) return undefined;
    if (/^\d+(\.\d+)?$/.test(given) && Number(given) >= least && (name === "style-weight" || Number.isInteger(Number(given)))) return Number(given);
    throw new UsageError(`--${name} is a ${name === "style-weight" ? "number" : "whole number"} of at least ${least}, got ${given}`);
  };
  const chosen = <Name extends string>(name: "color" | "format", names: readonly Name[]): Name | undefined =>
    (values[name] === undefined ? undefined : usable(() => mustBeOneOf(values[name] as Name, names, name)));
  const [size, frames, format] = [number("size", 16) ?? 512, values.frames ?? false, chosen("format", formats) ?? "png"];
  if (frames && !["png", "tif"].includes(format)) throw new UsageError(`--frames writes png or tif, not ${format}: a frame goes on from the one before, which must be kept as it is`);
  return {
    photos, styles, out: values.out ?? path.join("out", "stylized"), format, frames,
    network: usable(() => chosenNetwork(values.network ?? (findWeights("vgg19") ? "vgg19" : "vgg19-half"))), size, styleSize: number("style-size", 16) ?? size,
    options: { styleWeight: number("style-weight", 0), color: chosen("color", transferColors), steps: number("steps", 0) },
  };
}

/** What `choose` returns; its RangeError, for a name that there is not, is a usage error. */
function usable<Value>(choose: () => Value): Value {
  try {
    return choose();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => process.exit(code));
