// The recipes that `npm run quality` compares: each paints a photograph in the style of a painting.
import { adam, gram, relative, transfer, type Image, type Network, type TransferOptions } from "../../src/index";

interface Recipe {
  readonly summary: string;
  paint(network: Network, photo: Image, painting: Image): Promise<Image>;
}

function recipe(summary: string, options: () => TransferOptions): Recipe {
  return { summary, paint: async (network, photo, painting) => (await transfer(network, photo, painting, options())).image };
}

export const recipes: Readonly<Record<string, Recipe>> = {
  pixels: recipe("the first notebook's recipe until now: pixels, Gram 10 and smoothness 3, Adam 0.02, 150 steps", () => ({
    styleLoss: relative(gram()), styleWeight: 10, smoothnessWeight: 3, optimizer: adam({ rate: 0.02 }), steps: 150,
  })),
  default: recipe("Gaussian Wasserstein 30, Fourier coefficients, L-BFGS, 60 steps", () => ({})),
  shares: recipe("the default with shares .4 .3 .2 .07 .03 from relu1_1 to relu5_1", () => ({
    styleLayers: { relu1_1: 0.4, relu2_1: 0.3, relu3_1: 0.2, relu4_1: 0.07, relu5_1: 0.03 },
  })),
};
