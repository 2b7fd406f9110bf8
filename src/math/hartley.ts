// The Hartley transform: the real form of the Fourier transform.

/** The Hartley matrix H `[n, n]`, row by row: H[j,k] = (cos + sin)(2πjk/n)/√n. It is symmetric, and its own inverse. */
export function hartley(n: number): Float32Array {
  const matrix = new Float32Array(n * n);
  for (let j = 0; j < n; j++)
    for (let k = 0; k < n; k++) {
      const angle = (2 * Math.PI * ((j * k) % n)) / n;
      matrix[j * n + k] = (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(n);
    }
  return matrix;
}
