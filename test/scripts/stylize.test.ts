import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { main } from "../../scripts/stylize";
import { samples } from "../../src/platform/files/sample";
import { settingsOf } from "../../src/platform/files/settingsOf";
import type { RunSettings } from "../../src/recipes/runSettings";

const [printed, complained]: string[][] = [[], []];
const run = (...words: string[]): Promise<number> => main(words, (line) => printed.push(line), (line) => complained.push(line));
beforeEach(() => void (printed.length = complained.length = 0));

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "styloscope-stylize-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const at = (...parts: string[]): string => path.join(folder, ...parts);

/** A picture of 40×32 of a sample, shifted, so that two differ. */
async function picture(file: string, sample = "valley", left = 0): Promise<string> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await sharp(samples().get(sample)).extract({ left, top: 0, width: 200, height: 160 }).resize(40, 32).toFile(file);
  return file;
}
const quick = ["--size", "32", "--steps", "2", "--network", "vgg19-mini"];
const bytes = (dir: string): Record<string, string> => Object.fromEntries(fs.readdirSync(dir).sort().map((name) => [name, fs.readFileSync(path.join(dir, name), "base64")]));
const times = (dir: string): Record<string, number> => Object.fromEntries(fs.readdirSync(dir).sort().map((name) => [name, fs.statSync(path.join(dir, name)).mtimeMs]));

describe("npm run stylize", () => {
  it("paints every photograph in every style, keeps the settings, and is then done", async () => {
    const photos = await Promise.all([picture(at("photos/cat.jpg")), picture(at("photos/Dög 2.png"), "table")]).then(() => at("photos"));
    const styles = [await picture(at("styles/oil.png"), "strokes"), "mosaic"];
    const command = [photos, "--style", ...styles, "--out", at("out"), ...quick];
    assert.equal(await run(...command), 0, complained.join());
    const names = ["Dög 2-mosaic.png", "Dög 2-oil.png", "cat-mosaic.png", "cat-oil.png"];
    assert.deepEqual(fs.readdirSync(at("out")).sort(), names);
    assert.deepEqual(printed.splice(0), [`4 of 4 pictures are in ${at("out")}`]);
    const settings = await settingsOf(at("out", "cat-oil.png")) as RunSettings & { request: { options: object } };
    assert.deepEqual([settings.by, settings.steps, settings.terms[1].weight, settings.network.name, settings.network.pooling], ["transfer", 2, 30, "vgg19-mini", "average"]);
    assert.deepEqual(Object.values(settings.images).map((image) => (image as { file: string }).file), ["cat.jpg", "oil.png", "cat.jpg"]);
    assert.deepEqual(settings.request.options, { size: 32, styleSize: 32, steps: 2 });
    const { width, height } = await sharp(at("out", "cat-oil.png")).metadata();
    assert.deepEqual([width, height], [40, 32]);

    const [before, first] = [times(at("out")), bytes(at("out"))];
    assert.equal(await run(...command), 0);
    assert.deepEqual(times(at("out")), before, "nothing is made again");
    assert.deepEqual(printed.splice(0), [`4 of 4 pictures are in ${at("out")}, 4 of them before`]);

    fs.rmSync(at("out", "cat-oil.png"));
    assert.equal(await run(...command), 0);
    assert.deepEqual(printed.splice(0), [`4 of 4 pictures are in ${at("out")}, 3 of them before`]);
    assert.deepEqual(bytes(at("out")), first, "the same bytes");

    await picture(at("styles/oil.png"), "strokes", 100); // another painting of this name
    assert.equal(await run(...command), 0);
    const changed = (now: Record<string, string>): string[] => names.filter((name) => now[name] !== first[name]);
    assert.deepEqual(changed(bytes(at("out"))), ["Dög 2-oil.png", "cat-oil.png"]);
    assert.match(printed.splice(0).join(), /^2 pictures in .* of which something else was asked for are made again,4 of 4 pictures are in .*, 2 of them before$/);

    assert.equal(await run(at("photos/cat.jpg"), "--style", "mosaic", "--out", at("out"), ...quick, "--style-weight", "100"), 0);
    assert.match(printed.splice(0).join(), /^1 picture in .* is made again,1 of 1/);
    assert.equal((await settingsOf(at("out", "cat-mosaic.png")) as RunSettings).terms[1].weight, 100);
  });

  it("writes the format that is asked for, with the settings, and takes a pattern and --color", async () => {
    await picture(at("some/a.jpg"));
    for (const format of ["jpg", "webp", "tif"]) {
      assert.equal(await run(at("some/*.jpg"), "--style", "strokes", "--out", at("formats"), ...quick, "--format", format, "--color", "luminance"), 0, complained.join());
      const settings = await settingsOf(at("formats", `a-strokes.${format}`)) as RunSettings;
      assert.equal(settings.options.color, "luminance");
    }
  });

  it("goes on after a picture that fails, says why, and ends with 1", async () => {
    await picture(at("mixed/good.png"));
    fs.writeFileSync(at("mixed/broken.jpg"), fs.readFileSync(samples().get("valley")!).subarray(0, 3000));
    fs.writeFileSync(at("mixed/text.png"), "no picture");
    fs.writeFileSync(at("mixed/.hidden.png"), "no picture");
    assert.equal(await run(at("mixed"), "--style", "strokes", "--out", at("partly"), ...quick), 1);
    assert.deepEqual(fs.readdirSync(at("partly")), ["good-strokes.png"]);
    assert.equal(complained.length, 2);
    assert.match(complained[0], /broken-strokes\.png was not painted: .*broken\.jpg is damaged or cut short/);
    assert.match(complained[1], /text-strokes\.png was not painted: .*text\.png cannot be loaded: it is text, not an image/);
    assert.match(printed[0], /^1 of 3 pictures are in /);
  });

  const refusals: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ["no photograph", ["--style", "strokes"], 2, /which picture\? Give at least one photograph before --style/],
    ["no style", ["valley"], 2, /--style FILE is missing/],
    ["only words after --style", ["--style", "strokes", "valley"], 2, /which picture\?/],
    ["an unknown option", ["valley", "--style", "strokes", "--stile", "x"], 2, /stile/],
    ["a size of 0", ["valley", "--style", "strokes", "--size", "0"], 2, /--size is a whole number of at least 16, got 0/],
    ["a broken number", ["valley", "--style", "strokes", "--steps", "2.5"], 2, /--steps is a whole number of at least 0, got 2\.5/],
    ["no number", ["valley", "--style", "strokes", "--style-weight", "much"], 2, /--style-weight is a number of at least 0, got much/],
    ["an unknown network", ["valley", "--style", "strokes", "--network", "vgg"], 2, /no network vgg; did you mean vgg1\d\?/],
    ["an unknown color", ["valley", "--style", "strokes", "--color", "luminence"], 2, /no color luminence; did you mean luminance\?/],
    ["an unknown format", ["valley", "--style", "strokes", "--format", "jpeg"], 2, /no format jpeg; did you mean jpg\?/],
    ["a missing video", ["clip.mp4", "--style", "strokes"], 1, /the video clip\.mp4 does not exist/],
    ["a video as painting", ["valley", "--style", "clip.mp4"], 2, /clip\.mp4 is a video: a painting is a picture/],
    ["--frames of a file", ["TWO/a/cat.png", "--style", "strokes", "--frames"], 2, /cat\.png is not a folder: --frames takes folders, each with the pictures of one clip/],
    ["--frames of a video", ["clip.mp4", "--style", "strokes", "--frames"], 2, /clip\.mp4 is a video, whose frames are known: leave --frames out/],
    ["--frames of one picture", ["TWO/a", "--style", "strokes", "--frames"], 2, /has one picture, cat\.png, and nothing moves: leave --frames out/],
    ["--frames of a folder without pictures", ["EMPTY", "--style", "strokes", "--frames"], 1, /there is no JPEG, PNG, WebP or TIFF in the folder/],
    ["--frames as JPEGs", ["TWO", "--style", "strokes", "--frames", "--format", "jpg"], 2, /--frames writes png or tif, not jpg/],
    ["a missing file", ["nowhere/cat.jpg", "--style", "strokes"], 1, /the image nowhere\/cat\.jpg does not exist/],
    ["no sample of that name", ["vally", "--style", "strokes"], 1, /no sample image "vally"; did you mean "valley"\?/],
    ["a folder without pictures", ["EMPTY", "--style", "strokes"], 1, /there is no JPEG, PNG, WebP or TIFF in the folder/],
    ["a pattern that matches nothing", ["EMPTY/*.jpg", "--style", "strokes"], 1, /no JPEG, PNG, WebP or TIFF matches/],
    ["a broken painting", ["valley", "--style", "EMPTY/text.txt"], 1, /text\.txt cannot be loaded: it is text/],
    ["two photographs of one name", ["TWO/a/cat.png", "TWO/b/CAT.jpg", "--style", "strokes"], 2,
      /a\/cat\.png with .*strokes.* and .*b\/CAT\.jpg with .* would both be CAT-strokes\.png: paint them one after the other, each with its own --out/],
    ["a name that is too long", [`TWO/${"x".repeat(210)}.png`, "--style", "strokes"], 2, /is too long for the name of a file: rename/],
  ];
  for (const [what, words, code, message] of refusals)
    it(`with ${what} says what is wrong, and writes nothing`, async () => {
      fs.mkdirSync(at("empty"), { recursive: true });
      fs.writeFileSync(at("empty/text.txt"), "text");
      for (const name of ["a/cat.png", "b/CAT.jpg", `${"x".repeat(210)}.png`]) await picture(at("two", name));
      assert.equal(await run(...words.map((word) => word.replace("EMPTY", at("empty")).replace("TWO", at("two"))), "--out", at("refused"), "--network", ...(words.includes("--network") ? words.slice(-1) : ["vgg19-mini"])), code);
      assert.match(complained.join("\n"), message);
      assert.equal(/npm run stylize -- PATH/.test(complained.join()), code === 2);
      assert.deepEqual([printed, fs.existsSync(at("refused"))], [[], false]);
    });

  it("takes a photograph that is named twice once, and never one of its own pictures for a photograph", async () => {
    const cat = await picture(at("home/cat.png"));
    assert.equal(await run(cat, at("home"), at("home/*.png"), "--style", "strokes", "--out", at("elsewhere"), ...quick), 0, complained.join());
    assert.deepEqual(fs.readdirSync(at("elsewhere")), ["cat-strokes.png"]);
    assert.equal(await run(at("home"), "--style", "strokes", "--out", at("home"), ...quick), 2);
    assert.match(complained.join(), /the pictures would lie beside .*cat\.png, and be painted themselves the next time: give another --out/);
    assert.deepEqual(fs.readdirSync(at("home")), ["cat.png"]);
  });

  it("replaces no file that it has not made", async () => {
    const cat = await picture(at("own/cat.png"));
    const [mine, noPicture] = [await picture(at("own/cat-strokes.png")), at("own/cat-mosaic.png")];
    fs.writeFileSync(noPicture, "precious");
    const before = bytes(at("own"));
    for (const style of ["strokes", "mosaic"]) {
      complained.length = 0;
      assert.equal(await run(cat, "--style", style, "--out", at("own"), ...quick), 1);
      assert.match(complained.join(), new RegExp(`cat-${style}\\.png is there, and was not made by this command: give another --out, or move it away`));
    }
    assert.deepEqual(bytes(at("own")), before);
    assert.ok(mine);
  });

  it("at Ctrl-C keeps what was there, writes no half picture, and exits with 130", async () => {
    await picture(at("long/a.png"));
    const words = [at("long"), "--style", "strokes", "--out", at("stopped"), ...quick];
    assert.equal(await run(...words), 0);
    const before = bytes(at("stopped"));
    await picture(at("long/b.png"), "table");
    const script = spawn(process.execPath, ["--require", "ts-node/register", "scripts/stylize.ts", ...words, "--steps", "20000"],
      { cwd: path.resolve(__dirname, "../.."), stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    script.stdout.on("data", (text) => (output += text));
    const end = once(script, "close");
    await once(script.stderr, "data"); // "0/2 pictures"
    await sleep(1500); // into its steps; on a slow machine it is stopped before the first, with the same words
    script.kill("SIGINT");
    assert.deepEqual(await end, [130, null]);
    assert.equal(output, `1 picture in ${at("stopped")} of which something else was asked for is made again\nstopped: 0 of 2 pictures are in ${at("stopped")}; the same command goes on\n`);
    assert.deepEqual(bytes(at("stopped")), before);
  });
});
