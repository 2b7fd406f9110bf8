// What is not a file, or is too large, is refused wherever a file is opened, before work begins, with the limit.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { createServer } from "node:net";
import * as path from "node:path";
import { test } from "node:test";
import { architectures } from "../../../src/networks/registry";
import { importWeights } from "../../../src/networks/weights/importWeights";
import { networkWeights } from "../../../src/networks/weights/networkWeights";
import { savedRun } from "../../../src/minimize/saveRun";
import { checksumOf } from "../../../src/platform/files/checksumOf";
import { loadImage } from "../../../src/platform/files/loadImage";
import { readNotebook } from "../../../src/platform/files/notebookFile";
import { readKerasHdf5 } from "../../../src/platform/files/readKerasHdf5";
import { readWeights } from "../../../src/platform/files/readWeights";
import { readSafetensors } from "../../../src/platform/files/safetensors";
import { temporaryFolder } from "./fixtures";

/** Everything that opens a file by its name. */
const openers: Record<string, (file: string) => unknown> = {
  loadImage, readWeights, readSafetensors, readKerasHdf5, savedRun, readNotebook,
  networkWeights: (file) => networkWeights(architectures["vgg19-mini"], file),
  importWeights: (file) => importWeights("vgg19", file, "/nowhere"),
  checksumOf: (file) => checksumOf(file, "sha256"),
};

for (const [name, opens] of Object.entries(openers)) {
  const refuses = (file: string, message: RegExp): Promise<void> =>
    assert.rejects(async () => opens(file), (error: Error) => error.message.includes(file) && message.test(error.message));

  test(`${name}() refuses devices, pipes, sockets and folders at once, by name`, { timeout: 20_000 }, async (t) => {
    const folder = temporaryFolder(t);
    const [pipe, socket, link] = ["pipe", "socket", "link"].map((kind) => path.join(folder, kind));
    execFileSync("mkfifo", [pipe]);
    const server = createServer().listen(socket);
    t.after(() => server.close());
    await new Promise((listening) => server.once("listening", listening));
    fs.symlinkSync("/dev/zero", link);
    for (const file of ["/dev/zero", "/dev/null", link]) await refuses(file, /is a device, not a file: give \w/);
    await refuses(pipe, /is a pipe, not a file/);
    await refuses(socket, /is a socket, not a file/);
    await refuses(folder, /is a folder: give \w.* inside it/);
  });

  test(`${name}() refuses a file that is too large before it reads it, with the limit`, { skip: name === "checksumOf" }, async (t) => {
    const file = path.join(temporaryFolder(t), "large");
    const handle = fs.openSync(file, "w");
    fs.ftruncateSync(handle, 5e9); // takes no room on the disk
    fs.closeSync(handle);
    await refuses(file, /has 5 GB, more than the [\d.]+ [MG]B that can be read: is it \w/);
  });
}

/** A safetensors file with this header and no bytes of its own behind it. */
function sparse(file: string, header: Record<string, { shape: number[] }>, bytes: number): void {
  let end = 0;
  const entries = Object.entries(header).map(([name, { shape }]) => {
    const from = end;
    end += shape.reduce((product, side) => product * side, bytes);
    return [name, { dtype: bytes === 2 ? "F16" : "F32", shape, data_offsets: [from, end] }];
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(json.length);
  fs.writeFileSync(file, Buffer.concat([length, json]));
  fs.truncateSync(file, 8 + json.length + end);
}

test("a tensor of 2.2 GB is refused with the limit, and does not end the process; one that is not wanted does not matter", async (t) => {
  const file = path.join(temporaryFolder(t), "large.safetensors");
  sparse(file, { huge: { shape: [550, 1000, 1000] }, small: { shape: [2] } }, 4);
  const script = `require("${path.resolve("src/platform/files/safetensors.ts")}").readSafetensors(${JSON.stringify(file)})
    .catch((error) => console.log(error.message))`;
  const said = execFileSync(process.execPath, ["--require", "ts-node/register", "-e", script], { encoding: "utf8" });
  assert.match(said, /large\.safetensors cannot be read as safetensors: "huge" of \[550, 1000, 1000\] has 550000000 values, and 268435456 is the most/);
  assert.deepEqual([...(await readSafetensors(file, (name) => name === "small")).tensors.values()], [{ shape: [2], data: new Float32Array(2) }]);
});
