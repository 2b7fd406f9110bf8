// Plausible wrong answers to the notebooks' exercises, and what their checks say of them.
import assert from "node:assert/strict";
import { tryAnswers } from "./tryAnswers";

/** For each exercise of a notebook: an answer, and what one of its checks must say of it. */
const wrongAnswers: Record<string, (readonly [answer: string, said: RegExp])[][]> = {
  "01-your-own-picture.ipynb": [
    [
      ["const sizeOf = (h, w, side) => [Math.round(h * side / Math.max(h, w)), Math.round(w * side / Math.max(h, w))];", /the longer side is 192/],
      ["const sizeOf = (h, w, side) => [side, Math.round(w * side / h)];", /the height is always 192/],
      ["const sizeOf = (h, w, side) => [h * side / Math.min(h, w), w * side / Math.min(h, w)];", /not rounded/],
      ["const sizeOf = (h, w, side) => [Math.round(w * side / Math.min(h, w)), Math.round(h * side / Math.min(h, w))];", /exchanged/],
    ],
    [
      ["const keepColors = (x, p) => tf.add(p, tf.sub(luminance(x), luminance(p)));", /not clipped/],
      ["const keepColors = (x, p) => tf.clipByValue(tf.add(x, tf.sub(luminance(p), luminance(x))), 0, 1);", /exchanged/],
      ["const keepColors = (x, p) => tf.clipByValue(tf.add(p, tf.tile(tf.sub(tf.mean(x, 2, true), tf.mean(p, 2, true)), [1, 1, 3])), 0, 1);", /the eye weighs them/],
      ["const keepColors = (x, p) => tf.clipByValue(tf.add(p, luminance(x)), 0, 1);", /subtract Y\(p\)/],
    ],
  ],
  "05-by-hand.ipynb": [
    [
      ["const styleLoss = (F) => tf.addN(styleLayers.map((layer, i) => distance(gramOf(F(layer)), A[i])));", /the weights are missing/],
      ["const styleLoss = (F) => tf.mean(tf.stack(styleLayers.map((layer, i) => tf.sum(tf.square(tf.sub(gramOf(F(layer)), A[i]))))));", /not divided by ‖A‖²/],
      ["const styleLoss = (F) => tf.mean(tf.stack(styleLayers.map((layer, i) => distance(A[i], gramOf(F(layer))))));", /by the picture's own Gram matrix/],
      ["const styleLoss = (F) => { for (const i of [4]) return tf.div(distance(gramOf(F(styleLayers[i])), A[i]), 5); };", /only the last layer counts/],
    ],
    [
      ["const stepOf = (x, v, g, rate, mu) => { v = tf.add(tf.mul(v, mu), g); return { v, x: tf.clipByValue(tf.add(x, tf.mul(v, rate)), 0, 1) }; };", /uphill/],
      ["const stepOf = (x, v, g, rate, mu) => { v = tf.add(tf.mul(v, mu), g); return { v, x: tf.sub(x, tf.mul(v, rate)) }; };", /not clipped/],
      ["const stepOf = (x, v, g, rate, mu) => ({ v: tf.add(tf.mul(v, mu), g), x: tf.clipByValue(tf.sub(x, tf.mul(v, rate)), 0, 1) });", /along the old velocity/],
      ["const stepOf = (x, v, g, rate, mu) => ({ v: tf.add(tf.mul(v, mu), tf.mul(g, 1 - mu)), x });", /an average, with 1 − μ/],
      ["const stepOf = (x, v, g, rate, mu) => ({ v: g, x: tf.clipByValue(tf.sub(x, tf.mul(g, rate)), 0, 1) });", /the old velocity is lost.*|the step is along the gradient/],
    ],
    [
      ["const smoothLoss = (x) => { const [h, w] = x.shape; return tf.mean(tf.square(tf.sub(x.slice([0, 1], [h, w - 1]), x.slice([0, 0], [h, w - 1])))); };", /on the right/],
      ["const smoothLoss = (x) => tf.div(totalVariation(x), 2);", /mean of the two means/],
      ["const smoothLoss = (x) => totalVariation(x, 'squares');", /take means/],
    ],
  ],
  "07-descent.ipynb": [
    [
      ["const descend = (at, x, rate, n) => { const all = [x]; while (n--) all.push(x = x.map((v, i) => v + rate * at(x)[i])); return all; };", /uphill/],
      ["const descend = (at, x, rate, n) => { const g = at(x), all = [x]; while (n--) all.push(x = x.map((v, i) => v - rate * g[i])); return all; };", /always taken at the start/],
      ["const descend = (at, x, rate, n) => { const all = []; while (n--) all.push(x = x.map((v, i) => v - rate * at(x)[i])); return all; };", /start is missing/],
      ["const descend = (at, x, rate, n) => { x = [...x]; const all = [x]; while (n--) { const g = at(x); g.forEach((v, i) => x[i] -= rate * v); all.push(x); } return all; };", /one list/],
    ],
    [
      [adam("m / (Math.sqrt(v) + 1e-8)"), /the hats are missing/],
      [adam("m / c1 / (v / c2 + 1e-8)"), /the square root is missing/],
      [adam("m / c1 / Math.sqrt(v / c2 + 1e-8)"), /inside the root/],
      [adam("-m / c1 / (Math.sqrt(v / c2) + 1e-8)"), /uphill/],
      [adam("m / c1 / (Math.sqrt(v / c2) + 1e-8)", "g[i]"), /not squared/],
    ],
    [
      ["const rateFrom = (s, y) => (s[0] * y[0] + s[1] * y[1] + s[2] * y[2]) / (s[0] ** 2 + s[1] ** 2 + s[2] ** 2);", /this is the curvature/],
      ["const rateFrom = (s, y) => (s[0] * y[0] + s[1] * y[1] + s[2] * y[2]) / (y[0] ** 2 + y[1] ** 2 + y[2] ** 2);", /their other formula/],
      ["const rateFrom = (s, y) => Math.hypot(...s) / Math.hypot(...y);", /quotient of the lengths/],
    ],
  ],
  "11-an-experiment.ipynb": [
    [
      ["const spreadOf = (F) => tf.mean(tf.square(F), [0, 1]);", /means are not subtracted/],
      ["const spreadOf = (F) => tf.sqrt(tf.moments(F, [0, 1]).variance);", /the deviation σ/],
      ["const spreadOf = (F) => tf.mean(tf.square(tf.sub(F, tf.mean(F))), [0, 1]);", /each has its own/],
      ["const spreadOf = (F) => tf.moments(F, [2]).variance;", /over the positions/],
    ],
    [
      ["const meanAndError = (x) => [4, Math.sqrt(14 / 2)];", /deviation of a single number/],
      ["const meanAndError = (x) => [4, Math.sqrt(14 / 3 / 3)];", /divide the sum of squares by n − 1/],
      ["const meanAndError = (x) => [4, Math.sqrt(14 / 2) / 3];", /divide by √n/],
    ],
  ],
};

/** A step of Adam whose direction is `step`, of the new means m and v and of c1 = 1 − β₁ᵗ and c2. */
function adam(step: string, square = "g[i] ** 2"): string {
  return `const adamStep = (x, m, v, g, t) => {
    m = m.map((value, i) => 0.9 * value + 0.1 * g[i]);
    v = v.map((value, i) => 0.999 * value + 0.001 * ${square});
    const [c1, c2] = [1 - 0.9 ** t, 1 - 0.999 ** t];
    const step = (m, v) => ${step};
    return { m, v, x: x.map((value, i) => value - 0.02 * step(m[i], v[i])) };
  };`;
}

/** The checks name the mistakes in the wrong answers; the stub is "not yet", and the solution is right. */
export async function namesMistakes(file: string): Promise<void> {
  const exercises = wrongAnswers[file];
  const told = await tryAnswers(file, exercises.map((answers) => answers.map(([answer]) => answer)));
  assert.equal(told.length, exercises.length, "an exercise has no wrong answers here");
  for (const [k, [stub, solution, ...others]] of told.entries()) {
    assert.ok(stub.length > 0 && stub.every((message) => message.startsWith("○")), stub.join("\n"));
    assert.ok(solution.every((message) => message.startsWith("✓")), solution.join("\n"));
    for (const [i, messages] of others.entries())
      assert.match(messages.filter((message) => message.startsWith("✗")).join("\n"), exercises[k][i][1], exercises[k][i][0]);
  }
}
