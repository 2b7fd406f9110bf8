// Resampling of a picture row by row, for pictures too large to be a tensor first.
import type { Taps } from "./resample";

/**
 * RGB values `[height, width, 3]` in 0…1, resampled by the taps of each new row and column. Each old row is asked for once, in order,
 * unless no new row needs it: `read(row, into)` writes its 3 × `columns` values in 0…1. Clipped to 0…1 after the columns and after the
 * rows, as Pillow's 8-bit images are.
 */
export function resampleRows(
  read: (row: number, into: Float32Array) => void, columns: number, rowTaps: readonly Taps[], columnTaps: readonly Taps[],
): Float32Array {
  const stride = 3 * columnTaps.length;
  const [old, line] = [new Float32Array(3 * columns), new Float32Array(stride)];
  const result = new Float32Array(rowTaps.length * stride);
  const lastRow = endOf(rowTaps.at(-1)!);
  // The first and the last taps of new rows both ascend, so the new rows that need an old one are neighbors.
  let begin = 0;
  for (let row = rowTaps[0].first; row < lastRow; row++) {
    while (endOf(rowTaps[begin]) <= row) begin++;
    if (rowTaps[begin].first > row) continue;
    read(row, old);
    resampleLine(old, columnTaps, line);
    for (let i = begin; i < rowTaps.length && rowTaps[i].first <= row; i++) {
      const { first, weights } = rowTaps[i];
      const into = result.subarray(i * stride, (i + 1) * stride);
      addLine(into, weights[row - first], line);
      if (endOf(rowTaps[i]) === row + 1) clip(into);
    }
  }
  return result;
}

const endOf = ({ first, weights }: Taps): number => first + weights.length;

// Plain loops: a photograph of 12 million pixels passes through here in about as long as it is decoded.

function resampleLine(old: Float32Array, columnTaps: readonly Taps[], into: Float32Array): void {
  for (let j = 0; j < columnTaps.length; j++) {
    const { first, weights } = columnTaps[j];
    let red = 0, green = 0, blue = 0;
    for (let k = 0, at = 3 * first; k < weights.length; k++, at += 3) {
      const weight = weights[k];
      red += weight * old[at];
      green += weight * old[at + 1];
      blue += weight * old[at + 2];
    }
    into[3 * j] = red;
    into[3 * j + 1] = green;
    into[3 * j + 2] = blue;
  }
  clip(into);
}

function addLine(into: Float32Array, weight: number, line: Float32Array): void {
  for (let k = 0; k < line.length; k++) into[k] += weight * line[k];
}

function clip(line: Float32Array): void {
  for (let k = 0; k < line.length; k++) line[k] = line[k] < 0 ? 0 : line[k] > 1 ? 1 : line[k];
}
