import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { randomVgg } from "../../../../src/networks/vgg";
import { objective } from "../../../../src/objective";
import type { OnnxBackend } from "../../../../src/platform/engine/onnx/backend";
import { registerOnnx } from "../../../../src/platform/engine/onnx/register";
import { view } from "../../../../src/platform/engine/onnx/tensorView";
import { apply, setOrigin } from "../../../../src/platform/engine/onnx/value";
import { content, style } from "../../../../src/terms";
import { assertClose, drawn, leaksNothing } from "../../../compare";

let backend: OnnxBackend;
/** For each run of a session, the number of its outputs. */
let runs: number[] = [];

const sessions = (): number => backend.sessions.memory().sessions;
const tensor = (x: tf.TensorInfo): tf.Tensor => tf.engine().makeTensorFromTensorInfo(x);

/** Runs `body` on the plain cpu backend, then switches back. */
async function onCpu<Result>(body: () => Result | Promise<Result>): Promise<Result> {
  await tf.setBackend("cpu");
  try {
    return await body();
  } finally {
    await tf.setBackend("onnx");
  }
}

before(async () => {
  process.env.STYLOSCOPE_ENGINE = "onnx"; // also for code that calls engine()
  registerOnnx("onnx");
  await tf.setBackend("onnx");
  backend = tf.backend() as OnnxBackend;
  const run = backend.sessions.run;
  backend.sessions.run = (outputs) => {
    runs.push(outputs.length);
    return run(outputs);
  };
});
beforeEach(() => { runs = []; });
after(() => backend.dispose());

describe("the onnx backend runs", () => {
  it("nothing before a value is read, and then everything at once", () => tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.sum(tf.mul(tf.add(x, 1), 2));
    assert.deepEqual(runs, []);
    assert.equal(y.dataSync()[0], 18);
    assert.equal(runs.length, 1);
  }));

  it("nothing for uploaded numbers, in whatever shape they are read", () => tf.tidy(() => {
    const x = tf.tensor2d([[1, 2], [3, 4]]);
    assert.deepEqual([...x.dataSync()], [1, 2, 3, 4]);
    assert.deepEqual([...tf.expandDims(tf.reshape(x, [4])).dataSync()], [1, 2, 3, 4]);
    assert.deepEqual(runs, []);
  }));

  it("nothing for a value that was read before", () => tf.tidy(() => {
    const y = tf.exp(tf.tensor1d([0, 1]));
    y.dataSync();
    y.dataSync();
    tf.reshape(y, [2, 1]).dataSync();
    assert.equal(runs.length, 1);
  }));

  it("no operation twice when a loss is read in its middle: live values are kept", () => tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3]);
    const middle = tf.exp(x);
    const other = tf.sin(middle); // live, and shares the exponential
    const loss = tf.sum(tf.square(middle));
    assertClose(middle, [Math.E, Math.E ** 2, Math.E ** 3], 1e-6);
    assert.equal(runs.length, 1);
    assertClose(other, [1, 2, 3].map((number) => Math.sin(Math.exp(number))), 1e-4);
    assertClose(loss, [1, 2, 3].reduce((sum, number) => sum + Math.exp(2 * number), 0), 1e-6);
    assert.equal(runs.length, 1, "the first run computed the others too");
    tf.add(loss, 1).dataSync();
    assert.equal(runs.length, 2, "what follows starts from the computed values");
    assert.equal(runs[1], 1);
  }));

  it("a gradient to the same value when its loss is read in the middle", () => tf.tidy(() => {
    const x = tf.tensor1d([0.5, -1, 2]);
    const gradient = (readMiddle: boolean): tf.Tensor => tf.grad((value) => {
      const y = tf.square(tf.sigmoid(value));
      if (readMiddle) y.dataSync();
      return tf.sum(tf.mul(y, value));
    })(x);
    assertClose(gradient(true), gradient(false), 1e-6);
  }));

  it("only what is connected to the value that is read", () => tf.tidy(() => {
    const [a, b] = [tf.exp(tf.scalar(1)), tf.exp(tf.scalar(2))];
    a.dataSync();
    assert.deepEqual(runs, [1]);
    b.dataSync();
    assert.deepEqual(runs, [1, 1]);
  }));

  it("before too much is pending, in a loop that reads nothing", () => tf.tidy(() => {
    let x: tf.Tensor = tf.scalar(0);
    for (let i = 0; i < 12000; i++) {
      const next = tf.add(x, 1);
      x.dispose();
      x = next;
    }
    assert.ok(runs.length >= 1);
    assert.equal(x.dataSync()[0], 12000);
  }));

  it("one session for graphs that differ only in their numbers", () => tf.tidy(() => {
    const compute = (number: number): number => tf.sum(tf.tanh(tf.fill([7, 3], number).add(tf.tensor1d([number, 1, 2])))).dataSync()[0];
    compute(1);
    const first = sessions();
    assertClose(compute(0.5), 7 * (Math.tanh(1) + Math.tanh(1.5) + Math.tanh(2.5)), 1e-6);
    assert.equal(sessions() - first, 1, "a fill with 1 is part of the structure"); // other numbers and tensors are not:
    const coshSum = (number: number): number => tf.sum(tf.cosh(tf.tensor1d([number, 1, 2]))).dataSync()[0];
    coshSum(1);
    const before = sessions();
    assertClose(coshSum(3), Math.cosh(3) + Math.cosh(1) + Math.cosh(2), 1e-6);
    assert.equal(sessions(), before);
  }));
});

describe("the onnx backend gives", () => {
  it("the same with data() and dataSync()", async () => {
    const make = (): tf.Tensor => tf.tidy(() => tf.softmax(drawn([4, 5, 6], 3)));
    const [a, b] = [make(), make()];
    assert.deepEqual(await a.data(), b.dataSync());
    assert.equal((await a.data()).length, 120);
    tf.dispose([a, b]);
  });

  it("the arrays of a tensor's type", () => tf.tidy(() => {
    assert.ok(tf.add(1, 1).dataSync() instanceof Float32Array);
    assert.ok(tf.add(tf.scalar(1, "int32"), tf.scalar(1, "int32")).dataSync() instanceof Int32Array);
    assert.deepEqual(tf.greater([1, 3], 2).dataSync(), new Uint8Array([0, 1]));
    assert.deepEqual(tf.reshape(tf.tensor(["a", "b"]), [2, 1]).dataSync(), ["a", "b"] as never);
  }));

  const special = [NaN, Infinity, -Infinity, 0, -0, 1, -2, 1e38, 3e-39];
  for (const [name, compute] of Object.entries({
    add: (x: tf.Tensor, y: tf.Tensor) => tf.add(x, y), sub: (x: tf.Tensor, y: tf.Tensor) => tf.sub(x, y),
    mul: (x: tf.Tensor, y: tf.Tensor) => tf.mul(x, y), div: (x: tf.Tensor, y: tf.Tensor) => tf.div(x, y),
    maximum: (x: tf.Tensor, y: tf.Tensor) => tf.maximum(x, y), minimum: (x: tf.Tensor, y: tf.Tensor) => tf.minimum(x, y),
    less: (x: tf.Tensor, y: tf.Tensor) => tf.less(x, y), equal: (x: tf.Tensor, y: tf.Tensor) => tf.equal(x, y),
    relu: (x: tf.Tensor) => tf.relu(x), exp: (x: tf.Tensor) => tf.exp(x), sqrt: (x: tf.Tensor) => tf.sqrt(x),
    abs: (x: tf.Tensor) => tf.abs(x), square: (x: tf.Tensor) => tf.square(x), sigmoid: (x: tf.Tensor) => tf.sigmoid(x),
    "the sum of rows": (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.add(x, y), 1),
    "the mean": (x: tf.Tensor) => tf.mean(x),
    isNaN: (x: tf.Tensor) => tf.isNaN(x), isFinite: (x: tf.Tensor) => tf.isFinite(x), isInf: (x: tf.Tensor) => tf.isInf(x),
    relu6: (x: tf.Tensor) => tf.relu6(x), clipByValue: (x: tf.Tensor) => tf.clipByValue(x, -1, 1),
  }))
    it(`NaN and Inf in ${name} as the cpu backend does`, async () => {
      const measured = (): number[] => tf.tidy(() => Array.from(compute(tf.tensor2d(special, [9, 1]), tf.tensor2d(special, [1, 9])).dataSync()));
      const [actual, reference] = [measured(), await onCpu(measured)];
      // A denormal may count as 0, so 1 / it as Inf; −0 and 0 are equal.
      actual.forEach((number, i) => {
        const expected = reference[i];
        const same = Object.is(number, expected) || number === expected || Math.abs(number - expected) <= 1e-4 * Math.abs(expected) ||
          Math.abs(expected) < 2e-38 && Math.abs(number) < 2e-38;
        const [row, column] = [special[Math.floor(i / 9)], special[i % 9]];
        assert.ok(same || [row, column].includes(3e-39), `${name} of ${row} and ${column}: ${number}, on cpu ${expected}`);
      });
    });

  it("zero-size tensors the shapes and values that TensorFlow.js defines", () => tf.tidy(() => {
    const none = tf.zeros([0, 3]);
    assert.deepEqual(tf.mul(tf.exp(none), 2).shape, [0, 3]);
    assert.equal(tf.exp(none).dataSync().length, 0);
    assert.deepEqual([...tf.sum(none, 0).dataSync()], [0, 0, 0]);
    assert.equal(tf.sum(none).dataSync()[0], 0);
    assert.deepEqual([...tf.prod(none, 0).dataSync()], [1, 1, 1]);
    assert.deepEqual([...tf.concat([none, tf.ones([1, 3])], 0).dataSync()], [1, 1, 1]);
    assert.deepEqual([...tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])).dataSync()], [0, 0, 0, 0]);
    assert.deepEqual(tf.slice(tf.ones([4]), [2], [0]).shape, [0]);
    assert.deepEqual(tf.matMul(none, tf.ones([3, 2])).shape, [0, 2]);
    assert.deepEqual(tf.transpose(none).shape, [3, 0]);
    assert.deepEqual(tf.grad((x) => tf.sum(tf.square(x)))(none).shape, [0, 3]);
  }));

  it("gradients of a small random VGG as the cpu backend, to 1e-4", async () => {
    const measured = async (): Promise<{ value: number; gradient: Float32Array; parts: Readonly<Record<string, number>> }> => {
      const network = await randomVgg({ width: 1 / 16, seed: 5, pooling: "max" });
      const [photo, painting] = [tf.randomUniform([34, 41, 3], 0, 1, "float32", 1), tf.randomUniform([40, 32, 3], 0, 1, "float32", 2)] as tf.Tensor3D[];
      const goal = objective(network, [content(photo), style(painting, { weight: 100 })]);
      const image = tf.randomUniform([34, 41, 3], 0, 1, "float32", 3) as tf.Tensor3D;
      const result = await goal.measure(image);
      goal.dispose();
      network.dispose();
      tf.dispose([photo, painting, image]);
      return result;
    };
    const [actual, reference] = [await measured(), await onCpu(measured)];
    assertClose(actual.value, reference.value, 1e-4);
    assertClose(actual.gradient, reference.gradient, 1e-4, "the pixel gradient");
    for (const [name, part] of Object.entries(reference.parts)) assertClose(actual.parts[name], part, 1e-4, name);
  });
});

describe("the onnx backend frees", () => {
  it("what a tidy and a dispose release: its data storage returns to its former size", () => leaksNothing(async () => {
    const before = backend.numDataIds();
    tf.tidy(() => tf.sum(tf.mul(drawn([3, 4, 2]), 2)).dataSync());
    tf.tidy(() => tf.sum(tf.mul(drawn([3, 4, 2]), 2))).dispose(); // never read
    const [x, y] = [drawn([3, 4, 2]), tf.scalar(2)];
    const z = tf.mul(x, y);
    const flat = tf.reshape(z, [24]);
    z.dispose();
    assert.equal(flat.dataSync().length, 24);
    tf.dispose([x, y, flat]);
    tf.tidy(() => tf.grad((value) => tf.sum(tf.exp(value)))(tf.ones([5])).dataSync());
    tf.tidy(() => tf.real(tf.complex([1, 2], [3, 4])).dataSync());
    assert.equal(backend.numDataIds(), before);
  }));

  it("everything but the targets, the filters and some sessions, in 200 measurements", async () => {
    const network = await randomVgg({ width: 1 / 32, seed: 6 });
    const photo = drawn([24, 24, 3], 1);
    const goal = objective(network, [content(photo), style(photo)]);
    const once = async (seed: number): Promise<void> => {
      const image = drawn([24, 24, 3], seed);
      await goal.measure(image);
      image.dispose();
    };
    for (let i = 0; i < 5; i++) await once(i);
    const [ids, before, bytes] = [backend.numDataIds(), sessions(), backend.sessions.memory().bytes];
    await leaksNothing(async () => { for (let i = 0; i < 200; i++) await once(i); });
    assert.equal(backend.numDataIds(), ids);
    assert.equal(sessions(), before, "a measurement is one structure, whatever the image");
    assert.equal(backend.sessions.memory().bytes, bytes);
    goal.dispose();
    network.dispose();
    photo.dispose();
  });

  it("a session with the filter that is its initializer", () => {
    const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 4, 128], 0, 1, "float32", 1);
    const before = sessions();
    tf.tidy(() => tf.conv2d(tf.ones<tf.Rank.R3>([6, 9, 4]), filter, 1, "same").dataSync());
    assert.equal(sessions(), before + 1);
    filter.dispose();
    assert.equal(sessions(), before);
  });

  it("no session when a small filter is uploaded anew with the same numbers", () => {
    const once = (): void => tf.tidy(() => {
      const filter = tf.ones<tf.Rank.R4>([3, 3, 2, 5]);
      tf.conv2d(tf.ones<tf.Rank.R3>([7, 11, 2]), tf.tensor4d(filter.dataSync(), filter.shape), 1, "same").dataSync();
    });
    once();
    const { created } = backend.sessions.memory();
    for (let i = 0; i < 3; i++) once();
    assert.equal(backend.sessions.memory().created, created);
  });

  it("the least recently used session when there are too many", () => tf.tidy(() => {
    for (let i = 1; i <= 80; i++) tf.exp(tf.zeros([i, 2, 2, 2, 2])).dataSync();
    assert.ok(sessions() <= 64, `${sessions()} sessions`);
    assert.equal(tf.exp(tf.zeros([1, 2, 2, 2, 2])).dataSync()[15], 1);
  }));
});

describe("the onnx backend keeps variables as inputs", () => {
  it("a new value of a variable gives a new result and no new session", () => tf.tidy(() => {
    const weight = tf.variable(tf.tensor2d([[1, 2], [3, 4]]));
    const x = tf.tensor2d([[1, 1]]);
    assert.deepEqual([...tf.matMul(x, weight).dataSync()], [4, 6]);
    const before = sessions();
    weight.assign(tf.tensor2d([[10, 20], [30, 40]]));
    assert.deepEqual([...tf.matMul(x, weight).dataSync()], [40, 60]);
    assert.equal(sessions(), before);
    weight.dispose();
  }));

  const shape: [number, number, number, number] = [3, 3, 20, 30]; // more numbers than are compared by content
  for (const [what, filterOf] of [
    ["uploaded anew in every step", (seed: number) => tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", seed)],
    ["a slice of what is uploaded anew in every step", (seed: number) =>
      tf.reshape<tf.Rank.R4>(tf.slice(tf.randomNormal([5407], 0, 1, "float32", seed), 7), shape)],
  ] as const)
    it(`a filter that is ${what}, and has a gradient, is an input: no session for each step`, () => {
      const x = drawn([14, 10, 20], 3);
      const step = (seed: number): void => tf.tidy(() => {
        const filter = filterOf(seed);
        tf.grad((f) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor3D, f as tf.Tensor4D, 1, "same"))) as tf.Scalar)(filter).dataSync();
      });
      step(1);
      const { created } = backend.sessions.memory();
      for (let seed = 2; seed < 6; seed++) step(seed);
      assert.equal(backend.sessions.memory().created, created);
      x.dispose();
    });

  it("training a convolution creates no sessions after its first steps, and learns", () => {
    const trueFilter = tf.randomNormal<tf.Rank.R4>([3, 3, 2, 3], 0, 1, "float32", 1);
    const x = drawn([12, 12, 2], 2);
    const target = tf.conv2d(x, trueFilter, 1, "same");
    const filter = tf.variable(tf.zeros<tf.Rank.R4>([3, 3, 2, 3]));
    const optimizer = tf.train.sgd(0.5);
    const step = (): number => tf.tidy(() => optimizer.minimize(
      () => tf.mean(tf.squaredDifference(tf.conv2d(x, filter, 1, "same"), target)) as tf.Scalar, true, [filter])!.dataSync()[0]);
    const first = step();
    for (let i = 0; i < 5; i++) step();
    const { created } = backend.sessions.memory();
    let last = 0;
    for (let i = 0; i < 20; i++) last = step();
    assert.equal(backend.sessions.memory().created, created);
    assert.ok(last < first / 100, `${first} → ${last}`);
    tf.dispose([trueFilter, x, target, filter]);
    optimizer.dispose();
  });
});

describe("the onnx backend treats a filter the same whatever ran before", () => {
  it("one that is drawn anew in every step leaves no session behind", () => {
    const x = drawn([12, 12, 4], 2);
    const before = sessions();
    const results: number[] = [];
    for (const seed of [7, 1, 2, 3, 4, 7])
      tf.tidy(() => {
        const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 4, 128], 0, 1, "float32", seed);
        results.push(tf.sum(tf.square(tf.conv2d(x, filter, 1, "same"))).dataSync()[0]);
      });
    assert.ok(sessions() <= before); // fewer where a full cache evicted some
    assert.equal(results.at(-1), results[0]);
    x.dispose();
  });
});

describe("the onnx backend reports", () => {
  it("a disposed tensor", () => {
    const x = tf.tidy(() => tf.exp(tf.tensor1d([1])));
    x.dispose();
    assert.throws(() => x.dataSync(), /disposed/);
    assert.throws(() => tf.exp(x), /a tensor is disposed/);
    assert.equal(tf.tidy(() => tf.exp(0).dataSync()[0]), 1);
  });

  it("nothing about a refused graph that stays live while ten thousand operations are recorded: the others are computed", () => {
    const ids = backend.numDataIds();
    const x = tf.tensor1d([1, 2, 3]);
    const bad = tensor(backend.toTensorInfo(view(apply("NoSuchOperation", [backend.viewOf(x).value], [3]))));
    const counted = tf.tidy(() => {
      let sum: tf.Tensor = tf.scalar(0);
      for (let i = 0; i < 10_010; i++) sum = tf.tidy(() => tf.add(sum, 1));
      return sum.dataSync()[0];
    });
    assert.equal(counted, 10_010);
    tf.dispose([x, bad]);
    assert.equal(backend.numDataIds(), ids);
  });

  it("a graph that ONNX Runtime refuses, with operation and shapes; what shares nothing with it is computed", () => {
    const ids = backend.numDataIds();
    const before = sessions();
    const x = tf.tidy(() => tf.exp(tf.tensor2d([[1, 2, 3]])));
    setOrigin("Impossible [1,3]");
    const bad = tensor(backend.toTensorInfo(view(apply("NoSuchOperation", [backend.viewOf(x).value], [1, 3]))));
    for (let i = 0; i < 2; i++)
      assert.throws(() => bad.dataSync(), (error: Error) => {
        assert.match(error.message, /ONNX Runtime refuses .*Impossible \[1,3\]/);
        assert.ok(error.cause);
        return true;
      });
    assert.equal(sessions(), before);
    assert.equal(tf.tidy(() => tf.sum(tf.ones([3])).dataSync()[0]), 3);
    bad.dispose();
    assertClose(x, [1, 2, 3].map(Math.exp), 1e-6);
    x.dispose();
    assert.equal(backend.numDataIds(), ids);
  });

  it("an index that turns out to be out of range during the run", () => {
    const x = tf.tensor1d([1, 2, 3]);
    setOrigin("Gather [3] [1]");
    const index = tf.tensor1d([7], "int32");
    const bad = tensor(backend.toTensorInfo(view(apply("Gather", [backend.viewOf(x).value, backend.viewOf(index).value], [1]))));
    assert.throws(() => bad.dataSync(), /ONNX Runtime could not compute Gather \[3\] \[1\]: .*out of/);
    bad.dispose();
    assert.deepEqual([...tf.tidy(() => tf.gather(x, [2, 0]).dataSync())], [3, 1]);
    tf.dispose([x, index]);
  });

  it("a STYLOSCOPE_THREADS that is not a number of threads", () => {
    const before = process.env.STYLOSCOPE_THREADS;
    try {
      for (const invalid of ["many", "0", "-1", "1.5"]) {
        process.env.STYLOSCOPE_THREADS = invalid;
        assert.throws(() => registerOnnx("onnx-never"), { name: "RangeError", message: new RegExp(`"${invalid}"; it can be`) });
      }
      assert.equal(tf.findBackendFactory("onnx-never"), null);
    } finally {
      if (before === undefined) delete process.env.STYLOSCOPE_THREADS;
      else process.env.STYLOSCOPE_THREADS = before;
    }
  });

});

describe("the onnx backend lists in cpuFallbacks", () => {
  it("a kernel that TensorFlow.js' cpu backend has computed, once, and prints no warning", async () => {
    const warnings: string[] = [];
    const listen = ({ message }: Error): void => { warnings.push(message); };
    process.on("warning", listen);
    assert.ok(!backend.cpuFallbacks.has("Unique"));
    for (let i = 0; i < 3; i++)
      tf.tidy(() => assert.deepEqual([...tf.unique(tf.tensor1d([3, 1, 3])).values.dataSync()], [3, 1]));
    await new Promise(setImmediate);
    process.off("warning", listen);
    assert.ok(backend.cpuFallbacks.has("Unique"));
    assert.deepEqual(warnings, []);
  });

  it("no kernel for strings, which no engine computes natively", () => {
    const before = backend.cpuFallbacks.size;
    tf.tidy(() => assert.deepEqual(tf.concat([tf.tensor1d(["a"]), tf.tensor1d(["b"])]).dataSync(), ["a", "b"] as never));
    assert.equal(backend.cpuFallbacks.size, before);
  });
});
