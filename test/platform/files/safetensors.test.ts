import assert from "node:assert/strict";
import * as fs from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "../../../src/platform/files/halfFloats";
import { readWeights } from "../../../src/platform/files/readWeights";
import { readSafetensors, writeSafetensors } from "../../../src/platform/files/safetensors";
import type { Tensors } from "../../../src/platform/files/tensors";
import { temporaryFolder } from "./fixtures";

// IEEE 754-2019 binary16 and bfloat16, from the formats' definitions: smallest, largest, thirds, infinities.
const float16: [number, number][] = [
  [0x0000, 0], [0x3c00, 1], [0xc000, -2], [0x7bff, 65504], [0x0400, 2 ** -14], [0x03ff, 1023 * 2 ** -24],
  [0x0001, 2 ** -24], [0x8001, -(2 ** -24)], [0x3555, 0.333251953125], [0x3bff, 0.99951171875], [0x7c00, Infinity],
  [0xfc00, -Infinity],
];
const bfloat16: [number, number][] = [
  [0x0000, 0], [0x3f80, 1], [0xc000, -2], [0x4049, 3.140625], [0x3eab, 0.333984375],
  [0x7f80, Infinity], [0xff80, -Infinity], [0x7f7f, 255 * 2 ** 120], [0x0080, 2 ** -126], [0x0001, 2 ** -133],
];

test("float16 and bfloat16 have their reference values, both ways", () => {
  for (const [bits, value] of float16) assert.deepEqual([fromFloat16(bits), toFloat16(value)], [value, bits]);
  for (const [bits, value] of bfloat16) assert.deepEqual([fromBfloat16(bits), toBfloat16(value)], [value, bits]);
  assert.ok(Object.is(fromFloat16(0x8000), -0) && toFloat16(-0) === 0x8000);
  assert.ok(Number.isNaN(fromFloat16(toFloat16(NaN))) && Number.isNaN(fromBfloat16(toBfloat16(NaN))));
});

test("every one of the 65536 bit patterns survives the way to float32 and back", () => {
  for (let bits = 0; bits < 65536; bits++) {
    if (!Number.isNaN(fromFloat16(bits))) assert.equal(toFloat16(fromFloat16(bits)), bits);
    if (!Number.isNaN(fromBfloat16(bits))) assert.equal(toBfloat16(fromBfloat16(bits)), bits);
  }
});

test("halves round to even, and only what is nearer to infinity overflows", () => {
  // Between 2048 and 4096 a float16 step is 2.
  for (const [value, rounded] of [[2049, 2048], [2051, 2052], [2049.01, 2050], [65519.9, 65504], [65520, Infinity],
    [2 ** -25, 0], [1.01 * 2 ** -25, 2 ** -24], [3 * 2 ** -25, 2 ** -23], [2 ** -14 - 2 ** -26, 2 ** -14]]) {
    assert.equal(fromFloat16(toFloat16(value)), rounded, `${value}`);
  }
  // Between 256 and 512 a bfloat16 step is 2.
  for (const [value, rounded] of [[257, 256], [259, 260], [257.01, 258], [3.4e38, Infinity]]) {
    assert.equal(fromBfloat16(toBfloat16(value)), rounded, `${value}`);
  }
});

const tensors: Tensors = new Map([
  ["features.0.weight", { shape: [2, 3], data: Float32Array.of(1, -0.5, 1 / 3, 1e-3, 1000, 0) }],
  ["scalar", { shape: [], data: Float32Array.of(7) }],
  ["empty", { shape: [0, 4], data: new Float32Array(0) }],
]);

test("what writeSafetensors() writes, readWeights() reads: exactly in F32, rounded in F16 and BF16", async (t) => {
  const folder = temporaryFolder(t);
  for (const [dtype, precision] of [["F32", 0], ["F16", 2 ** -11], ["BF16", 2 ** -8]] as const) {
    // The content decides, not the ending.
    const file = path.join(folder, `${dtype}.h5`);
    await writeSafetensors(file, tensors, { dtype, metadata: { normalization: "caffe" } });
    assert.deepEqual((await readSafetensors(file)).metadata, { normalization: "caffe" });
    const read = await readWeights(file);
    assert.deepEqual([...read.keys()], [...tensors.keys()]);
    for (const [name, { shape, data }] of tensors) {
      assert.deepEqual(read.get(name)!.shape, shape);
      read.get(name)!.data.forEach((value, i) => assert.ok(Math.abs(value - data[i]) <= precision * Math.abs(data[i])));
    }
    assert.deepEqual([...(await readWeights(file, (name) => name === "scalar")).keys()], ["scalar"]);
  }
  assert.deepEqual(fs.readdirSync(folder).sort(), ["BF16.h5", "F16.h5", "F32.h5"]);
});

/** A file written by hand from the format's description. */
function byHand(header: unknown, data: Uint8Array): Buffer {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, data]);
}

test("a file made by hand from the format's description is read", async (t) => {
  const file = path.join(temporaryFolder(t), "a.safetensors");
  const header = {
    b: { dtype: "F16", shape: [2], data_offsets: [8, 12] }, a: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
    c: { dtype: "BF16", shape: [1], data_offsets: [12, 14] },
  };
  fs.writeFileSync(file, byHand(header, Buffer.from("0000803f000020c0" + "003c00c0" + "4940", "hex")));
  const read = await readWeights(file);
  assert.deepEqual([...read.get("a")!.data], [1, -2.5]);
  assert.deepEqual([...read.get("b")!.data], [1, -2]);
  assert.deepEqual([...read.get("c")!.data], [3.140625]);
});

test("every array is read whole where each read returns a few bytes only, as network file systems may", async (t) => {
  const file = path.join(temporaryFolder(t), "a.safetensors");
  await writeSafetensors(file, tensors, { metadata: { normalization: "caffe" } });
  const handle = await open(file);
  const { read } = handle;
  t.mock.method(Object.getPrototypeOf(handle), "read", function (
    this: FileHandle, into: Uint8Array, offset: number, length: number, position: number,
  ) {
    return (read as Function).call(this, into, offset, Math.min(length, 5), position);
  });
  await handle.close();
  const { tensors: found, metadata } = await readSafetensors(file);
  assert.deepEqual([found, metadata], [tensors, { normalization: "caffe" }]);
  assert.deepEqual(await readWeights(file), tensors);
});

test("the padded start of the arrays is a multiple of eight bytes", async (t) => {
  const file = path.join(temporaryFolder(t), "a.safetensors");
  await writeSafetensors(file, tensors);
  assert.equal(fs.readFileSync(file).readUInt32LE(0) % 8, 0);
});

test("damaged files are refused by name, with the remedy", async (t) => {
  const folder = temporaryFolder(t);
  const good = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  const eight = Buffer.alloc(8);
  const cases: [string, Buffer, RegExp][] = [
    ["cut", byHand({ a: good }, eight.subarray(0, 5)), /announces \d+ bytes and there are \d+, so it is cut short/],
    ["long", byHand({ a: good }, Buffer.alloc(9)), /announces \d+ bytes/],
    ["header", byHand({ a: good }, eight).subarray(0, 20), /ends inside its header/],
    ["json", byHand("{nonsense", eight), /header is not JSON/],
    ["overlap", byHand({ a: good, b: { ...good, data_offsets: [4, 12] } }, Buffer.alloc(12)), /overlap or leave gaps/],
    ["shape", byHand({ a: { ...good, shape: [3] } }, eight), /"a" has a length that is not its shape's/],
    ["negative", byHand({ a: { ...good, shape: [-2] } }, eight), /entry "a" is malformed/],
    ["type", byHand({ a: { ...good, dtype: "I64", shape: [1] } }, eight), /type I64; F32, F16, BF16 are supported/],
  ];
  for (const [name, bytes, message] of cases) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    await assert.rejects(readWeights(file), (error: Error) =>
      error.message.includes(file) && message.test(error.message) && /again/.test(error.message), name);
  }
  const short: Tensors = new Map([["a", { shape: [3], data: new Float32Array(2) }]]);
  await assert.rejects(writeSafetensors(path.join(folder, "x"), short), /"a" has 2 values, but its shape \[3\] needs 3/);
});

test("what is no weights file is refused, and says what it is", async (t) => {
  const folder = temporaryFolder(t);
  for (const [content, message] of [
    ["", /it is empty/], ["hello", /neither Keras HDF5 nor safetensors/], ["<!doctype html><p>sign in", /web page/],
    ["PK\x03\x04", /PyTorch file, to be converted/], ["version https://git-lfs", /Git LFS pointer/],
  ] as const) {
    const file = path.join(folder, "weights.h5");
    fs.writeFileSync(file, content);
    await assert.rejects(readWeights(file), message);
  }
  await assert.rejects(readWeights(path.join(folder, "none.h5")), /none\.h5 does not exist: check the path/);
  await assert.rejects(readWeights(folder), /is a folder/);
});
