// A font for labels that is there on every machine: KaTeX's, so labels match the formulas and no system font is needed.
import sharp from "sharp";

/** KaTeX's files, in the order letters are looked up: text, then signs such as × and …, then Greek. */
const faces = ["SansSerif-Regular", "SansSerif-Bold", "Main-Regular", "Math-Italic"];
/** Scripts that KaTeX lacks fall back to the machine's own fonts. */
const family = "KaTeX_SansSerif, KaTeX_Main, KaTeX_Math, sans-serif";

let registered: Promise<string> | undefined;

/**
 * The `font-family` to write in an SVG that sharp draws. On a machine without fonts (many containers) sharp draws every
 * letter as an empty box; a font file once used by sharp's own text drawing is known to its SVG drawing from then on.
 */
export function labelFont(): Promise<string> {
  return registered ??= register();
}

async function register(): Promise<string> {
  for (const face of faces) {
    const fontfile = require.resolve(`katex/dist/fonts/KaTeX_${face}.ttf`);
    await sharp({ text: { text: "a", fontfile, font: `KaTeX_${face.split("-")[0]}` } }).raw().toBuffer();
  }
  return family;
}

/** Width of `text` in pixels when drawn with `labelFont` at `size` pixels. */
export async function labelWidth(
  text: string, size: number, { bold = false }: { bold?: boolean } = {},
): Promise<number> {
  if (text.trim() === "") return 0;
  const font = `${await labelFont()} ${bold ? "bold " : ""}${size}`;
  // At 72 dots per inch a point is a pixel. The text is markup, so it is escaped.
  const drawn = sharp({ text: { text: escapeXml(text), font, dpi: 72 } }).raw();
  return (await drawn.toBuffer({ resolveWithObject: true })).info.width;
}

/** `text` itself where it fits `width` pixels, otherwise its beginning and "…". */
export async function fitLabel(
  text: string, width: number, size: number, { bold = false }: { bold?: boolean } = {},
): Promise<string> {
  let kept = [...text.replace(/\s+/g, " ").trim()];
  let shown = kept.join("");
  for (let over = await labelWidth(shown, size, { bold }) / width; over > 1 && kept.length > 1;) {
    kept = kept.slice(0, Math.min(kept.length - 1, Math.ceil(kept.length / over)));
    shown = `${kept.join("").trimEnd()}…`;
    over = await labelWidth(shown, size, { bold }) / width;
  }
  return shown;
}

/** `text` with the five characters that XML reserves written out, and those it forbids left out. */
export function escapeXml(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "").replace(/[&<>"']/g, (sign) => names[sign]);
}
