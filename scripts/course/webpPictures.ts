// A page's pictures as WebP, about 2/3 of their bytes: a site of 16 notebooks is mostly pictures.
import sharp from "sharp";

const picture = /data:image\/(png|jpeg);base64,([A-Za-z0-9+/=]+)/g;
const quality = 80;

/** The page with every PNG inside it as lossless WebP and every JPEG as WebP of quality 80, wherever that is smaller. */
export async function webpPictures(html: string): Promise<string> {
  const smaller = new Map<string, string>();
  for (const [address, type, base64] of html.matchAll(picture)) {
    if (smaller.has(address)) continue;
    const bytes = await sharp(Buffer.from(base64, "base64")).webp(type === "png" ? { lossless: true } : { quality }).toBuffer();
    const webp = `data:image/webp;base64,${bytes.toString("base64")}`;
    smaller.set(address, webp.length < address.length ? webp : address);
  }
  return html.replace(picture, (address) => smaller.get(address)!);
}
