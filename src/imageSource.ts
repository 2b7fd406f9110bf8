// Where an image came from, for the settings of what is made of it. It is known of the very tensor that was loaded or drawn, not of what
// is computed from it.

/** A file, by the last part of its path and the checksum of its bytes, or noise. */
export type ImageSource =
  | { readonly file?: string; readonly sha256: string }
  | { readonly noise: { readonly seed: number; readonly strength: number } };

const sources = new WeakMap<object, ImageSource>();

/** Notes where `image` came from, and returns it. */
export function rememberSource<Image extends object>(image: Image, source: ImageSource): Image {
  sources.set(image, source);
  return image;
}

/** Where `image` came from; undefined for one that was computed. */
export function sourceOf(image: object): ImageSource | undefined {
  return sources.get(image);
}
