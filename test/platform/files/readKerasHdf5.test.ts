import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { h5wasm, readKerasHdf5 } from "../../../src/platform/files/readKerasHdf5";
import { readWeights } from "../../../src/platform/files/readWeights";
import { temporaryFolder } from "./fixtures";

interface Written {
  shape: number[];
  data: Float32Array | Float64Array | Int32Array;
}

/** Writes datasets, groups and all, as Keras would. */
async function writeHdf5(file: string, datasets: Record<string, Written>): Promise<void> {
  const { File, Group } = await h5wasm();
  const root = new File(file, "w");
  for (const [name, { shape, data }] of Object.entries(datasets)) {
    let group = root as InstanceType<typeof Group>;
    const parts = name.split("/");
    for (const part of parts.slice(0, -1))
      group = group.keys().includes(part) ? group.get(part) as typeof group : group.create_group(part);
    group.create_dataset({ name: parts.at(-1)!, data, shape });
  }
  root.close();
}

const kernel = { shape: [1, 2, 3, 2], data: Float32Array.from({ length: 12 }, (_, i) => i / 7) };

test("arrays come back under their paths with their shapes and values, without model_weights/", async (t) => {
  // Not an .h5 ending: the content decides.
  const file = path.join(temporaryFolder(t), "weights.bin");
  await writeHdf5(file, {
    "block1_conv1/block1_conv1_W_1:0": kernel,
    "model_weights/block1_conv2/block1_conv2/kernel:0": kernel,
    "doubles": { shape: [2], data: Float64Array.of(0.5, 1e-3) },
    "optimizer_weights/adam/m:0": kernel,
    "iterations": { shape: [1], data: Int32Array.of(3) },
  });
  const tensors = await readWeights(file);
  assert.deepEqual([...tensors.keys()].sort(), [
    "block1_conv1/block1_conv1_W_1:0", "block1_conv2/block1_conv2/kernel:0", "doubles"]);
  for (const name of ["block1_conv1/block1_conv1_W_1:0", "block1_conv2/block1_conv2/kernel:0"]) {
    assert.deepEqual(tensors.get(name), kernel);
  }
  assert.deepEqual(tensors.get("doubles")!.data, Float32Array.of(0.5, 1e-3));
  assert.deepEqual([...(await readKerasHdf5(file, (name) => name === "doubles")).keys()], ["doubles"]);
});

test("a relative path is relative to the working folder", async (t) => {
  const file = path.join(temporaryFolder(t), "a.h5");
  await writeHdf5(file, { a: kernel });
  assert.deepEqual((await readKerasHdf5(path.relative(process.cwd(), file))).get("a"), kernel);
});

test("cut and damaged files are refused by name with the remedy, and nothing is printed", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "good.h5");
  await writeHdf5(file, Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`layer${i}/kernel:0`, kernel])));
  const bytes = fs.readFileSync(file);
  const printed: unknown[] = [];
  t.mock.method(console, "error", (line: unknown) => printed.push(line));
  t.mock.method(process.stderr, "write", (line: unknown) => printed.push(line));
  const damaged = path.join(folder, "bad.h5");
  for (const content of [
    bytes.subarray(0, bytes.length - 1), bytes.subarray(0, 100), bytes.subarray(0, 8),
    Buffer.from(bytes).fill(255, 200, 2000),
  ]) {
    fs.writeFileSync(damaged, content);
    await assert.rejects(readKerasHdf5(damaged), (error: Error) =>
      error.message.startsWith(`${damaged} cannot be read as HDF5: `)
        && /download or export the file again/.test(error.message));
  }
  assert.deepEqual(printed, []);
  assert.equal((await readKerasHdf5(file)).size, 20, "a good file is still read afterwards");
});

test("every read is of the file as it is now: after a refused one at the same place, too", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "weights.h5");
  const many = (scale: number): Record<string, Written> => Object.fromEntries(Array.from({ length: 20 }, (_, i) =>
    [`layer${i}/kernel:0`, { shape: [50, 100], data: Float32Array.from({ length: 5000 }, (_, j) => scale * (i + j + 1)) }]));
  await writeHdf5(file, many(1));
  const [good, other] = [fs.readFileSync(file), path.join(folder, "other.h5")];
  await writeHdf5(other, many(3));
  const into = (bytes: Uint8Array): void => { // the same inode, as an editor or a download writes it
    const handle = fs.openSync(file, "r+");
    fs.ftruncateSync(handle, 0);
    fs.writeSync(handle, bytes, 0, bytes.length, 0);
    fs.closeSync(handle);
  };
  const sum = async (): Promise<number> =>
    [...(await readKerasHdf5(file)).values()].reduce((total, { data }) => total + data.reduce((a, b) => a + b, 0), 0);
  const whole = await sum();
  into(fs.readFileSync(other));
  assert.ok(Math.abs(await sum() / whole - 3) < 1e-6, "changed in place, and never refused");
  into(good);
  assert.equal(await sum(), whole);
  for (const damage of [good.subarray(0, good.length - 1), good.subarray(0, good.length / 2), Buffer.from(good).fill(255, 800, 3000)]) {
    into(damage);
    await assert.rejects(readKerasHdf5(file), /cannot be read as HDF5/);
    await assert.rejects(readKerasHdf5(file), /cannot be read as HDF5/, "a second time, too");
    into(good);
    assert.equal(await sum(), whole);
    into(good.subarray(0, good.length - 100));
    await assert.rejects(readKerasHdf5(file), /cannot be read as HDF5/, "a good file before it does not help");
    into(fs.readFileSync(other));
    assert.ok(Math.abs(await sum() / whole - 3) < 1e-6);
  }
});
