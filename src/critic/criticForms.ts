// What a critic learns, and what it asks of the image: two forms of an adversarial loss.
import * as tf from "@tensorflow/tfjs";

/** The losses of both players, from the critic's scores of patches. None is negative. */
export interface CriticForm {
  /** What the critic minimizes: high scores for the painting, low ones for the image. */
  critic(painting: tf.Tensor, image: tf.Tensor): tf.Scalar;
  /** What the image minimizes: the critic shall score it as a painting. */
  image(image: tf.Tensor): tf.Scalar;
  /** The score between the two: above it, the critic takes a patch for one of the painting. */
  readonly threshold: number;
}

export type CriticFormName = "hinge" | "leastSquares";

/**
 * Forms by name, for scores D(p) of the painting's patches and D(x) of the image's, averaged over patches:
 *
 * - `hinge`: critic max(0, 1 − D(p)) + max(0, 1 + D(x)); image max(0, 1 − D(x)) (Li & Wand 2016, eqs. 2 and 3; the critic's is that of
 *   Miyato et al. 2018, whose generator has −D(x) instead, which has no least value).
 * - `leastSquares`: critic (D(p) − 1)² + D(x)²; image (D(x) − 1)² (Mao et al. 2017, eq. 9 without its factors ½).
 */
export const criticForms: Readonly<Record<CriticFormName, CriticForm>> = {
  hinge: {
    critic: (painting, image) => tf.tidy(() =>
      tf.add(tf.mean(tf.relu(tf.sub(1, painting))), tf.mean(tf.relu(tf.add(1, image)))) as tf.Scalar),
    image: (image) => tf.tidy(() => tf.mean(tf.relu(tf.sub(1, image))) as tf.Scalar),
    threshold: 0,
  },
  leastSquares: {
    critic: (painting, image) => tf.tidy(() =>
      tf.add(tf.mean(tf.square(tf.sub(painting, 1))), tf.mean(tf.square(image))) as tf.Scalar),
    image: (image) => tf.tidy(() => tf.mean(tf.square(tf.sub(image, 1))) as tf.Scalar),
    threshold: 0.5,
  },
};
