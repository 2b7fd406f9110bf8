// What is to be painted: each photograph or clip in the style of each painting, under a name made of both of theirs.
import * as fs from "node:fs";
import * as path from "node:path";
import { checksumOf } from "../../src/platform/files/checksumOf";
import { findImages } from "../../src/platform/files/findImages";
import { imageFile } from "../../src/platform/files/imageFile";
import { settingsOf } from "../../src/platform/files/settingsOf";
import { isVideoName } from "../../src/platform/files/videoFile";
import { UsageError } from "../usageError";

/** What was asked for, the files by the checksums of their bytes: the same again is the same picture. An option that was left out is not in it. */
export interface Request {
  readonly photo: InputFile;
  readonly style: InputFile;
  readonly network: { readonly name: string; readonly weights?: string };
  readonly options: Readonly<Record<string, string | number | undefined>>;
}

interface InputFile { readonly file: string; readonly sha256: string }

/** A file that is painted: a picture, a video, or a folder of frames, which are its `files`. */
export interface Source {
  readonly kind: "picture" | "video" | "frames";
  readonly file: string;
  readonly files: readonly string[];
  /** It was not named, but a folder or a pattern stands for it. */
  readonly found: boolean;
}

export interface Job {
  readonly photo: Source;
  readonly style: string;
  /** Where the picture or the video goes; for frames, the folder of theirs. */
  readonly file: string;
}

/** The jobs, photograph by photograph. @throws UsageError where two would have one name, or would be taken for photographs the next time */
export function jobsOf(
  photoNames: readonly string[], styleNames: readonly string[], out: string, { extension, frames }: { readonly extension: string; readonly frames: boolean },
): Job[] {
  const photos = each(photoNames.flatMap((name) => (frames ? [framesIn(name)] : sourcesOf(name))));
  const noPainting = styleNames.find(isVideoName);
  if (noPainting !== undefined) throw new UsageError(`${noPainting} is a video: a painting is a picture`);
  const styles = each(styleNames.flatMap((name) => sourcesOf(name)));
  const ending = { picture: extension, video: ".mp4", frames: "" };
  const jobs = photos.flatMap((photo) => styles.map(({ file: style }) =>
    ({ photo, style, file: path.join(out, `${stem(photo)}-${path.parse(style).name}${ending[photo.kind]}`) })));
  const inside = photos.find(({ file, found }) => found && path.resolve(path.dirname(file)) === path.resolve(out));
  if (inside) throw new UsageError(`the pictures would lie beside ${inside.file}, and be painted themselves the next time: give another --out`);
  const named = new Map<string, Job>();
  for (const job of jobs) {
    const name = path.basename(job.file).normalize().toLowerCase(); // some disks take these for one name
    const other = named.get(name);
    if (other)
      throw new UsageError(`${other.photo.file} with ${other.style} and ${job.photo.file} with ${job.style} would both be ${path.basename(job.file)}: ` +
        "paint them one after the other, each with its own --out");
    // What a temporary file's name has around it must fit the 255 bytes of a file's name, too.
    if (Buffer.byteLength(name) > 210) throw new UsageError(`${name} is too long for the name of a file: rename ${job.photo.file} or ${job.style}`);
    named.set(name, job);
  }
  return jobs;
}

/** Each file once, the first time that it is named. */
function each(sources: readonly Source[]): Source[] {
  return [...new Map([...sources].reverse().map((one) => [path.resolve(one.file), one])).values()].reverse();
}

/** What a name stands for: a picture, a video, or all pictures of a folder or a pattern. */
function sourcesOf(name: string): Source[] {
  const picture = (file: string, found: boolean): Source => ({ kind: "picture", file, files: [file], found });
  const several = findImages(name);
  if (several) return several.map((file) => picture(file, true));
  if (!isVideoName(name)) return [picture(imageFile(name), false)];
  if (!fs.existsSync(name)) throw new Error(`the video ${name} does not exist (relative to ${process.cwd()})`);
  return [{ kind: "video", file: name, files: [name], found: false }];
}

/** A folder as frames, by their numbers: 2 comes before 10. */
function framesIn(name: string): Source {
  if (isVideoName(name)) throw new UsageError(`${name} is a video, whose frames are known: leave --frames out`);
  const files = fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() ? findImages(name)! : undefined;
  if (!files) throw new UsageError(`${name} is not a folder: --frames takes folders, each with the pictures of one clip`);
  if (files.length === 1) throw new UsageError(`${name} has one picture, ${path.basename(files[0])}, and nothing moves: leave --frames out`);
  const byNumber = new Intl.Collator("en", { numeric: true });
  return { kind: "frames", file: name, files: [...files].sort((a, b) => byNumber.compare(a, b)), found: false };
}

const stem = ({ kind, file }: Source): string => (kind === "frames" ? path.basename(path.resolve(file)) : path.parse(file).name);

/** What is asked for by each job. Each file is read once, however many jobs it is in. Frames have a request each, of which this is the first. */
export async function requestsOf(jobs: readonly Job[], network: Request["network"], options: Request["options"]): Promise<Request[]> {
  const inputs = new Map<string, InputFile>();
  for (const file of jobs.flatMap(({ photo, style }) => [photo.files[0], style]))
    if (!inputs.has(file)) inputs.set(file, await inputFile(file));
  return jobs.map(({ photo, style }) => ({ photo: inputs.get(photo.files[0])!, style: inputs.get(style)!, network, options }));
}

/** A file as a request knows it. */
export async function inputFile(file: string): Promise<InputFile> {
  return { file: path.basename(file), sha256: await checksumOf(file, "sha256") };
}

/**
 * Whether a picture or video is there: `done` with just this request, `other` with another one, by which it is replaced.
 *
 * @throws Error where a file of that name was not made by this command
 */
export async function stateOf({ file }: Pick<Job, "file">, request: Request): Promise<"missing" | "done" | "other"> {
  if (!fs.existsSync(file)) return "missing";
  const settings = await settingsOf(file).catch(() => undefined) as { request?: unknown } | undefined;
  if (typeof settings?.request !== "object" || settings.request === null)
    throw new Error(`${file} is there, and was not made by this command: give another --out, or move it away`);
  return JSON.stringify(settings.request) === JSON.stringify(request) ? "done" : "other";
}
