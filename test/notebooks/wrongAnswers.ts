// For each exercise of a notebook, in order: plausible wrong answers, and what the check must say of them.

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

export const wrongAnswers: Readonly<Record<string, readonly (readonly WrongAnswer[])[]>> = {
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
  "08-other-styles.ipynb": [
    [
      [covarianceOf("tf.div(tf.matMul(rows, rows, true), height * width)"), /the means are not subtracted/],
      [covarianceOf("tf.matMul(tf.sub(rows, tf.mean(rows, 0)), tf.sub(rows, tf.mean(rows, 0)), true)"), /is a division by \d+ missing/],
      [covarianceOf("tf.div(tf.matMul(tf.sub(rows, tf.mean(rows, 0)), tf.sub(rows, tf.mean(rows, 0)), false, true), height * width)"), /F Fᵀ instead of Fᵀ F/],
    ],
    [
      [sortedDistance("tf.mean(tf.squaredDifference(x, y))"), /the lists are not sorted/],
      [sortedDistance("tf.mean(tf.abs(tf.sub(a, b)))"), /another distance, W₁/],
      [sortedDistance("tf.sum(tf.squaredDifference(a, b))"), /is a division by \d+ missing/],
    ],
  ],
};
