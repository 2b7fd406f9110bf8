// An image by a name that stands for a sample or a file: in sweeps, figures and on the command line.
import type { Image } from "../../image";
import { loadImage, type LoadOptions } from "./loadImage";
import { sample, samples } from "./sample";

/** The sample of that name, or the file. A name is a file's where it has a folder or an extension, and no sample is called so. */
export function loadNamed(name: string, options: LoadOptions = {}): Promise<Image> {
  return isFile(name) ? loadImage(name, options) : sample(name, options);
}

/** Whether a name is that of a file. */
export function isFile(name: string): boolean {
  return !samples().has(name) && /[/\\.]/.test(name);
}
