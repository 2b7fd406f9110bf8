// How much of a photograph's detail is in an image, whatever its colors.
import * as tf from "@tensorflow/tfjs";
import { mustHaveSameShape } from "../errors";
import type { Image } from "../image";
import { solve } from "../math/smallMatrices";
import { psnr } from "../quality/psnr";

/**
 * The PSNR in dB to `photo` of `image` in the photograph's colors: of a 3×3 matrix of its RGB plus a constant, the one that comes nearest.
 *
 * The plain PSNR, which stood here before, is mostly the distance of two palettes: by it, a photograph out of focus has more of the
 * photograph's detail than the photograph in a painting's colors (a test has it), and a style is asked to change the colors.
 *
 * @throws RangeError for images of different sizes
 */
export async function detailPsnr(image: Image, photo: Image): Promise<number> {
  mustHaveSameShape(image.shape, photo.shape, "PSNR compares pixel by pixel", ["the image", "the photograph"]);
  const [height, width] = image.shape;
  const [x, y] = tf.tidy(() => [tf.concat([tf.reshape(image, [-1, 3]), tf.ones([height * width, 1])], 1), tf.reshape(photo, [-1, 3])]) as tf.Tensor2D[];
  const [squares, products] = tf.tidy(() => [tf.div(tf.matMul(x, x, true), height * width), tf.div(tf.matMul(x, y, true), height * width)]) as tf.Tensor2D[];
  const ridged = (await squares.array()).map((row, i) => row.map((value, j) => (i === j ? value + 1e-6 : value))); // for a gray image
  const map = solve(ridged, await products.array());
  const recolored = tf.tidy(() => tf.reshape(tf.matMul(x, tf.tensor2d(map)), [height, width, 3])) as Image;
  tf.dispose([x, y, squares, products]);
  return psnr(recolored, photo).finally(() => recolored.dispose());
}
