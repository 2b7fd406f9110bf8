// Whose images a figure is made of.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { figureImages, ownerOf } from "../../src/figures/figureImages";
import { figures } from "../../src/figures/registry";
import { reproduce, settingsOf } from "../../src/figures/reproduce";
import { engine } from "../../src/platform/engine/engine";
import { manifest } from "../../src/platform/files/manifest";
import { samples } from "../../src/platform/files/sample";

const folder = fs.mkdtempSync(path.join(tmpdir(), "styloscope-paper-images-"));
const usual = process.env.STYLOSCOPE_IMAGES;
before(async () => {
  await engine();
  process.env.STYLOSCOPE_IMAGES = folder;
  for (const name of ["a_photograph", "a_painting"]) fs.copyFileSync(samples().get("valley")!, path.join(folder, `${name}.jpg`));
});
after(() => {
  fs.rmSync(folder, { recursive: true, force: true });
  if (usual === undefined) delete process.env.STYLOSCOPE_IMAGES;
  else process.env.STYLOSCOPE_IMAGES = usual;
});

describe("the images of a figure", () => {
  const settings = { network: "best", photo: "valley,table", painting: "strokes,mosaic", size: 64, steps: 1, seed: 0 };
  const figure = { settings, paperImages: { photo: "a_photograph,", painting: "not_there,a_painting" } };

  it("are the paper's, each where it is at hand, or the project's", () => {
    assert.deepEqual(figureImages(figure, "project"), { photo: "valley,table", painting: "strokes,mosaic" });
    assert.deepEqual(figureImages(figure, "paper"), { photo: "a_photograph,table", painting: "strokes,a_painting" });
    assert.deepEqual(figureImages({ settings: { ...settings, photo: undefined } }, "paper"), { painting: "strokes,mosaic" });
    assert.throws(() => figureImages(figure, "papers" as "paper"), /no images papers; did you mean paper\?/);
  });

  it("say whose they are, whatever is at hand", () => {
    assert.equal(ownerOf(figure, { photo: "valley,table", painting: "strokes,mosaic" }), "project");
    assert.equal(ownerOf(figure, { photo: "valley,table", painting: "not_there,mosaic" }), "paper");
    for (const photo of ["valley", "table,valley", "me.jpg,table", "a_photograph,", undefined])
      assert.equal(ownerOf(figure, { photo, painting: "strokes,mosaic" }), "other", photo);
    assert.equal(ownerOf({ settings: { ...settings, photo: undefined } }, { painting: "strokes,mosaic" }), "project");
  });

  it("come before a figure's settings, and after those that are given", () => {
    const one = { ...figures[0], settings: { ...settings, network: "vgg19-mini" }, paperImages: figure.paperImages };
    assert.deepEqual(settingsOf(one), { ...settings, network: "vgg19-mini", photo: "a_photograph,table", painting: "strokes,a_painting" });
    assert.equal(settingsOf(one, { photo: "valley" }).photo, "valley");
    assert.deepEqual(settingsOf(one, { images: "project" }), one.settings);
  });

  it("of every figure name the project's where the paper's are looked for", () => {
    const known = manifest.filter(({ kind }) => kind === "image").map(({ name }) => name);
    const named = new Set<string>();
    for (const { name, settings, paperImages } of figures)
      for (const which of ["photo", "painting"] as const) {
        const papers = paperImages?.[which]?.split(",") ?? [];
        if (papers.length > 0) assert.equal(papers.length, settings[which]?.split(",").length, `${name}: ${which}`);
        papers.filter(Boolean).forEach((paper) => named.add(paper));
      }
    assert.deepEqual([...named].filter((name) => !known.includes(name)), ["composition_vii"], "which has no address: only STYLOSCOPE_IMAGES can have it");
  });
});

it("what was found where a claim does not hold is said of the images it was seen on, and with which settings", async () => {
  for (const [photo, images, said] of [["valley", "project", 2], ["table", "other", 0]] as const) {
    const made = await reproduce("teaching/four-pictures", { quick: true, size: 24, steps: 0, photo });
    assert.equal(made.images, images);
    assert.match(String(made), new RegExp(`^Content, style, result and loss curve \\(${photo}, strokes\\):`));
    assert.equal(made.verdicts.filter(({ found }) => found?.startsWith("With the figure's own settings: ")).length, said);
    made.dispose();
  }
});
