import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { imagesPath, packageRoot, weightsPath } from "../../../src/platform/files/paths";
import { writeAtomically } from "../../../src/platform/files/writeAtomically";
import { temporaryFolder, withVariable } from "./fixtures";

test("writeAtomically() writes text and bytes, creates the folder and leaves nothing else behind", async (t) => {
  const folder = path.join(temporaryFolder(t), "new", "folder");
  await writeAtomically(path.join(folder, "a.txt"), "text");
  await writeAtomically(path.join(folder, "b.bin"), Buffer.from([1, 2, 3]));
  assert.deepEqual(fs.readdirSync(folder), ["a.txt", "b.bin"]);
  assert.equal(fs.readFileSync(path.join(folder, "a.txt"), "utf8"), "text");
  assert.deepEqual([...fs.readFileSync(path.join(folder, "b.bin"))], [1, 2, 3]);
});

test("writeAtomically() leaves the old file as it was when the writer fails, and no temporary file", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "a.txt");
  await writeAtomically(file, "old");
  const failing = writeAtomically(file, async (temporary) => {
    assert.equal(path.dirname(temporary), folder, "a rename is only atomic within one file system");
    fs.writeFileSync(temporary, "half of the n");
    assert.equal(fs.readFileSync(file, "utf8"), "old");
    throw new Error("disk on fire");
  });
  await assert.rejects(failing, /disk on fire/);
  assert.deepEqual(fs.readdirSync(folder), ["a.txt"]);
  assert.equal(fs.readFileSync(file, "utf8"), "old");
});

test("a file that cannot be written is named, with the remedy", { skip: !fs.existsSync("/dev/full") && "no /dev/full here" }, async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "a.txt");
  const refuses = (target: string, message: RegExp, content: Parameters<typeof writeAtomically>[1] = "text"): Promise<void> =>
    assert.rejects(writeAtomically(target, content), (error: NodeJS.ErrnoException) =>
      error.message.startsWith(`${target} was not written: `) && message.test(error.message) && typeof error.code === "string");
  await refuses(file, /the disk is full: free some space/, async () => fs.writeFileSync("/dev/full", "text"));
  await refuses(file, /the disk is full/, async () => { // as others wrap it
    try {
      fs.writeFileSync("/dev/full", "text");
    } catch (cause) {
      throw new Error("the picture was not drawn", { cause });
    }
  });
  await refuses(folder, /it is a folder: choose another name/);
  fs.writeFileSync(file, "");
  await refuses(path.join(file, "b.txt"), /a\.txt is not a folder/);
  await assert.rejects(writeAtomically(file, async (temporary) => fs.copyFileSync(folder, temporary)), /^Error: (EISDIR|ENOTSUP|EPERM).*copyfile/,
    "what the content could not read is no fault of the file");
  await assert.rejects(writeAtomically(file, async () => { throw new RangeError("other"); }), /^RangeError: other$/);
});

test("two writers of one file do not mix", async (t) => {
  const file = path.join(temporaryFolder(t), "a.txt");
  const contents = ["a".repeat(1e6), "b".repeat(1e6)];
  await Promise.all(contents.map((content) => writeAtomically(file, content)));
  assert.ok(contents.includes(fs.readFileSync(file, "utf8")));
});

test("the search paths read their variables when they are called, and take several folders", (t) => {
  assert.ok(fs.existsSync(path.join(packageRoot, "package.json")));
  withVariable(t, "STYLOSCOPE_WEIGHTS", ["/one", "", "/two"].join(path.delimiter));
  withVariable(t, "STYLOSCOPE_IMAGES", "/three");
  assert.deepEqual(weightsPath(), [path.join(packageRoot, "weights"), path.resolve("/one"), path.resolve("/two")]);
  assert.equal(imagesPath().at(-1), path.resolve("/three"));
  process.env.STYLOSCOPE_IMAGES = "";
  assert.equal(imagesPath().length, 2);
});
