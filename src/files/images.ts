// Pictures in and out: the folder's public names for images.
export { loadImage, type LoadOptions } from "./loadImage";
export type { SizeOptions } from "./imageSize";
export { encodeImage, saveImage, type EncodeOptions, type SaveOptions } from "./saveImage";
export { sample, samples } from "./sample";
