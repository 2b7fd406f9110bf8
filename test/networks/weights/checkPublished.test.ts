// The checksum of published weights is checked when they are loaded.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { architectures } from "../../../src/networks/registry";
import { checkPublished } from "../../../src/networks/weights/checkPublished";
import { networkWeights } from "../../../src/networks/weights/networkWeights";
import { manifest } from "../../../src/platform/files/manifest";
import { weightsFolder } from "../../../src/platform/files/paths";
import { differenceFrom, noteChecksum } from "../../../src/platform/files/publishedFile";
import { temporaryFolder } from "../../platform/files/fixtures";

const published = path.join(weightsFolder, "vgg19-mini.safetensors");
const load = (file: string): ReturnType<typeof networkWeights> => networkWeights(architectures["vgg19-mini"], file);

test("one changed byte in the note of vgg19-mini is found when it is loaded, and when the file changes later", async (t) => {
  const file = path.join(temporaryFolder(t), "vgg19-mini.safetensors");
  const bytes = fs.readFileSync(published);
  fs.writeFileSync(file, bytes);
  assert.equal((await load(file)).normalization, "torchvision");
  const at = bytes.indexOf('"normalization"') + 3; // "normalization" becomes another word, and the naming's would be taken
  assert.ok(at > 3);
  fs.writeFileSync(file, Buffer.from(bytes).fill("x", at, at + 1));
  await assert.rejects(load(file), (error: Error) => error.message.startsWith(`${file} is damaged or was changed: expected sha256 7094e8`)
    && /Take the project's own file, weights\/vgg19-mini\.safetensors; if it is meant/.test(error.message));
  fs.writeFileSync(file, Buffer.from(bytes).fill(bytes.at(-1)! ^ 1, bytes.length - 1));
  await assert.rejects(load(file), /damaged or was changed/, "a weight, too");
  fs.writeFileSync(file, bytes);
  assert.equal((await load(file)).normalization, "torchvision");
  const other = path.join(path.dirname(file), "another-mini.safetensors");
  fs.writeFileSync(other, Buffer.from(bytes).fill(bytes.at(-1)! ^ 1, bytes.length - 1));
  assert.equal((await load(other)).filters.size, 13, "under another name it may be another network");
});

test("a published file's checksum is computed once, until the file changes", async (t) => {
  const file = path.join(temporaryFolder(t), "vgg19-mini.safetensors");
  fs.copyFileSync(published, file);
  const opened = t.mock.method(fs, "createReadStream");
  await checkPublished(file);
  assert.equal(opened.mock.callCount(), 1);
  await checkPublished(file);
  await checkPublished(file);
  assert.equal(opened.mock.callCount(), 1);
  fs.utimesSync(file, 1, 2);
  await checkPublished(file);
  assert.equal(opened.mock.callCount(), 2);
});

test("published weights of which only an md5 is published are held against the sha256 that was noted, too", async (t) => {
  const { fileName, checksum } = manifest.find(({ name }) => name === "vgg16")!;
  const file = path.join(temporaryFolder(t), fileName);
  fs.writeFileSync(file, "not the published file");
  await assert.rejects(checkPublished(file), new RegExp(`damaged or was changed: expected md5 ${checksum.value}, got .*npm run weights -- vgg16`));
  const own = { checksum: { algorithm: "md5", value: createHash("md5").update("not the published file").digest("hex") } } as const;
  assert.equal(await differenceFrom(own, file), undefined);
  await noteChecksum(own, file);
  assert.equal(await differenceFrom(own, file), undefined);
  fs.writeFileSync(`${file}.sha256`, `${"0".repeat(64)}  ${fileName}\n`);
  assert.equal((await differenceFrom(own, file))!.algorithm, "sha256");
});
