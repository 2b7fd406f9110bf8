// What is to be painted: each photograph in the style of each painting, under a name made of both of theirs.
import * as fs from "node:fs";
import * as path from "node:path";
import { checksumOf } from "../../src/platform/files/checksumOf";
import { findImages } from "../../src/platform/files/findImages";
import { imageFile } from "../../src/platform/files/imageFile";
import { settingsOf } from "../../src/platform/files/settingsOf";
import { UsageError } from "../usageError";

/** What was asked for, the files by the checksums of their bytes: the same again is the same picture. An option that was left out is not in it. */
export interface Request {
  readonly photo: InputFile;
  readonly style: InputFile;
  readonly network: { readonly name: string; readonly weights?: string };
  readonly options: Readonly<Record<string, string | number | undefined>>;
}

interface InputFile { readonly file: string; readonly sha256: string }

export interface Job {
  readonly photo: string;
  readonly style: string;
  /** Where the picture goes. */
  readonly file: string;
}

/** The jobs, photograph by photograph. @throws UsageError where two would have one name, or would be taken for photographs the next time */
export function jobsOf(photoNames: readonly string[], styleNames: readonly string[], out: string, extension: string): Job[] {
  const [photos, styles] = [filesOf(photoNames), filesOf(styleNames)];
  const jobs = photos.flatMap(({ file: photo }) => styles.map(({ file: style }) => ({ photo, style, file: path.join(out, `${stem(photo)}-${stem(style)}${extension}`) })));
  const inside = photos.find(({ file, found }) => found && path.resolve(path.dirname(file)) === path.resolve(out));
  if (inside) throw new UsageError(`the pictures would lie beside ${inside.file}, and be painted themselves the next time: give another --out`);
  const named = new Map<string, Job>();
  for (const job of jobs) {
    const name = path.basename(job.file).normalize().toLowerCase(); // some disks take these for one name
    const other = named.get(name);
    if (other)
      throw new UsageError(`${other.photo} with ${other.style} and ${job.photo} with ${job.style} would both be ${path.basename(job.file)}: ` +
        "paint them one after the other, each with its own --out");
    // What a temporary file's name has around it must fit the 255 bytes of a file's name, too.
    if (Buffer.byteLength(name) > 210) throw new UsageError(`${name} is too long for the name of a file: rename ${job.photo} or ${job.style}`);
    named.set(name, job);
  }
  return jobs;
}

/** The files of names, folders and patterns, each once; `found` are those that a folder or a pattern stands for. */
function filesOf(names: readonly string[]): { file: string; found: boolean }[] {
  const files = names.flatMap((name) => {
    const several = findImages(name);
    return several ? several.map((file) => ({ file, found: true })) : [{ file: picture(name), found: false }];
  });
  return [...new Map(files.reverse().map((one) => [path.resolve(one.file), one])).values()].reverse(); // the first of each
}

function picture(name: string): string {
  if (/\.(mp4|m4v|mov|mkv|avi|webm|ogv|mpe?g)$/i.test(name))
    throw new UsageError(`${name} is a video: only pictures are painted, not yet videos`);
  return imageFile(name);
}

const stem = (file: string): string => path.parse(file).name;

/** What is asked for by each job. Each file is read once, however many jobs it is in. */
export async function requestsOf(jobs: readonly Job[], network: Request["network"], options: Request["options"]): Promise<Request[]> {
  const inputs = new Map<string, InputFile>();
  for (const file of jobs.flatMap(({ photo, style }) => [photo, style]))
    if (!inputs.has(file)) inputs.set(file, { file: path.basename(file), sha256: await checksumOf(file, "sha256") });
  return jobs.map(({ photo, style }) => ({ photo: inputs.get(photo)!, style: inputs.get(style)!, network, options }));
}

/**
 * Whether a job's picture is there: `done` with just this request, `other` with another one, by which it is replaced.
 *
 * @throws Error where a file of that name was not made by this command
 */
export async function stateOf({ file }: Job, request: Request): Promise<"missing" | "done" | "other"> {
  if (!fs.existsSync(file)) return "missing";
  const settings = await settingsOf(file).catch(() => undefined) as { request?: unknown } | undefined;
  if (typeof settings?.request !== "object" || settings.request === null)
    throw new Error(`${file} is there, and was not made by this command: give another --out, or move it away`);
  return JSON.stringify(settings.request) === JSON.stringify(request) ? "done" : "other";
}
