// Cells without a sweep, as one would run them in a loop: every run loads what it needs and looks at its targets itself.

/** JavaScript that runs the cells it is given with what `styloscope` exports, nothing shared between them but the process. */
export const oneByOne: string = `
  const s = require("./dist/index");
  (async () => {
    for (const { photo, painting, size, styleLayers, styleWeight, steps } of JSON.parse(process.argv[1])) {
      const network = await s.vgg19Mini();
      const [picture, manner] = [await s.sample(photo, { cover: size }), await s.sample(painting, { cover: size })];
      const goal = s.objective(network, [
        s.content(picture, { loss: s.relative(s.activations) }),
        s.style(manner, { layers: styleLayers, loss: s.relative(s.gram), weight: styleWeight }),
      ]);
      const { image } = await s.best(s.minimize(goal, { start: picture, steps }));
      await s.encodeImage(image, "png");
      s.tf.dispose([picture, manner, image]);
      goal.dispose();
      network.dispose();
    }
  })();
`;
