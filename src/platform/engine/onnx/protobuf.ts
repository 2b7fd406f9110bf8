// ONNX files as bytes: the few messages of onnx.proto that a graph needs, written field by field.
// Filters, up to 80 MB of a VGG, go in as they are: they are copied once, into the file.

/** Pieces of a message; filters go in as they are, and are only joined at the very end. */
export type Bytes = Uint8Array[];

function varint(value: number): number[] {
  const bytes: number[] = [];
  if (value < 0) { // two's complement in 64 bits
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    return [...bytes, Number(rest)];
  }
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

const size = (bytes: Bytes): number => bytes.reduce((sum, piece) => sum + piece.byteLength, 0);

/** A whole number in field `field`. */
export function integer(field: number, value: number): Bytes {
  return [Uint8Array.from([...varint(field * 8), ...varint(value)])];
}

/** Whole numbers, packed. */
export function integers(field: number, values: readonly number[]): Bytes {
  return message(field, [Uint8Array.from(values.flatMap(varint))]);
}

/** A float in field `field`. */
export function float(field: number, value: number): Bytes {
  return [Uint8Array.from(varint(field * 8 + 5)), new Uint8Array(Float32Array.of(value).buffer)];
}

/** A text in field `field`. */
export function text(field: number, value: string): Bytes {
  return message(field, [Buffer.from(value)]);
}

/** A message inside a message, or plain bytes. */
export function message(field: number, bytes: Bytes): Bytes {
  return [Uint8Array.from([...varint(field * 8 + 2), ...varint(size(bytes))]), ...bytes];
}

/** Everything in one piece. */
export function joined(bytes: Bytes): Uint8Array {
  const whole = new Uint8Array(size(bytes));
  let at = 0;
  for (const piece of bytes) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
