// Cells without a sweep, as one would run them in a loop: every run loads its files and computes its targets itself.

/** JavaScript that runs cells with the public API of `styloscope`; they share nothing but the process. */
export const oneByOne: string = `
  const s = require("./dist/index");
  (async () => {
    for (const { photo, painting, size, styleLayers, styleWeight, steps } of JSON.parse(process.argv[1])) {
      const network = await s.vgg19Mini();
      const [content, style] = [await s.sample(photo, { cover: size }), await s.sample(painting, { cover: size })];
      const goal = s.objective(network, [
        s.content(content, { loss: s.relative(s.activations()) }),
        s.style(style, { layers: styleLayers, loss: s.relative(s.gram()), weight: styleWeight }),
      ]);
      const { image } = await s.best(s.minimize(goal, { start: content, steps }));
      await s.encodeImage(image, "png");
      s.tf.dispose([content, style, image]);
      goal.dispose();
      network.dispose();
    }
  })();
`;
