// For each exercise of a notebook, in order: plausible wrong answers, and what the check must say of them.

/** The notebooks whose checks take so little time that `npm test` tries them; `npm test -- slow` tries the others. */
export const quickExercises: readonly string[] = ["05-by-hand.ipynb", "07-descent.ipynb"];

/** A student's code for the exercise's cell, and the mistake as the check names it. */
export type WrongAnswer = readonly [code: string, named: RegExp];

const activationAt = (body: string): string => `const activationAt = (x: tf.Tensor3D, kernel: tf.Tensor4D, bias: tf.Tensor1D, row: number, column: number) => {
  ${body}
};`;
const sum = (top: string, left: string): string =>
  `tf.sum(tf.mul(tf.expandDims(tf.slice(x, [${top}, ${left}, 0], [3, 3, -1]), 3), kernel), [0, 1, 2])`;
const receptiveField = (start: string, body: string): string => `const receptiveField = (operations: { size: number; stride: number }[]) => {
  let r = ${start}, s = 1;
  for (const { size, stride } of operations) { ${body} }
  return r;
};`;
const contentLoss = (value: string): string => `const contentLoss = (F: tf.Tensor3D, P: tf.Tensor3D) => ${value};`;
const contentGradient = (value: string): string => `const contentGradient = (z: tf.Tensor3D, P: tf.Tensor3D) => ${value};`;
const ofRows = (head: string, value: string): string => `${head} => {
  const [height, width, channels] = features.shape;
  const rows = tf.reshape(features, [height * width, channels]);
  return ${value};
};`;
const gramOf = (value: string): string => ofRows("const gramOf = (features: tf.Tensor3D)", value);
const covarianceOf = (value: string): string => ofRows("const covarianceOf = (features: tf.Tensor3D)", value);
const styleGradient = (matrix: string, factor: string): string => `const styleGradient = (F: tf.Tensor3D, A: tf.Tensor2D) => {
  const [height, width, channels] = F.shape;
  return tf.reshape(tf.mul(tf.matMul(tf.reshape(F, [-1, channels]), ${matrix}), ${factor}), F.shape);
};`;
const sortedDistance = (value: string): string => `const sortedDistance = (x: tf.Tensor1D, y: tf.Tensor1D) => {
  const [a, b] = [x, y].map((list) => tf.topk(list, list.size).values);
  return ${value};
};`;
const recolor = (value: string): string => `const recolor = (x: Image, A: tf.Tensor2D, muS: tf.Tensor1D, muC: tf.Tensor1D) => {
  const by = (matrix: tf.Tensor2D, before: tf.Tensor) => tf.reshape(tf.matMul(tf.reshape(tf.sub(x, before), [-1, 3]), matrix, false, true), x.shape);
  return ${value};
};`;
const guidedGramOf = (scaled: string, right = "left"): string => `const guidedGramOf = (F: tf.Tensor3D, g: tf.Tensor2D) => {
  const left = tf.reshape(tf.mul(F, tf.expandDims(${scaled}, 2)), [g.size, F.shape[2]]), plain = tf.reshape(F, [g.size, F.shape[2]]);
  return tf.div(tf.matMul(left, ${right}, true), g.size);
};`;
const countOf = (one: string): string => `const countOf = (kernels: number[][]) => kernels.reduce((sum, [k, , m, n]) => sum + ${one}, 0);`;
const rescale = (W: string, b: string): string =>
  `const rescale = (W: tf.Tensor4D, b: tf.Tensor1D, before: tf.Tensor1D, after: tf.Tensor1D) => [${W}, ${b}];`;
const adainOf = (value: string): string => `const adainOf = (x: tf.Tensor3D, y: tf.Tensor3D) => {
  const [a, b] = [tf.moments(x, [0, 1]), tf.moments(y, [0, 1])], [A, B] = [tf.moments(x), tf.moments(y)];
  const by = (sx: tf.Tensor, sy: tf.Tensor, minus: tf.Tensor, plus: tf.Tensor) => tf.add(tf.mul(tf.div(tf.sub(x, minus), sx), sy), plus);
  return ${value};
};`;
const wctOf = (maps: string, minus = "tf.mean(x, [0, 1])", plus = "tf.mean(y, [0, 1])"): string =>
  `const wctOf = (x: tf.Tensor3D, y: tf.Tensor3D, whiten: tf.Tensor2D, color: tf.Tensor2D) => {
  const moved = [${maps}].reduce((rows, map) => tf.matMul(rows, map), tf.reshape(tf.sub(x, ${minus}), [-1, x.shape[2]]) as tf.Tensor2D);
  return tf.reshape(tf.add(moved, ${plus}), x.shape);
};`;
const entropyOf = (value: string): string => `const entropyOf = (F: tf.Tensor3D) => {
  const p = tf.div(F, tf.sum(F)), sum = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.log(tf.add(x, 1e-30))));
  return ${value};
};`;

const paperRatio = (value: string): string => `const paperRatio = (ratio: number, P: tf.Tensor3D, A: tf.Tensor2D) => {
  const squares = (x: tf.Tensor) => tf.sum(tf.square(x)).dataSync()[0], sum = (x: tf.Tensor) => tf.sum(x).dataSync()[0];
  const [p, a] = [squares(P), squares(A)], N = A.shape[0], M = P.shape[0] * P.shape[1];
  return ${value};
};`;
const shares = (value: string, g = "tf.addN(gradients)"): string => `const shares = (gradients: tf.Tensor[]) => {
  const g = ${g}, dot = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0], norm = (x: tf.Tensor) => Math.sqrt(dot(x, x));
  const sum = (list: number[]) => list.reduce((a, b) => a + b, 0), mean = tf.div(g, gradients.length), total = (x: tf.Tensor) => tf.sum(x).dataSync()[0];
  return gradients.map((one) => ${value});
};`;
const psnrOf = (value: string): string => `const psnrOf = (x: Image, p: Image) => {
  const squares = tf.squaredDifference(x, p), mse = tf.mean(squares).dataSync()[0];
  return ${value};
};`;
const shareThatFalls = (value: string, falls = "value < row[i]"): string => `const shareThatFalls = (rows: number[][]) => {
  const pairs = (row: number[]) => row.slice(1).map((value, i) => ${falls}), all = rows.flatMap(pairs), count = (list: boolean[]) => list.filter(Boolean).length;
  return ${value};
};`;

const hinge = (value: string): string => `const hinge = (D_p: tf.Tensor, D_x: tf.Tensor) => {
  const half = (x: tf.Tensor, sign: number) => tf.mean(tf.relu(tf.add(1, tf.mul(x, sign))));
  return ${value};
};`;
const sigmaOf = (turn: string, value = "tf.sum(tf.mul(v, tf.matMul(W, u)))"): string => `const sigmaOf = (W: tf.Tensor2D, u: tf.Tensor2D, turns: number) => {
  const unit = (x: tf.Tensor) => tf.div(x, tf.norm(x)) as tf.Tensor2D;
  let v: tf.Tensor2D = u;
  for (let turn = 0; turn < turns; turn++) { ${turn} }
  return ${value};
};`;

const between = (body: string): string => `const between = (pixel: (i: number, j: number) => number, x: number, y: number) => {
  const i = Math.floor(x), j = Math.floor(y), a = x - i, b = y - j;
  const mean = (p: number, q: number) => (1 - q) * ((1 - p) * pixel(i, j) + p * pixel(i + 1, j)) + q * ((1 - p) * pixel(i, j + 1) + p * pixel(i + 1, j + 1));
  return ${body};
};`;
const isNew = (left: string, right: string): string => `const isNew = (there: tf.Tensor3D, back: tf.Tensor3D) => {
  const squared = (w: tf.Tensor) => tf.sum(tf.square(w), 2), lengths = tf.add(squared(there), squared(back));
  return tf.cast(tf.greater(${left}, ${right}), "float32");
};`;
const temporalOf = (value: string): string => `const temporalOf = (x: tf.Tensor3D, w: tf.Tensor3D, c: tf.Tensor2D) => {
  const squares = tf.square(tf.sub(x, w)), each = tf.expandDims(c, 2);
  return ${value};
};`;

/** A step of Adam whose direction is `step`, of the new means m and v and of c1 = 1 − β₁ᵗ and c2. */
const adamStep = (step: string, square = "g[i] ** 2"): string => `const adamStep = (x, m, v, g, t) => {
  m = m.map((value, i) => 0.9 * value + 0.1 * g[i]);
  v = v.map((value, i) => 0.999 * value + 0.001 * ${square});
  const [c1, c2] = [1 - 0.9 ** t, 1 - 0.999 ** t];
  const step = (m, v) => ${step};
  return { m, v, x: x.map((value, i) => value - 0.02 * step(m[i], v[i])) };
};`;

export const wrongAnswers: Readonly<Record<string, readonly (readonly WrongAnswer[])[]>> = {
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
      ["const keepColors = (x, p) => tf.clipByValue(tf.add(p, tf.sub(x, luminance(p))), 0, 1);", /the painted one's colors were added/],
    ],
  ],
  "02-what-a-network-sees.ipynb": [
    [
      [activationAt(`return tf.add(${sum("row - 1", "column - 1")}, bias);`), /is a ReLU missing/],
      [activationAt(`return tf.relu(tf.add(${sum("row", "column")}, bias));`), /moved by one place.*does a window/],
      [activationAt(`return tf.relu(${sum("row - 1", "column - 1")});`), /is the bias missing/],
      [activationAt(`return tf.reverse(tf.relu(tf.add(${sum("row - 1", "column - 1")}, bias)), 0);`), /channels in reverse order/],
    ],
    [
      [receptiveField("1", "r += size - 1;"), /a pooling doubles it/],
      [receptiveField("1", "s *= stride; r += (size - 1) * s;"), /s is multiplied before r grows/],
      [receptiveField("0", "r += (size - 1) * s; s *= stride;"), /the reference minus 1 everywhere/],
      [receptiveField("1", "r += (size - 1) * s; s += stride - 1;"), /strides are multiplied/],
      [receptiveField("1", "r += (size - 1) * stride;"), /the operation's own stride/],
    ],
  ],
  "03-content.ipynb": [
    [
      [contentLoss("tf.sum(tf.squaredDifference(F, P))"), /is a division by \d+ missing/],
      [contentLoss("tf.mean(tf.abs(tf.sub(F, P)))"), /absolute values are not squares/],
      [contentLoss("tf.square(tf.mean(tf.sub(F, P)))"), /the mean of the squares/],
      [contentLoss("tf.sqrt(tf.mean(tf.squaredDifference(F, P)))"), /is a square missing/],
    ],
    [
      [contentGradient("tf.mul(tf.sub(tf.relu(z), P), 2 / z.size)"), /is a ReLU missing, or its gradient/],
      [contentGradient("tf.mul(tf.sub(z, P), 2 / z.size)"), /F is what comes out of the ReLU/],
      [contentGradient("tf.mul(tf.mul(tf.sub(z, P), 1 / z.size), tf.step(z))"), /1\/2 × the reference everywhere: is a factor of 2 missing/],
      [contentGradient("tf.mul(tf.mul(tf.sub(z, P), 2), tf.step(z))"), /is a division by \d+ missing/],
      [contentGradient("tf.mul(tf.mul(tf.sub(P, z), 2 / z.size), tf.step(z))"), /opposite sign/],
    ],
  ],
  "04-gram.ipynb": [
    [
      [gramOf("tf.matMul(rows, rows, true)"), /is a division by \d+ missing/],
      [gramOf("tf.div(tf.matMul(rows, rows, false, true), height * width)"), /F Fᵀ instead of Fᵀ F/],
      [gramOf("tf.div(tf.matMul(tf.reshape(features, [channels, -1]), tf.reshape(features, [channels, -1]), false, true), height * width)"), /did a reshape mix up/],
      [gramOf("tf.div(tf.matMul(tf.sub(rows, tf.mean(rows, 0)), tf.sub(rows, tf.mean(rows, 0)), true), height * width)"), /That gives a covariance/],
      [gramOf("tf.div(tf.matMul(tf.reverse(rows, 1), tf.reverse(rows, 1), true), height * width)"), /channels in reverse order/],
    ],
    [
      [styleGradient("tf.sub(gramMatrix(F), A)", "2 / (channels ** 2 * height * width)"), /1\/2 × the reference everywhere: is a factor of 2 missing/],
      [styleGradient("tf.sub(gramMatrix(F), A)", "4 / channels ** 2"), /is a division by \d+ missing/],
      [styleGradient("tf.sub(A, gramMatrix(F))", "4 / (channels ** 2 * height * width)"), /opposite sign/],
      [styleGradient("gramMatrix(F)", "4 / (channels ** 2 * height * width)"), /A is not subtracted/],
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
      ["const smoothLoss = (x) => { const [h, w] = x.shape; return tf.add(tf.square(tf.mean(tf.sub(x.slice([1, 0]), x.slice([0, 0], [h - 1, w])))), tf.square(tf.mean(tf.sub(x.slice([0, 1]), x.slice([0, 0], [h, w - 1]))))); };", /the mean of the squares/],
    ],
  ],
  "06-weights.ipynb": [
    [
      [paperRatio("ratio * 2 * N ** 2 * p / a"), /this is β′\/α′, but for the ratio: turn it over/],
      [paperRatio("2 * N ** 2 * p / (ratio * a)"), /this is β′\/α′: turn it over/],
      [paperRatio("ratio * a / (4 * N ** 2 * p)"), /the ½ of equation 1 is missing/],
      [paperRatio("ratio * 2 * a / (N ** 2 * p)"), /the 4 of equation 4 is missing/],
      [paperRatio("ratio * a / (2 * N * p)"), /N² stands in equation 4/],
      [paperRatio("ratio * Math.sqrt(a / p) / (2 * N ** 2)"), /‖·‖² is the sum of squares; these are its roots/],
      [paperRatio("a / (2 * N ** 2 * p)"), /`ratio` is not in it/],
      [paperRatio("a / (2 * N ** 2 * p) / ratio"), /this divides by `ratio`/],
      [paperRatio("ratio * a / (2 * p)"), /N is missing/],
      [paperRatio("ratio * a / (2 * P.shape[2] ** 2 * p)"), /N is A\.shape\[0\], the channels at the style layer/],
      [paperRatio("ratio * a / (2 * A.size ** 2 * p)"), /not the number of all entries of A/],
      [paperRatio("ratio * a / (2 * N ** 2 * M ** 2 * p)"), /M² cancels, and this divides by that of P/],
      [paperRatio("ratio * (a / A.size) / (2 * N ** 2 * p / P.size)"), /these are means/],
      [paperRatio("ratio * sum(A) / (2 * N ** 2 * sum(P))"), /these are sums without squares/],
      [paperRatio("ratio * p / (2 * N ** 2 * a)"), /‖P‖² and ‖A‖² are exchanged/],
      [paperRatio("(2 * ratio / p) / (1 / (4 * N ** 2 * a))"), /the 4 N² of β′ is on the wrong side/],
      [paperRatio("(2 * ratio / p) / (a / (4 * N ** 2))"), /β′ is the inverse/],
    ],
    [
      [shares("norm(one) / sum(gradients.map(norm))"), /shares of the lengths.*no share could be negative/],
      [shares("dot(one, one) / dot(g, g)"), /these are ‖g_k‖² \/ ‖g‖².*by the sum g/],
      [shares("dot(one, one) / sum(gradients.map((each) => dot(each, each)))"), /these are ‖g_k‖² by their sum/],
      [shares("norm(one) / norm(g)"), /these are ‖g_k‖ \/ ‖g‖/],
      [shares("dot(one, g) / norm(g)"), /divided by the length/],
      [shares("dot(one, g) / norm(one) / norm(g)"), /these are cosines/],
      [shares("dot(one, g) / dot(one, one)"), /this divides by ‖g_k‖²/],
      [shares("dot(one, g)"), /the division by g · g is missing/],
      [shares("dot(one, mean) / dot(mean, mean)"), /and this is their mean/],
      [shares("dot(one, mean) / dot(g, g)"), /above, g is the mean/],
      [shares("dot(one, g) / dot(g, g)", "tf.addN(gradients.slice(1))"), /the content's gradient is not in g/],
      [shares("total(one) / total(g)"), /a product of two gradients is missing/],
      [shares("100 * dot(one, g) / dot(g, g)"), /these are percent/],
      [shares("Math.abs(dot(one, g)) / dot(g, g)"), /these have no sign: a share may be negative/],
      [shares("Math.abs(dot(one, g)) / sum(gradients.map((each) => Math.abs(dot(each, g))))"), /these have no sign, and/],
    ],
  ],
  "07-descent.ipynb": [
    [
      ["const descend = (at, x, rate, n) => { const all = [x]; while (n--) all.push(x = x.map((v, i) => v + rate * at(x)[i])); return all; };", /uphill/],
      ["const descend = (at, x, rate, n) => { const g = at(x), all = [x]; while (n--) all.push(x = x.map((v, i) => v - rate * g[i])); return all; };", /always taken at the start/],
      ["const descend = (at, x, rate, n) => { const all = []; while (n--) all.push(x = x.map((v, i) => v - rate * at(x)[i])); return all; };", /start is missing/],
      ["const descend = (at, x, rate, n) => { x = [...x]; const all = [x]; while (n--) { const g = at(x); g.forEach((v, i) => x[i] -= rate * v); all.push(x); } return all; };", /one list/],
      ["const descend = (at, x, rate, n) => { const all = [x]; while (n--) { const g = at(x); g.forEach((v, i) => x[i] -= rate * v); all.push(x); } return all; };", /one list/],
    ],
    [
      [adamStep("m / (Math.sqrt(v) + 1e-8)"), /the hats are missing/],
      [adamStep("m / c1 / (v / c2 + 1e-8)"), /the square root is missing/],
      [adamStep("m / c1 / Math.sqrt(v / c2 + 1e-8)"), /inside the root/],
      [adamStep("-m / c1 / (Math.sqrt(v / c2) + 1e-8)"), /uphill/],
      [adamStep("m / c1 / (Math.sqrt(v / c2) + 1e-8)", "g[i]"), /not squared/],
      [adamStep("m / c1 / (Math.sqrt(v / c2) + 1e-8)").replace("return { m, v,", "return { m: m.map((a) => a / c1), v: v.map((a) => a / c2),"), /return m itself[^]*return v itself/],
    ],
    [
      ["const rateFrom = (s, y) => (s[0] * y[0] + s[1] * y[1] + s[2] * y[2]) / (s[0] ** 2 + s[1] ** 2 + s[2] ** 2);", /this is the curvature/],
      ["const rateFrom = (s, y) => (s[0] * y[0] + s[1] * y[1] + s[2] * y[2]) / (y[0] ** 2 + y[1] ** 2 + y[2] ** 2);", /their other formula/],
      ["const rateFrom = (s, y) => Math.hypot(...s) / Math.hypot(...y);", /quotient of the lengths/],
    ],
  ],
  "08-other-styles.ipynb": [
    [
      [covarianceOf("tf.div(tf.matMul(rows, rows, true), height * width)"), /the means are not subtracted/],
      [covarianceOf("tf.matMul(tf.sub(rows, tf.mean(rows, 0)), tf.sub(rows, tf.mean(rows, 0)), true)"), /is a division by \d+ missing/],
      [covarianceOf("tf.div(tf.matMul(tf.sub(rows, tf.mean(rows, 0)), tf.sub(rows, tf.mean(rows, 0)), false, true), height * width)"), /F Fᵀ instead of Fᵀ F/],
      [covarianceOf("tf.div(tf.matMul(tf.sub(rows, tf.mean(rows, 0)), tf.sub(rows, tf.mean(rows, 0)), true), height * width - 1)"), /not by M − 1/],
      [covarianceOf("tf.div(tf.matMul(tf.sub(rows, tf.mean(rows)), tf.sub(rows, tf.mean(rows)), true), height * width)"), /each has its own/],
    ],
    [
      [sortedDistance("tf.mean(tf.squaredDifference(x, y))"), /the lists are not sorted/],
      [sortedDistance("tf.mean(tf.abs(tf.sub(a, b)))"), /another distance, W₁/],
      [sortedDistance("tf.sum(tf.squaredDifference(a, b))"), /is a division by \d+ missing/],
    ],
  ],
  "09-control.ipynb": [
    [
      [recolor("tf.clipByValue(tf.add(by(tf.transpose(A), muS), muC), 0, 1)"), /A is transposed/],
      [recolor("tf.clipByValue(tf.add(by(A, tf.zeros([3])), muC), 0, 1)"), /painting's mean is not subtracted/],
      [recolor("tf.clipByValue(tf.add(by(A, muC), muS), 0, 1)"), /two means are exchanged/],
      [recolor("tf.clipByValue(by(A, muS), 0, 1)"), /photograph's mean is not added/],
      [recolor("tf.add(by(A, muS), muC)"), /not clipped/],
    ],
    [
      [guidedGramOf("g"), /g is not scaled/],
      [guidedGramOf("tf.div(g, tf.mean(g))"), /scaled to a mean of 1/],
      [guidedGramOf("tf.div(g, tf.sqrt(tf.mean(tf.square(g))))", "plain"), /g counts once/],
      [guidedGramOf("tf.onesLike(g)"), /no g in it/],
      [guidedGramOf("tf.div(g, tf.sqrt(tf.sum(tf.square(g))))"), /do not divide by M, too/],
      [guidedGramOf("tf.div(tf.mul(g, Math.sqrt(g.size)), tf.sqrt(tf.mean(tf.square(g))))"), /is a division by \d+ missing/],
    ],
  ],
  "10-networks.ipynb": [
    [
      [countOf("k * k * m * n"), /biases are missing/],
      [countOf("k * k * m * n + m"), /for each channel that comes out, not/],
      [countOf("k * m * n + n"), /k × k places/],
      [countOf("k * k * n + n"), /the number m is missing/],
    ],
    [
      [rescale("tf.div(W, after)", "tf.div(b, after)"), /multiply by a of the layer before/],
      [rescale("tf.div(tf.mul(W, tf.reshape(before, [-1, 1])), after)", "b"), /the bias has to be divided/],
      [rescale("tf.div(tf.mul(W, before), tf.reshape(after, [-1, 1]))", "tf.div(b, after)"), /in and out are exchanged/],
      [rescale("tf.div(tf.mul(W, before), after)", "tf.div(b, after)"), /both meet the last axis/],
      [rescale("tf.mul(tf.div(W, tf.reshape(before, [-1, 1])), after)", "tf.mul(b, after)"), /multiplied and divided are exchanged/],
    ],
    [
      [entropyOf("tf.neg(sum(p))"), /not divided by log n/],
      [entropyOf("tf.div(sum(p), Math.log(F.size))"), /the sign/],
      [entropyOf("tf.div(sum(p), -Math.log(F.shape[2]))"), /not of the channels/],
      [entropyOf("tf.div(sum(F), -Math.log(F.size))"), /divided by its sum first/],
      [entropyOf("tf.div(tf.sum(tf.mul(p, tf.log(p))), -Math.log(F.size))"), /not finite/],
      [entropyOf("tf.div(tf.sum(tf.mul(p, tf.log(tf.add(p, 1)))), -Math.log(F.size))"), /1 inside the logarithm is not tiny/],
      [entropyOf("tf.div(tf.sum(tf.mul(p, tf.log(tf.add(p, 1e-6)))), -Math.log(F.size))"), /0.000001 inside the logarithm/],
    ],
  ],
  "11-an-experiment.ipynb": [
    [
      ["const spreadOf = (F) => tf.mean(tf.square(F), [0, 1]);", /means are not subtracted/],
      ["const spreadOf = (F) => tf.sqrt(tf.moments(F, [0, 1]).variance);", /the deviation σ/],
      ["const spreadOf = (F) => tf.mean(tf.square(tf.sub(F, tf.mean(F))), [0, 1]);", /each has its own/],
      ["const spreadOf = (F) => tf.moments(F, [2]).variance;", /over the positions/],
      ["const spreadOf = (F) => tf.mean(tf.square(tf.sub(F, tf.mean(F, 2, true))), [0, 1]);", /not the position's/],
    ],
    [
      ["const meanAndError = (x) => [4, Math.sqrt(14 / 2)];", /deviation of a single number/],
      ["const meanAndError = (x) => [4, Math.sqrt(14 / 3 / 3)];", /divide the sum of squares by n − 1/],
      ["const meanAndError = (x) => [4, Math.sqrt(14 / 2) / 3];", /divide by √n/],
      ["const meanAndError = (x) => [4, Math.sqrt(14 / 3)];", /np\.std/],
    ],
  ],
  "12-figures.ipynb": [
    [
      [psnrOf("mse"), /not yet in dB/],
      [psnrOf("10 * Math.log10(mse)"), /the sign/],
      [psnrOf("-10 * Math.log(mse)"), /the natural logarithm/],
      [psnrOf("-Math.log10(mse)"), /the factor of 10 is missing/],
      [psnrOf("-20 * Math.log10(mse)"), /20 log₁₀ is for the root/],
      [psnrOf("-10 * Math.log10(Math.sqrt(mse))"), /the root of the MSE first/],
      [psnrOf("-10 * Math.log10(tf.sum(squares).dataSync()[0])"), /MSE is a mean, and this is a sum/],
      [psnrOf("-10 * Math.log10(tf.mean(tf.sum(squares, 2)).dataSync()[0])"), /divide by 3/],
      [psnrOf("10 * Math.log10(255 ** 2 / mse)"), /not to 255/],
      [psnrOf("-10 * Math.log10(tf.mean(tf.abs(tf.sub(x, p))).dataSync()[0])"), /not squared/],
    ],
    [
      [shareThatFalls("count(all) / all.length", "value <= row[i]"), /equal neighbors do not fall/],
      [shareThatFalls("count(all) / all.length", "value > row[i]"), /those that rise/],
      [shareThatFalls("count(all)"), /without dividing/],
      [shareThatFalls("count(all) / rows.flat().length"), /three pairs/],
      [shareThatFalls("count(pairs(rows.flat())) / pairs(rows.flat()).length"), /are no neighbors/],
      [shareThatFalls("rows.reduce((sum, row) => sum + count(pairs(row)) / pairs(row).length, 0) / rows.length"), /the mean of the rows' shares/],
      [shareThatFalls("count(rows.map((row) => row.at(-1)! < row[0])) / rows.length"), /only the first and the last/],
    ],
  ],
  "13-a-critic.ipynb": [
    [
      [hinge("tf.add(half(D_p, 1), half(D_x, -1))"), /the two are exchanged/],
      [hinge("tf.add(tf.mean(tf.sub(1, D_p)), tf.mean(tf.add(1, D_x)))"), /a score of 100 would pay/],
      [hinge("tf.add(half(D_p, -1), half(D_x, -1))"), /what the picture is asked for/],
      [hinge("half(D_p, -1)"), /only the painting's half/],
      [hinge("tf.add(tf.mean(tf.relu(tf.neg(D_p))), tf.mean(tf.relu(D_x)))"), /a margin of 0/],
      [hinge("tf.mul(D_p.size, tf.add(half(D_p, -1), half(D_x, 1)))"), /is a division by 144 missing/],
    ],
    [
      [sigmaOf("v = unit(tf.matMul(W, u)); u = tf.matMul(W, v, true);"), /that is σ²/],
      [sigmaOf("v = tf.matMul(W, u); u = unit(tf.matMul(W, v, true));"), /v is not of length 1/],
      [sigmaOf("v = unit(tf.matMul(W, u)); u = unit(tf.matMul(W, v, true)); break;"), /one turn, whatever turns says/],
      [sigmaOf("if (turn === 0) continue; v = unit(tf.matMul(W, u)); u = unit(tf.matMul(W, v, true));"), /one turn too few/],
      [sigmaOf("", "tf.norm(W)"), /Frobenius norm/],
    ],
  ],
  "14-in-one-pass.ipynb": [
    [
      ["const adainOf = (x, y) => adain(y, x);", /exchanged/],
      [adainOf("by(tf.sqrt(a.variance), tf.sqrt(b.variance), a.mean, tf.scalar(0))"), /painting's mean is not added/],
      [adainOf("by(a.variance, b.variance, a.mean, b.mean)"), /variances where deviations belong/],
      [adainOf("by(tf.sqrt(a.variance), tf.sqrt(b.variance), tf.scalar(0), b.mean)"), /photograph's mean is not subtracted/],
      [adainOf("by(tf.sqrt(A.variance), tf.sqrt(B.variance), A.mean, B.mean)"), /each channel has its own/],
    ],
    [
      [wctOf("color, whiten"), /colored first/],
      [wctOf("whiten, color", "tf.mean(x, [0, 1])", "tf.scalar(0)"), /painting's mean is not added/],
      [wctOf("whiten, color", "tf.scalar(0)"), /photograph's mean is not subtracted/],
      [wctOf("color"), /not whitened/],
      [wctOf("whiten"), /not colored/],
    ],
  ],
  "15-moving-pictures.ipynb": [
    [
      [between("mean(1 - a, 1 - b)"), /weights are exchanged/],
      [between("mean(b, a)"), /a is between columns, b between rows/],
      [between("pixel(Math.round(x), Math.round(y))"), /nearest pixel/],
    ],
    [
      [isNew("squared(tf.sub(there, back))", "tf.add(tf.mul(0.01, lengths), 0.5)"), /the way back goes the other way/],
      [isNew("tf.add(tf.mul(0.01, lengths), 0.5)", "squared(tf.add(there, back))"), /1 and 0 are exchanged/],
      [isNew("tf.norm(tf.add(there, back), 2, 2)", "tf.add(tf.mul(0.01, tf.add(tf.norm(there, 2, 2), tf.norm(back, 2, 2))), 0.5)"), /lengths are not squared/],
      [isNew("squared(tf.add(there, back))", "tf.mul(0.01, lengths)"), /0\.5 is missing/],
    ],
    [
      [temporalOf("tf.mean(tf.square(tf.mul(each, tf.sub(x, w))))"), /c counts twice/],
      [temporalOf("tf.div(tf.sum(tf.mul(each, squares)), tf.mul(3, tf.sum(c)))"), /D is the number of all values/],
      [temporalOf("tf.mean(squares)"), /c is not in it/],
      [temporalOf("tf.sum(tf.mul(each, squares))"), /that is the sum/],
    ],
  ],
};
