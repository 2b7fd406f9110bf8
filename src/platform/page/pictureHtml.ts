// One image of an output as an <img> with its pixels inside, its size and its description.
import { escapeMarkup } from "../drawing/escapeMarkup";
import { joined } from "../files/notebookFile";

export interface PictureOptions {
  /** The output's metadata, where `{ "image/png": { width: 320 } }` says how large to show it, in CSS pixels. */
  metadata?: object;
  className?: string;
}

/** The `<img>` for `bundle[type]`, an image MIME type. The alt text is the bundle's text/plain. */
export function pictureHtml(
  bundle: Record<string, unknown>,
  type: string,
  { metadata = {}, className }: PictureOptions = {},
): string {
  const content = joined(bundle[type]);
  const base64 = type === "image/svg+xml" && content.includes("<")
    ? Buffer.from(content).toString("base64")
    : content.replace(/\s+/g, "");
  const description = joined(bundle["text/plain"]).replace(/\s+/g, " ").trim();
  const alt = description === "" ? "picture made by the cell above" : description.slice(0, 300);
  const wanted = (metadata as Record<string, { width?: unknown } | undefined>)[type]?.width;
  const size = sizeAttributes(type === "image/png" ? pngSize(base64) : undefined, wanted);
  const kind = className === undefined ? "" : ` class="${className}"`;
  return `<img${kind} src="data:${escapeMarkup(type)};base64,${escapeMarkup(base64)}" alt="${escapeMarkup(alt)}"${size}>`;
}

/** Width and height, so that the page does not jump while it loads. */
function sizeAttributes(pixels: { width: number; height: number } | undefined, wanted: unknown): string {
  const width = typeof wanted === "number" && wanted > 0 ? Math.round(wanted) : pixels?.width;
  if (pixels === undefined) return width === undefined ? "" : ` width="${width}"`;
  return ` width="${width}" height="${Math.round((pixels.height * width!) / pixels.width)}"`;
}

/** From the header of a PNG file. */
function pngSize(base64: string): { width: number; height: number } | undefined {
  const header = Buffer.from(base64.slice(0, 64), "base64");
  if (header.length < 24 || header.toString("latin1", 1, 4) !== "PNG") return undefined;
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20) };
}
