import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import sharp from "sharp";
import { findImages } from "../../../src/platform/files/findImages";
import { namedSize } from "../../../src/platform/files/namedSize";
import { temporaryFolder } from "./fixtures";

describe("images by the name of a folder or a pattern", () => {
  it("are those of the folder or the pattern, in the order of their names; other files, folders and hidden ones are left out", (t) => {
    const place = temporaryFolder(t);
    for (const file of ["b.jpg", "a.JPG", "c10.png", "c2.png", "notes.txt", ".hidden.jpg", "more/d.jpg", "more/e.webp", "other/d.jpg"]) {
      fs.mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
      fs.writeFileSync(path.join(place, file), "");
    }
    fs.mkdirSync(path.join(place, "folder.jpg"));
    const found = (name: string): string[] | undefined => findImages(`${place}/${name}`)?.map((file) => file.slice(place.length + 1));
    assert.deepEqual(found(""), ["a.JPG", "b.jpg", "c10.png", "c2.png"]);
    assert.deepEqual(found("more"), ["more/d.jpg", "more/e.webp"]);
    assert.deepEqual(found("more/"), ["more/d.jpg", "more/e.webp"]);
    assert.deepEqual(found("*.jpg"), ["b.jpg"]);
    assert.deepEqual(found("*"), ["a.JPG", "b.jpg", "c10.png", "c2.png"]);
    assert.deepEqual(found("c?.png"), ["c2.png"]);
    assert.deepEqual(found("*/d.*"), ["more/d.jpg", "other/d.jpg"]);
    assert.equal(found("b.jpg"), undefined, "a file");
    assert.equal(found("nothing.jpg"), undefined);
    assert.equal(findImages("valley"), undefined, "a sample");
    fs.writeFileSync(path.join(place, "x[1]*.jpg"), "");
    assert.equal(found("x[1]*.jpg"), undefined, "a file whose name looks like a pattern");
    assert.deepEqual(found("x[1]?.jpg"), ["x[1]*.jpg"], "brackets mean themselves");
  });

  it("that find nothing are refused, with what there is", (t) => {
    const place = temporaryFolder(t);
    fs.writeFileSync(path.join(place, "notes.txt"), "");
    assert.throws(() => findImages(place), /there is no JPEG, PNG, WebP or TIFF in the folder .*: name another folder, or a pattern/);
    assert.throws(() => findImages(`${place}/*.jpg`), /no JPEG, PNG, WebP or TIFF matches .*\*\.jpg: there is no image in/);
    assert.throws(() => findImages(`${place}/photos/*.jpg`), /there is no folder .*photos \(relative to/);
    for (const file of ["a.png", "b.png", "c.png", "d.png"]) fs.writeFileSync(path.join(place, file), "");
    assert.throws(() => findImages(`${place}/*.jpg`), /are a\.png, b\.png, c\.png and 1 more/);
    assert.throws(() => findImages(`${place}/**/*.jpg`), /\*\* is not known/);
  });
});

it("the size that a named image will have is read without loading it; what cannot be loaded has none", async (t) => {
  const place = temporaryFolder(t);
  const file = path.join(place, "turned.jpg");
  await sharp({ create: { width: 60, height: 30, channels: 3, background: "#888888" } }).withMetadata({ orientation: 6 }).jpeg().toFile(file);
  assert.deepEqual(await namedSize(file, { shorter: 10 }), [20, 10]);
  assert.deepEqual(await namedSize("valley", { cover: [8, 9] }), [8, 9]);
  for (const nothing of ["/dev/zero", place, path.join(place, "none.png"), "nosample"])
    assert.equal(await namedSize(nothing, { shorter: 10 }), undefined, nothing);
});
