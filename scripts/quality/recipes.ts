// The recipes that `npm run quality` compares: each paints a photograph in the style of a painting.
import {
  activations, adam, best, content, fourier, gaussianWasserstein, gram, lbfgs, minimize, objective, relative, reparameterize, smoothness, style,
  type Image, type Network, type Optimizer, type Term,
} from "../../src/index";

interface Recipe {
  readonly summary: string;
  paint(network: Network, photo: Image, painting: Image): Promise<Image>;
}

function recipe(
  summary: string, terms: (photo: Image, painting: Image) => Term[], optimizer: () => Optimizer, steps: number,
): Recipe {
  return {
    summary,
    async paint(network, photo, painting) {
      const goal = objective(network, terms(photo, painting));
      try {
        return (await best(minimize(goal, { start: photo, optimizer: optimizer(), steps }))).image;
      } finally {
        goal.dispose();
      }
    },
  };
}

const likePhoto = (photo: Image): Term => content(photo, { loss: relative(activations()) });

export const recipes: Readonly<Record<string, Recipe>> = {
  pixels: recipe("pixels, Gram 10 and smoothness 3, Adam 0.02, 150 steps",
    (photo, painting) => [likePhoto(photo), style(painting, { loss: relative(gram()), weight: 10 }), smoothness({ weight: 3 })],
    () => adam({ rate: 0.02 }), 150),
  waves: recipe("Fourier coefficients, Gaussian Wasserstein 30, L-BFGS, 100 steps",
    (photo, painting) => [likePhoto(photo), style(painting, { loss: relative(gaussianWasserstein()), weight: 30 })],
    () => reparameterize(fourier(), lbfgs()), 100),
};
