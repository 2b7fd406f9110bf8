import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { estimate } from "../../src/estimate/estimate";
import { noise, type Image } from "../../src/image";
import { coarseToFine } from "../../src/minimize/coarseToFine";
import { minimize } from "../../src/minimize/minimize";
import type { Snapshot } from "../../src/minimize/snapshot";
import type { Network } from "../../src/networks/network";
import { randomVgg } from "../../src/networks/vgg";
import { objective, type Objective } from "../../src/objective";
import { adam } from "../../src/optimizers/adam";
import { fourier } from "../../src/optimizers/fourier";
import { gradientDescent } from "../../src/optimizers/gradientDescent";
import { lbfgs } from "../../src/optimizers/lbfgs";
import type { Optimizer } from "../../src/optimizers/optimizer";
import { reparameterize, type ReparameterizedState, type Parameterization } from "../../src/optimizers/reparameterize";
import { content, style } from "../../src/terms";
import { assertClose, leaksNothing, numbers } from "../compare";

const shape: [number, number, number] = [12, 18, 3];
let network: Network;
let photo: Image, painting: Image, start: Image;
let goal: Objective;
before(async () => {
  network = await randomVgg({ width: 1 / 16 });
  [photo, painting, start] = [noise([12, 18], { seed: 1 }), noise([16, 16], { seed: 2 }), noise([12, 18], { seed: 3, strength: 0.5 })];
  goal = objective(network, [content(photo, { layers: ["relu2_2"] }), style(painting, { layers: ["relu1_1", "relu2_1"] })]);
});
after(() => { goal.dispose(); network.dispose(); tf.dispose([photo, painting, start]); });

const random = (size: number, seed: number): tf.Tensor1D => tf.randomNormal([size], 0, 1, "float32", seed);

describe("the Fourier parameterization", () => {
  it("reproduces an image from its parameters, whatever its size", () => tf.tidy(() => {
    for (const size of [[12, 18], [7, 5], [1, 9], [1, 1], [32, 32]] as const) {
      const image = noise(size, { seed: 4 });
      const waves = fourier();
      const back = waves.toImage(waves.toParameters(image), image.shape);
      assert.deepEqual(back.shape, image.shape);
      assertClose(back, image, 1e-5, size.join("×"));
    }
  }));

  const lucid = { exponent: 1, colorExponent: 1 };
  for (const [{ exponent, colorExponent }, waves] of [[{ exponent: 0.5, colorExponent: 0.5 }, fourier()], [lucid, fourier(lucid)]] as const)
    it(`is what plain loops compute: a sum of waves, 1/f^${exponent} at f cycles a pixel, in three mixed colors`, () => tf.tidy(() => {
      const [height, width] = [4, 6];
      const z = random(height * width * 3, 5);
      const directions = [[0.26, 0.27, 0.27], [0.09, 0, -0.09], [0.02, -0.05, 0.03]];
      const lengths = directions.map((direction) => Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0)));
      const mixing = [0, 1, 2].map((channel) =>
        directions.map((direction, c) => (direction[channel] / lengths[c]) * lengths[c] ** colorExponent));
      const unit = Math.sqrt(mixing.flat().reduce((sum, value) => sum + value ** 2, 0) / 3);
      const cas = (j: number, k: number, n: number): number =>
        (Math.cos((2 * Math.PI * j * k) / n) + Math.sin((2 * Math.PI * j * k) / n)) / Math.sqrt(n);
      const amplitude = (k: number, l: number): number =>
        1 / Math.max(Math.hypot(Math.min(k, height - k) / height, Math.min(l, width - l) / width), 1 / 6) ** exponent;
      const grid = Array.from({ length: height * width }, (_, at) => [Math.floor(at / width), at % width]);
      const size = Math.sqrt(grid.reduce((sum, [k, l]) => sum + amplitude(k, l) ** 2, 0) / grid.length);
      const parameters = numbers(z);
      const expected = grid.flatMap(([y, x]) => {
        const sums = [0, 1, 2].map((c) => grid.reduce((sum, [k, l], at) =>
          sum + (amplitude(k, l) / size) * parameters[3 * at + c] * cas(y, k, height) * cas(x, l, width), 0));
        return mixing.map((row) => 0.5 + row.reduce((sum, value, c) => sum + (value / unit) * sums[c], 0));
      });
      assertClose(waves.toImage(z, [height, width, 3]), expected, 1e-5);
    }));

  it("refuses exponents that are no numbers in 0…2", () => {
    for (const wrong of [-1, 3, NaN]) {
      assert.throws(() => fourier({ exponent: wrong }), /the exponent of fourier is a number in 0…2/);
      assert.throws(() => fourier({ colorExponent: wrong }), /the colorExponent of fourier is a number in 0…2/);
    }
  });

  it("moves an image as far as the same steps in pixels would, in the mean over all directions", () => tf.tidy(() => {
    const waves = fourier();
    const all = 3 * 5 * 3;
    const rows = tf.unstack(tf.eye(all)).map((one) => numbers(tf.sum(tf.square(tf.sub(waves.toImage(one as tf.Tensor1D, [3, 5, 3]), 0.5))))[0]);
    assertClose(rows.reduce((a, b) => a + b) / all, 1, 1e-5);
  }));
});

describe("waves at another size", () => {
  const [small, large] = [[9, 12, 3], [16, 21, 3]] as const;
  const waves = fourier();
  /** A smooth image: a few waves at any position of the image, by plain cosines. */
  const smooth = ([height, width]: readonly number[]): Image => tf.tensor3d(Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const [y, x, c] = [(Math.floor(i / 3 / width) + 0.5) / height, ((Math.floor(i / 3) % width) + 0.5) / width, i % 3];
    return 0.5 + 0.1 * Math.cos(2 * Math.PI * (2 * x + 3 * y) + c) + 0.07 * Math.sin(2 * Math.PI * (3 * x - y) - c);
  }), [height, width, 3]);

  for (const [from, to] of [[small, large], [large, small], [[8, 10, 3], [12, 14, 3]]] as const)
    it(`${from.slice(0, 2).join("×")} to ${to.slice(0, 2).join("×")}: the same waves at the same places of the image`, () => tf.tidy(() => {
      const resized = waves.resize!(waves.toParameters(smooth(from)).dataSync<"float32">(), "change", from, to);
      assertClose(waves.toImage(tf.tensor1d(resized), to), smooth(to), 1e-5);
    }));

  it("gradients change so that their product with a change stays; squares stay positive, and fit the gradients where a wave has one phase", () => {
    const odd = [9, 11, 3] as const; // an even side has a finest wave with one phase only, which is left out
    const [s, y] = [7, 8].map((seed) => random(odd[0] * odd[1] * 3, seed).dataSync<"float32">());
    const product = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
    assertClose(product(waves.resize!(s, "change", odd, large), waves.resize!(y, "gradient", odd, large)), product(s, y), 1e-4);
    const squares = waves.resize!(y.map((value) => value ** 2), "squaredGradient", odd, large);
    assert.ok(squares.length === large[0] * large[1] * 3 && squares.every((value) => value > 0));
    const constant = waves.resize!(y, "gradient", odd, large); // the first three parameters: the mean color, which has no phase
    assertClose(squares.slice(0, 3), constant.slice(0, 3).map((value) => value ** 2), 1e-4);
  });

  for (const optimizer of [adam({ clip: false }), lbfgs()] as Optimizer[])
    it(`${optimizer.name}: coarseToFine continues with its state`, async () => {
      const states: ReparameterizedState<{ pairs?: unknown[]; steps?: number }>[] = [];
      const over = reparameterize(fourier(), optimizer);
      const spying: Optimizer = { ...over, step: (f, x, state) => (states.push(state), over.step(f, x, state)) };
      const terms = [content(photo, { layers: ["relu2_2"] }), style(painting, { layers: ["relu1_1"] })];
      const losses: number[] = [];
      for await (const { loss } of coarseToFine(network, terms, { start, optimizer: spying, sizes: [9, 12], steps: 3 })) losses.push(loss);
      assert.deepEqual(states.map(({ inner }) => inner.steps ?? inner.pairs!.length), [0, 1, 2, 3, 4, 5]);
      assert.deepEqual(states.map(({ shape: [height] }) => height), [9, 9, 9, 12, 12, 12]);
      assert.ok(losses[7] < losses[4]);
    });
});

describe("an optimizer over parameters", () => {
  /** The pixels themselves, as parameters. */
  const itself: Parameterization = {
    name: "pixels", toImage: (z) => tf.reshape(z, shape), toParameters: (image) => tf.reshape(image, [image.size]),
  };
  /** Not linear: the Jacobian depends on the point. */
  const squashed: Parameterization = {
    name: "squashed", toImage: (z) => tf.tidy(() => tf.reshape(tf.sigmoid(z), shape)),
    toParameters: (image) => tf.tidy(() => tf.reshape(tf.log(tf.div(image, tf.sub(1, image))), [image.size])),
  };
  const run = async (optimizer: Optimizer, steps = 5): Promise<{ bytes: number[]; loss: number }[]> => {
    const seen: { bytes: number[]; loss: number }[] = [];
    for await (const { image, loss } of minimize(goal, { start, optimizer, steps })) seen.push({ bytes: numbers(image), loss });
    return seen;
  };

  for (const optimizer of [gradientDescent({ momentum: 0.5 }), adam(), lbfgs()] as Optimizer[])
    it(`${optimizer.name}: over the pixels themselves is the plain run, byte for byte`, async () => {
      assert.deepEqual(await run(reparameterize(itself, optimizer)), await run(optimizer));
    });

  for (const make of [() => fourier(), () => squashed])
    it(`its gradient agrees with finite differences of ${make().name}`, async () => {
      const { toImage, toParameters } = make();
      let gradient!: Float32Array;
      const spy: Optimizer<null> = { name: "spy", init: () => null, step: async (f, x) => {
        const at = await f(x);
        gradient = at.gradient;
        return { x, value: at.value, state: null };
      } };
      await run(reparameterize(make(), spy), 1);
      const z = toParameters(start);
      const length = Math.hypot(...gradient);
      const direction = tf.add<tf.Tensor1D>(tf.div(tf.tensor1d(gradient), length), tf.div(random(z.size, 6), Math.sqrt(z.size)));
      const at = async (t: number): Promise<number> => (await goal.measure(toImage(tf.add(z, tf.mul(direction, t)), shape))).value;
      const h = 2e-2;
      const difference = (await at(h) - await at(-h)) / (2 * h);
      const derivative = numbers(direction).reduce((sum, value, i) => sum + value * gradient[i], 0);
      assert.ok(Math.abs(difference - derivative) <= 3e-3 * Math.abs(derivative), `${difference} against ${derivative}`);
    });

  it("gradient descent over waves moves pixels by J Jᵀ times their gradient", async () => {
    const waves = fourier();
    const [small, target] = [noise([4, 5], { seed: 7 }), noise([4, 5], { seed: 8 })];
    const near = objective(network, [content(target, { layers: ["relu1_1"] })]);
    const { gradient } = await near.measure(small);
    let moved: number[] = [];
    for await (const { image } of minimize(near, { start: small, optimizer: reparameterize(waves, gradientDescent({ rate: 0.1, clip: false })), steps: 1 }))
      moved = numbers(image);
    tf.tidy(() => {
      const columns = tf.unstack(tf.eye(60)).map((one) => numbers(tf.sub(waves.toImage(one as tf.Tensor1D, [4, 5, 3]), 0.5))); // of J
      const parameterGradient = columns.map((column) => column.reduce((sum, value, i) => sum + value * gradient[i], 0));
      const expected = numbers(small).map((value, i) => value - 0.1 * columns.reduce((sum, column, k) => sum + column[i] * parameterGradient[k], 0));
      assertClose(moved, expected, 1e-4);
    });
    near.dispose();
    tf.dispose([small, target]);
  });

  for (const optimizer of [gradientDescent({ clip: false }), adam({ clip: false }), lbfgs()] as Optimizer[])
    it(`${optimizer.name} over waves: the loss falls, and is that of the very image`, async () => {
      const seen = await run(reparameterize(fourier(), optimizer), 12);
      assert.deepEqual(seen[0].bytes, numbers(start));
      assert.ok(seen[12].loss < 0.9 * seen[0].loss, `${seen[0].loss} → ${seen[12].loss}`);
      for (const { bytes, loss } of [seen[0], seen[12]]) {
        const image = tf.tensor3d(bytes, shape);
        assertClose(loss, (await goal.measure(image)).value, 1e-6);
        image.dispose();
      }
    });

  it("takes one network pass a step with a first-order method, and leaves nothing behind", async () => {
    let passes = 0;
    const counting: Objective = { ...goal, measure: (...args) => (passes++, goal.measure(...args)) };
    await leaksNothing(async () => {
      const optimizer = reparameterize(fourier(), adam({ clip: false }));
      for await (const _ of minimize(counting, { start, optimizer, steps: 6 }));
    });
    assert.equal(passes, 7);
  });

  it("can be stored and replayed from its state", async () => {
    const optimizer = reparameterize(fourier(), lbfgs());
    const f = async (x: Float32Array): Promise<{ value: number; gradient: Float32Array }> => {
      const image = tf.tensor3d(x, shape);
      return goal.measure(image).finally(() => image.dispose());
    };
    let [x, state] = [new Float32Array(numbers(start)), undefined as unknown as ReparameterizedState<unknown>];
    state = optimizer.init(x, shape) as ReparameterizedState<unknown>;
    const path: Float32Array[] = [];
    let stored!: { x: typeof x; state: typeof state };
    for (let i = 0; i < 6; i++) {
      if (i === 3) stored = structuredClone({ x, state });
      ({ x, state } = await optimizer.step(f, x, state as never) as never);
      path.push(x);
    }
    ({ x, state } = stored);
    for (let i = 3; i < 6; i++) {
      ({ x, state } = await optimizer.step(f, x, state as never) as never);
      assert.deepEqual(x, path[i]);
    }
  });

  it("a run is saved and resumed with the bytes of one that never stopped, under the same settings only", async () => {
    const over10 = reparameterize(fourier(), lbfgs());
    const whole = await run(over10, 6);
    let half!: Snapshot;
    for await (const step of minimize(goal, { start, optimizer: over10, steps: 3 })) half = structuredClone(step.snapshot());
    const rest: number[][] = [];
    for await (const { image } of minimize(goal, { start, optimizer: over10, steps: 6, resume: half })) rest.push(numbers(image));
    assert.deepEqual(rest, whole.slice(3).map(({ bytes }) => bytes));
    const other = minimize(goal, { start, optimizer: reparameterize(fourier(), lbfgs({ memory: 3 })), steps: 6, resume: half });
    await assert.rejects(other.next(), /another setting of lbfgs over waves/);
    const flatter = minimize(goal, { start, optimizer: reparameterize(fourier({ exponent: 1 }), lbfgs()), steps: 6, resume: half });
    await assert.rejects(flatter.next(), /another setting of lbfgs over waves/);
  });

  it("is estimated as the optimizer that it wraps, at any size", async () => {
    const [plain, waves] = [await estimate(goal, [200, 300]), await estimate(goal, [200, 300], { optimizer: reparameterize(fourier(), lbfgs()) })];
    assert.equal(waves.bytes, plain.bytes);
  });

  it("ends where there is no progress", async () => {
    const still = objective(network, [content(photo, { layers: ["relu1_1"] })]);
    const ends: unknown[] = [];
    const optimizer = reparameterize(fourier(), lbfgs());
    for await (const { stopped } of minimize(still, { start: photo, optimizer, steps: 9 })) ends.push(stopped);
    assert.deepEqual(ends, [false, "converged"]);
    still.dispose();
  });

  it("refuses what is no image, and an optimizer that clips parameters as pixels", async () => {
    for (const wrong of [undefined, [9, 9, 3]] as const)
      assert.throws(() => reparameterize(fourier(), lbfgs()).init(new Float32Array(648), wrong), /lbfgs over waves takes the pixels of an image and its shape/);
    for (const optimizer of [adam(), gradientDescent()] as Optimizer[])
      await assert.rejects(run(reparameterize(fourier(), optimizer)), /clips the parameters \(waves\) as if they were pixels: give it clip: false/);
  });
});
