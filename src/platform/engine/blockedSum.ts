// Blocked summation. A long float32 sum loses digits, because it grows until further terms hardly change it: of 16
// million features at a layer, TensorFlow.js' WebAssembly kernel computes a mean that is 2 % off. Sums of blocks, and then the sum of
// those, are accurate.

/** The length of the blocks for a sum of `length` numbers; 1 where it is short or has no suitable divisor. */
export function blockLength(length: number): number {
  if (length <= 8192) return 1;
  for (let block = 4096; block >= 16; block--) if (length % block === 0) return block;
  return 1;
}
