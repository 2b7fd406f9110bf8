// Protocol Buffers' wire format, as far as an ONNX model needs it.

/** The bytes of a message in pieces, which are concatenated once, at the end. */
export type Chunks = Uint8Array[];

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

const sizeOf = (chunks: Chunks): number => chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);

/** An integer field. */
export function int(field: number, value: number): Chunks {
  return [Uint8Array.from([...varint(field * 8), ...varint(value)])];
}

/** A packed repeated integer field. */
export function packedInts(field: number, values: readonly number[]): Chunks {
  return message(field, [Uint8Array.from(values.flatMap(varint))]);
}

/** A float field. */
export function float(field: number, value: number): Chunks {
  return [Uint8Array.from(varint(field * 8 + 5)), new Uint8Array(Float32Array.of(value).buffer)];
}

/** A string field. */
export function string(field: number, value: string): Chunks {
  return message(field, [Buffer.from(value)]);
}

/** A field that holds a message or bytes. */
export function message(field: number, content: Chunks): Chunks {
  return [Uint8Array.from([...varint(field * 8 + 2), ...varint(sizeOf(content))]), ...content];
}

export function concatenate(chunks: Chunks): Uint8Array {
  const bytes = new Uint8Array(sizeOf(chunks));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
