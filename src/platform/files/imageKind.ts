// The format of an image file, read from its first bytes: its extension may be wrong.

/** The image formats read and written. */
export type ImageFormat = "jpeg" | "png" | "webp" | "tiff";

/** File extensions, and the format of each. */
export const imageFormats: Readonly<Record<string, ImageFormat>> = {
  ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp", ".tif": "tiff", ".tiff": "tiff",
};

/** Kinds of files that are recognized only to name them in an error. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/^GIF8/, "a GIF"],
  [/^BM/, "a BMP"],
  [/^%PDF/, "a PDF"],
  [/^.{4}ftyp(avif|avis)/s, "an AVIF"],
  [/^.{4}ftyp(hei|hev|mif1|msf1)/s, "a HEIC"],
  [/^(\x00\x00\x00\x0cJXL |\xff\x0a)/, "a JPEG XL"],
  [/^8BPS/, "a Photoshop file"],
  [/^version https:\/\/git-lfs/, "a Git LFS pointer, not the image itself"],
  [/^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg/is, "an SVG"],
  [/^\s*(<!doctype html|<html)/i, "a web page, not an image"],
];

/** The format of `bytes`, or else what they seem to be, as a phrase for "it is …". */
export function imageKind(bytes: Uint8Array): { format: ImageFormat } | { other: string } {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString("latin1");
  if (head.startsWith("\xff\xd8\xff")) return { format: "jpeg" };
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return { format: "png" };
  if (/^RIFF.{4}WEBP/s.test(head)) return { format: "webp" };
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return { format: "tiff" };
  const kind = refused.find(([pattern]) => pattern.test(head));
  if (kind) return { other: kind[1] };
  return { other: /^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(head) ? "text, not an image" : "not an image" };
}
