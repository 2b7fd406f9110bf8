// The two 16-bit floats: IEEE half precision (float16) and bfloat16, to and from float32.

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** float16 bits → number: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** number → nearest float16 bits, ties to even; 65520 and more become infinite. */
export function toFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 the spacing stays 2^-24; above, a power of two is divided into 1024 steps.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = halvesToEven(size / 2 ** (exponent - 10));
  // A carry goes from the fraction into the exponent by itself.
  return sign | (steps < 1024 ? steps : ((exponent + 14) << 10) + steps);
}

/** bfloat16 bits → number: the upper half of a float32. */
export function fromBfloat16(bits: number): number {
  word[0] = bits << 16;
  return float[0];
}

/** number → nearest bfloat16 bits, ties to even. */
export function toBfloat16(value: number): number {
  float[0] = value;
  if (Number.isNaN(value)) return 0x7fc0;
  return ((word[0] + 0x7fff + ((word[0] >>> 16) & 1)) >>> 16) & 0xffff;
}

function halvesToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
