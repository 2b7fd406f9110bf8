// A PNG of at most 256 colors, written at once: figures stay plain functions, with nothing to wait for.
import { deflateSync } from "node:zlib";
import { channels, type Ramp } from "./colors";

/** Level 255 is white, for what lies between the maps; 0 … 254 run along a ramp. */
export const blank = 255;

/** One byte a pixel, row by row: a place on the ramp (0 … 254) or `blank`. */
export function palettePng(levels: Uint8Array, width: number, height: number, ramp: Ramp): Buffer {
  const rows = Buffer.alloc(height * (width + 1));   // each row begins with its filter, 0: none
  for (let y = 0; y < height; y++) rows.set(levels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const colors = Array.from({ length: 255 }, (_, level) => channels(ramp, level / 254));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8);   // 8 bits, palette
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header), chunk("PLTE", Buffer.from([...colors, [255, 255, 255]].flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

// zlib.crc32 came to Node only with 20.15.
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
