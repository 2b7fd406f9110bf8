// A font for labels that is there on every machine: KaTeX's, so labels match the formulas and no system font is needed.
import { readFileSync } from "node:fs";
import { parse, type Font } from "opentype.js";
import sharp from "sharp";

/** KaTeX's files, in the order in which a letter is looked up: text, then characters such as × and …, then Greek. */
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
    const fontfile = fileOf(face);
    await sharp({ text: { text: "a", fontfile, font: `KaTeX_${face.split("-")[0]}` } }).raw().toBuffer();
  }
  return family;
}

function fileOf(face: string): string {
  return require.resolve(`katex/dist/fonts/KaTeX_${face}.ttf`);
}

const parsed = new Map<string, Font>();

function font(face: string): Font {
  const known = parsed.get(face);
  if (known) return known;
  const { buffer, byteOffset, byteLength } = readFileSync(fileOf(face));
  const read = parse(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  parsed.set(face, read);
  return read;
}

/** Width of one character in `labelFont`, in parts of the font size, from the font files themselves. */
export function letterWidth(letter: string, { bold = false }: { bold?: boolean } = {}): number {
  const text = bold ? "SansSerif-Bold" : "SansSerif-Regular";
  for (const face of [text, "Main-Regular", "Math-Italic"]) {
    const index = font(face).charToGlyphIndex(letter);
    if (index > 0) return font(face).glyphs.get(index).advanceWidth! / font(face).unitsPerEm;
  }
  return letter.charCodeAt(0) < 0x2e80 ? 0.6 : 1;   // from there on: Chinese, Japanese, Korean
}
