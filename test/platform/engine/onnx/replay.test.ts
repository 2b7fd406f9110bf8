// A gradient that repeats is not recorded again, and nobody can tell: each run of steps here has the bytes of one that always records.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Image } from "../../../../src/image";
import { activations } from "../../../../src/losses/activations";
import { gram } from "../../../../src/losses/gram";
import { relative } from "../../../../src/losses/relative";
import { sortRows } from "../../../../src/math/sortRows";
import { stopGradient } from "../../../../src/math/stopGradient";
import { wasserstein1d } from "../../../../src/math/wasserstein1d";
import { withGradient } from "../../../../src/math/withGradient";
import { withoutTapeLeak } from "../../../../src/math/withoutTapeLeak";
import { randomVgg } from "../../../../src/networks/vgg";
import { objective } from "../../../../src/objective";
import { adam } from "../../../../src/optimizers/adam";
import { fourier } from "../../../../src/optimizers/fourier";
import type { Evaluation } from "../../../../src/optimizers/optimizer";
import { reparameterize } from "../../../../src/optimizers/reparameterize";
import type { OnnxBackend } from "../../../../src/platform/engine/onnx/backend";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { content, smoothness, style } from "../../../../src/terms";
import { parameterCount, parameterSlots } from "../../../../src/training/parameterSlots";
import { train, type BatchRequest } from "../../../../src/training/train";
import { randomProgram } from "./programs";

let backend: OnnxBackend;

before(async () => {
  registerOnnx("onnx");
  await tf.setBackend("onnx");
  backend = tf.backend() as OnnxBackend;
});
after(() => backend.dispose());

/** Runs `body` with TensorFlow.js' own gradients: each is recorded. */
function recording<Result>(body: () => Result): Result {
  const engine = tf.engine() as unknown as { gradients?: unknown };
  const replaying = engine.gradients;
  delete engine.gradients;
  try {
    return body();
  } finally {
    engine.gradients = replaying;
  }
}

type Loss = (x: tf.Tensor4D) => tf.Tensor;
/** The bytes of a loss and its gradient. */
type Bytes = [value: Float32Array, gradient: Float32Array];
/** `tf.tidy` for numbers. */
const scoped = (body: () => Bytes): Bytes => tf.tidy(() => body() as unknown as tf.TensorContainer) as unknown as Bytes;

const image = (seed: number, size = 8): tf.Tensor4D => tf.randomUniform([1, size, size, 3], 0, 1, "float32", seed);
const filters = tf.tidy(() => [tf.randomNormal([3, 3, 3, 8], 0, 0.3, "float32", 1), tf.randomNormal([3, 3, 8, 8], 0, 0.2, "float32", 2)]) as tf.Tensor4D[];

/** A small network and a Gram loss. */
function network(x: tf.Tensor4D, [first, second] = filters): tf.Tensor {
  const hidden = tf.relu(tf.conv2d(x, first, 1, "same"));
  const features = tf.relu(tf.conv2d(tf.avgPool(hidden, 2, 2, "valid"), second, 1, "same"));
  const rows = tf.reshape(features, [-1, 8]);
  return tf.mean(tf.square(tf.sub(tf.div(tf.matMul(rows, rows, true), 16), 0.1)));
}

function measure(loss: Loss, x: tf.Tensor4D): Bytes {
  return scoped(() => {
    const { value, grad } = tf.valueAndGrad((input: tf.Tensor) => loss(input as tf.Tensor4D))(x);
    return [value.dataSync<"float32">(), grad.dataSync<"float32">()];
  });
}

/**
 * The steps 0 to `steps` − 1 of `run`, replayed where the engine can, must have the bytes of the same steps recorded each. `run` is made
 * anew for each of the two. Returns which steps were replayed.
 */
function mustBeAlike(make: () => (step: number) => Bytes, steps = 6): number[] {
  const replayed: number[] = [];
  const before = tf.memory().numTensors;
  const run = make();
  const actual = Array.from({ length: steps }, (_, step) => {
    const count = backend.replays.count;
    const bytes = run(step);
    if (backend.replays.count > count) replayed.push(step);
    return bytes;
  });
  const tensors = tf.memory().numTensors - before;
  const expected = recording(() => {
    const again = make();
    return Array.from({ length: steps }, (_, step) => again(step));
  });
  assert.deepEqual(actual, expected);
  assert.equal(tf.memory().numTensors - before, 2 * tensors, "it leaves other tensors behind");
  return replayed;
}

/** The steps of a loss, each at another image. */
const descend = (make: () => (step: number) => Loss) => (): (step: number) => Bytes => {
  const loss = make();
  return (step) => scoped(() => measure(loss(step), image(step)));
};

describe("a gradient that repeats", () => {
  beforeEach(() => backend.dispose()); // no session, and so no program, of another test

  it("is recorded once, and has the same bytes", () =>
    assert.deepEqual(mustBeAlike(descend(() => () => network)), [1, 2, 3, 4, 5]));

  it("is computed in the order of its image, by the one graph that computes the loss", () => {
    const created = (): number => backend.sessions.memory().created;
    const before = created();
    measure(network, image(0));
    assert.equal(created(), before + 1, "reading the gradient ran a graph of its own");
    const input = tf.conv2d(image(0), filters[0], 1, "same") as tf.Tensor4D; // that has its channels first, and so has its gradient
    const features = (x: tf.Tensor4D): tf.Tensor => tf.mean(tf.square(tf.conv2d(x, filters[1], 1, "same")));
    const grad = tf.grad((x: tf.Tensor) => features(x as tf.Tensor4D))(input);
    assert.notEqual(backend.viewOf(grad).channelAxis, undefined);
    tf.dispose([input, grad]);
  });

  it("asks its loss each time: one with random numbers, or a counter, has its own in every step", () => {
    const random = (): (() => Loss) => {
      let state = 1; // as Math.random, but the same twice
      const next = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
      return () => (x) => tf.mul(network(x), next());
    };
    assert.deepEqual(mustBeAlike(descend(random)), [1, 2, 3, 4, 5]);
    const counting = (): (() => Loss) => {
      let calls = 0;
      return () => (x) => (calls++ < 3 ? network(x) : tf.mean(tf.abs(network(x))));
    };
    assert.deepEqual(mustBeAlike(descend(counting)), [1, 2, 4, 5]);
  });

  it("is recorded where an attribute differs, also in a list that the loss changes in place", () => {
    const begin = [0, 0, 0, 0];
    const sliced = (step: number): Loss => (x) => {
      begin[1] = step < 3 ? 1 : 2;
      const part = tf.slice4d(x, begin as [number, number, number, number], [1, 4, 4, 3]);
      begin[1] = 0;
      return tf.add(network(part), tf.mean(tf.slice4d(x, begin as [number, number, number, number], [1, 4, 4, 3])));
    };
    assert.deepEqual(mustBeAlike(descend(() => sliced)), [1, 2, 4, 5]);
    assert.deepEqual(mustBeAlike(descend(() => (step) => (x) => tf.mean(tf.pow(tf.clipByValue(x, 0, step < 3 ? 1 : 0.5), 2)))), [1, 2, 4, 5]);
  });

  it("is recorded where the image's size differs, and replayed at the size it had before", () =>
    assert.deepEqual(mustBeAlike(() => (step) => scoped(() => measure(network, image(step, step % 2 ? 8 : 12)))), [2, 3, 4, 5]));

  it("is recorded with other filters, large or small, and replayed with other numbers that are inputs", () => {
    const small = (step: number): Loss => (x) => network(x, [tf.randomNormal([3, 3, 3, 8], 0, 0.3, "float32", step < 3 ? 1 : 5), filters[1]]);
    assert.deepEqual(mustBeAlike(descend(() => small)), [1, 2, 4, 5]);
    const weighted = (step: number): Loss => (x) => tf.mul(network(x), tf.scalar(1 + step));
    assert.deepEqual(mustBeAlike(descend(() => weighted)), [1, 2, 3, 4, 5]);
    const large = tf.tidy(() => [1, 2].map((seed) => tf.randomNormal([3, 3, 8, 128], 0, 0.2, "float32", seed))) as tf.Tensor4D[];
    const wide = (step: number): Loss => (x) =>
      tf.mean(tf.square(tf.conv2d(tf.conv2d(x, filters[0], 1, "same"), large[step < 3 ? 0 : 1], 1, "same")));
    assert.deepEqual(mustBeAlike(descend(() => wide)), [1, 2, 4, 5]);
    tf.dispose(large);
    // Filters that were uploaded are built in; those that were computed are inputs.
    const computed = tf.tidy(() => tf.mul(filters[0], 1)) as tf.Tensor4D;
    computed.dataSync();
    const other = (step: number): Loss => (x) => network(x, [step < 3 ? filters[0] : computed, filters[1]]);
    assert.deepEqual(mustBeAlike(descend(() => other)), [0, 1, 2, 4, 5]); // 0: the first program of this test
    computed.dispose();
  });

  it("is recorded where the same numbers are read in another way", () => {
    const [a, b] = [image(11), image(12)];
    const twice = (step: number): Loss => (x) => tf.mean(tf.square(tf.sub(x, tf.mul(a, step < 3 ? b : a))));
    assert.deepEqual(mustBeAlike(descend(() => twice)), [1, 2, 4, 5]);
    // A clone made outside has the image's numbers, but no gradient flows through it.
    const outside = (step: number): Bytes => scoped(() => {
      const x = image(step);
      const copy = x.clone();
      return measure((input) => tf.mean(tf.mul(input, tf.square(step < 3 ? input : copy))), x);
    });
    assert.deepEqual(mustBeAlike(() => outside), [1, 2, 4, 5]);
    tf.dispose([a, b]);
  });

  it("is always recorded with a custom gradient, which may do anything", () => {
    const custom = (step: number): Loss => (x) =>
      tf.customGrad((input) => ({ value: network(input as tf.Tensor4D), gradFunc: (dy) => tf.mul(tf.onesLike(x), tf.mul(dy as tf.Tensor, step)) }))(x);
    assert.deepEqual(mustBeAlike(descend(() => custom)), []);
    const likeSaved = (step: number): Loss => (x) => network(tf.customGrad((input) => // its clone looks like the copies that Multiply saves
      ({ value: (input as tf.Tensor4D).clone(), gradFunc: (dy) => tf.mul(dy as tf.Tensor, 1 + step) }))(tf.mul(x, 2)) as tf.Tensor4D);
    assert.deepEqual(mustBeAlike(descend(() => likeSaved)), []);
  });

  it("is replayed with a part that no gradient flows through", () => {
    const constant = (step: number): Loss => (x) =>
      tf.div(network(x), stopGradient(() => tf.sum(step < 3 ? tf.square(x) : tf.abs(x))));
    assert.deepEqual(mustBeAlike(descend(() => constant)), [1, 2, 4, 5]);
  });

  it("is replayed with a gradient that is computed with its value", () => {
    const given = (): Loss => (x) => withGradient(tf.reshape(x, [-1]), (values) => ({ value: tf.sum(tf.square(values)), gradient: tf.mul(values, 2) }));
    assert.deepEqual(mustBeAlike(descend(() => given)), [1, 2, 3, 4, 5]);
  });

  it("is recorded where a kernel has got another gradient", () => {
    const relu = tf.getGradient("Relu");
    const guidedRelu: tf.GradConfig = { ...relu, gradFunc: (dy) => ({ x: () => tf.relu(dy as tf.Tensor) }) };
    const guided = (step: number): Loss => (x) => {
      tf.registerGradient(step < 3 ? relu : guidedRelu);
      return network(x);
    };
    try {
      assert.deepEqual(mustBeAlike(descend(() => guided)), [1, 2, 4, 5]);
    } finally {
      tf.registerGradient(relu);
    }
  });

  it("is recorded where the backward pass reads numbers: they would be the constants of one step", () => {
    const elu = tf.getGradient("Elu");
    tf.registerGradient({
      kernelName: "Elu", inputsToSave: ["x"], outputsToSave: [true],
      gradFunc: (dy, [x, y]) => ({ x: () => tf.mul(tf.mul(dy as tf.Tensor, y), x.dataSync()[0]) }),
    });
    try {
      assert.deepEqual(mustBeAlike(descend(() => () => (x) => tf.sum(tf.elu(x)))), []);
    } finally {
      tf.registerGradient(elu);
    }
  });

  it("is recorded where the loss keeps an array that it did not keep before, and gives what it kept", () => {
    const keeping = (): ((step: number) => Bytes) => (step) => scoped(() => {
      let kept: tf.Tensor | undefined;
      const bytes = measure((x) => {
        const features = tf.relu(tf.conv2d(x, filters[0], 1, "same"));
        if (step >= 3) kept = tf.keep(features);
        return tf.mean(tf.square(features));
      }, image(step));
      const numbers = kept?.dataSync<"float32">() ?? new Float32Array();
      kept?.dispose();
      return [bytes[0], Float32Array.of(...bytes[1], ...numbers)];
    });
    assert.deepEqual(mustBeAlike(keeping), [1, 2, 4, 5]);
  });

  it("is recorded where numbers are read in its middle, or decide about the graph", () => {
    const reading = (): Loss => (x) => tf.mul(network(x), tf.sum(x).dataSync()[0]);
    assert.deepEqual(mustBeAlike(descend(() => reading)), []);
    const reads = (step: number): Loss => (x) => (step < 3 || tf.sum(x).dataSync()[0] > 0 ? network(x) : tf.sum(x));
    assert.deepEqual(mustBeAlike(descend(() => reads)), [1, 2]);
    const segments = (step: number): Loss => (x) =>
      tf.sum(tf.square(tf.unsortedSegmentSum(tf.reshape(x, [64, 3]), tf.tensor1d(Array(64).fill(step < 3 ? 0 : -1), "int32"), 2)));
    assert.deepEqual(mustBeAlike(descend(() => segments)), []);
  });

  it("is replayed where it sorts, ranks and gathers, by other indices too, which are checked each time", () => {
    const rows = (x: tf.Tensor): tf.Tensor2D => tf.reshape<tf.Rank.R2>(x, [4, 48]);
    const target = tf.tidy(() => sortRows(tf.randomUniform([4, 48], 0, 1, "float32", 9)));
    target.dataSync();
    const ranked = (): Loss => (x) => wasserstein1d(rows(x), target);
    assert.deepEqual(mustBeAlike(descend(() => ranked)), [1, 2, 3, 4, 5]);
    target.dispose();
    const gathered = (indices: number[]): Loss => (x) => tf.sum(tf.square(tf.gather(rows(x), tf.tensor1d(indices, "int32"), 1)));
    assert.deepEqual(mustBeAlike(descend(() => (step) => gathered([step, 7, 7]))), [1, 2, 3, 4, 5]);
    for (const index of [-1, 48])
      assert.throws(() => scoped(() => withoutTapeLeak(() => measure(gathered([index, 7, 7]), image(0)), () => undefined)), RegExp(`GatherV2: the index value ${index} `));
  });

  it("is recorded where it is part of another gradient, or of a larger computation that is read at once", () => {
    const second = (): Loss => (x) => tf.sum(tf.square(tf.grad((input: tf.Tensor) => tf.sum(tf.pow(input, 3)))(x)));
    assert.deepEqual(mustBeAlike(descend(() => second)), []);
    const onwards = (step: number): Bytes => scoped(() => {
      const x = image(step);
      const moved = tf.sub(x, tf.grad((input: tf.Tensor) => network(input as tf.Tensor4D))(x));
      return [new Float32Array(), moved.dataSync<"float32">()];
    });
    assert.deepEqual(mustBeAlike(() => onwards), []);
  });

  it("is recorded again after its session was closed, and after it failed", () => {
    const filter = tf.tidy(() => tf.randomNormal([3, 3, 8, 128], 0, 0.2, "float32", 3)) as tf.Tensor4D;
    const wide: Loss = (x) => tf.mean(tf.square(tf.conv2d(tf.conv2d(x, filters[0], 1, "same"), filter, 1, "same")));
    const x = image(1);
    measure(wide, x);
    filter.dispose();
    assert.throws(() => withoutTapeLeak(() => measure(wide, x), () => undefined), /disposed/);
    const failing: Loss = (input) => {
      network(input);
      throw new Error("mine");
    };
    assert.throws(() => withoutTapeLeak(() => measure(failing, x), () => undefined), /mine/);
    assert.deepEqual(mustBeAlike(descend(() => () => network)), [1, 2, 3, 4, 5]);
    x.dispose();
  });

  it("is that of an objective: notebook 00's is replayed in every step but the first", async () => {
    const [vgg, photo, painting] = [await randomVgg({ width: 1 / 16 }), tf.reshape(image(1, 32), [32, 32, 3]), tf.reshape(image(2, 32), [32, 32, 3])] as const;
    const goal = objective(vgg, [
      content(photo as Image, { loss: relative(activations()) }), style(painting as Image, { loss: relative(gram()) }), smoothness(),
    ]);
    const before = backend.replays.count;
    for (let step = 0; step < 4; step++) {
      const x = tf.tidy(() => tf.reshape(image(step + 3, 32), [32, 32, 3])) as Image;
      await goal.measure(x);
      x.dispose();
    }
    assert.equal(backend.replays.count - before, 3);
    goal.dispose();
    vgg.dispose();
    tf.dispose([photo, painting]);
  });

  it("is that of an image with respect to its parameters", async () => {
    const optimizer = reparameterize(fourier(), adam({ clip: false }));
    const f = (x: Float32Array): Evaluation => ({ value: 0, gradient: x });
    const pixels = tf.tidy(() => image(1).dataSync<"float32">());
    let { x, state } = { x: pixels, state: optimizer.init(pixels, [8, 8, 3]) };
    const counts: number[] = [];
    for (let step = 0; step < 4; step++) {
      const before = backend.replays.count;
      ({ x, state } = await optimizer.step(f, x, state));
      counts.push(backend.replays.count - before);
    }
    assert.deepEqual(counts, [0, 1, 1, 1]);
  });

  for (const [what, batch] of [
    ["", ({ seed }: BatchRequest) => ({ x: image(seed, 12) })],
    [", also where its batch is a crop at another place each time", ({ seed }: BatchRequest) => ({ x: tf.tidy(() => tf.slice(image(seed, 16), [0, seed % 4, 1, 0], [1, 12, 12, 3])) })],
  ] as const)
    it(`is that of a step of training, which makes no session after the first and logs its metrics${what}`, async () => {
      const slots = parameterSlots([["first", [3, 3, 3, 16]], ["second", [3, 3, 16, 32]]]); // the second has more numbers than are compared by content
      const start = tf.tidy(() => tf.randomNormal([parameterCount(slots)], 0, 0.2, "float32", 1).dataSync<"float32">());
      const before = backend.replays.count;
      const counts: number[][] = [];
      for await (const { index, loss, parts } of train({
        slots, start, optimizer: (rate) => adam({ rate, clip: false }), learningRate: () => 1e-3, steps: 4,
        batch: async (request) => {
          const made = batch(request);
          await made.x.data(); // what this makes is not the step's
          counts.push([backend.sessions.memory().created]);
          made.x.dispose();
          return batch(request);
        },
        loss: (parameters, { x }) => {
          const hidden = tf.relu(tf.conv2d(x, parameters.get("first") as tf.Tensor4D, 1, "same"));
          const error = tf.mean(tf.square(tf.conv2d(hidden, parameters.get("second") as tf.Tensor4D, 1, "same"))) as tf.Scalar;
          return { loss: error, metrics: { error } };
        },
      })) {
        assert.equal(parts.error, loss);
        counts.at(-1)!.push(backend.sessions.memory().created, backend.replays.count - before, index);
      }
      assert.deepEqual(counts.map(([created, after, replays]) => [after - created, replays]), [[1, 0], [0, 1], [0, 2], [0, 3]]);
    });

  it("has the bytes of its recording in 30 random programs, with other numbers", () => {
    let replayed = 0;
    for (let seed = 0; seed < 30; seed++) {
      const program = randomProgram(seed);
      const run = (step: number): Bytes => scoped(() => {
        const inputs = program.inputs.map(({ shape, numbers }) => tf.tensor(Float32Array.from(numbers, (n) => n * (1 + step / 8)), [...shape]));
        const { value, grads } = tf.valueAndGrads((...xs: tf.Tensor[]) =>
          tf.add(program.loss(...xs), tf.mul(0.1, tf.addN(xs.map((x) => tf.sum(x))))))(inputs);
        const flat = tf.concat(grads.map((grad) => tf.tensor1d(grad.dataSync())));
        return [value.dataSync<"float32">(), flat.dataSync<"float32">()];
      });
      try {
        replayed += mustBeAlike(() => run, 3).length;
      } catch (error) {
        throw new Error(`seed ${seed}:\n${program.text}`, { cause: error });
      }
    }
    assert.ok(replayed >= 30, `only ${replayed} of 60 were replayed`);
  });
});
