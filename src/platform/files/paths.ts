// Where files are: the package's folders, and the folders that are searched.
import * as path from "node:path";

/** The root of the package, the same from `src/platform/files` and from `dist/platform/files`. */
export const packageRoot: string = path.resolve(__dirname, "../../..");
/** The folder of downloaded and imported weights. */
export const weightsFolder: string = path.join(packageRoot, "weights");
/** The project's sample images. */
export const imagesFolder: string = path.join(packageRoot, "notebooks", "images");
/** The classic sample images, downloaded by `npm run images`. */
export const classicImagesFolder: string = path.join(imagesFolder, "classic");

/** The folders of an environment variable, separated as in `PATH`. Read when called, so a notebook may set it late. */
function foldersOf(variable: string): string[] {
  return (process.env[variable] ?? "").split(path.delimiter).filter(Boolean).map((folder) => path.resolve(folder));
}

/** Folders searched for weights, first match wins: `weights/`, then those of `STYLOSCOPE_WEIGHTS`. */
export function weightsPath(): string[] {
  return [weightsFolder, ...foldersOf("STYLOSCOPE_WEIGHTS")];
}

/** Folders searched for sample images: `notebooks/images`, its `classic`, then those of `STYLOSCOPE_IMAGES`. */
export function imagesPath(): string[] {
  return [imagesFolder, classicImagesFolder, ...foldersOf("STYLOSCOPE_IMAGES")];
}
