import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, beforeEach, it } from "node:test";
import { main } from "../../scripts/sweep";
import { sweptTiny } from "../sweeps/tiny";

const [printed, complained]: string[][] = [[], []];
const run = (...words: string[]): Promise<number> =>
  main(words, (line) => printed.push(line), (line) => complained.push(line));
beforeEach(() => void (printed.length = complained.length = 0));

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "styloscope-sweep-"));
const plan = path.join(folder, "plan.json");
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const refusals: readonly (readonly [string, string | undefined, readonly string[], number, RegExp])[] = [
  ["no plan", undefined, ["--out", "OUT"], 2, /expected one plan, got 0/],
  ["two plans", undefined, ["PLAN", "PLAN", "--out", "OUT"], 2, /expected one plan, got 2/],
  ["no --out", '{"over":{"seed":[0]}}', ["PLAN"], 2, /--out DIR is missing/],
  ["an unknown option", undefined, ["PLAN", "--outt", "OUT"], 2, /outt/],
  ["a plan that is not there", undefined, ["nowhere.json", "--out", "OUT"], 2, /there is no plan nowhere\.json/],
  ["broken JSON", '{"over": {"seed": [0,]}}', ["PLAN", "--out", "OUT"], 1, /plan\.json is not JSON: ./],
  ["JSON that is no plan", "3", ["PLAN", "--out", "OUT"], 1, /a sweep needs `over`/],
  ["null", "null", ["PLAN", "--out", "OUT"], 1, /a sweep needs `over`/],
  ["a setting that does not exist", '{"over":{"sed":[0]}}', ["PLAN", "--out", "OUT"], 1,
    /no setting sed in a sweep; did you mean seed\?/],
  ["an empty list", '{"over":[]}', ["PLAN", "--out", "OUT"], 1, /over nothing/],
  ["a shard 4/3", '{"over":{"seed":[0,1,2]}}', ["PLAN", "--out", "OUT", "--shard", "4/3"], 1,
    /from 1\/3 to 3\/3; got "4\/3"/],
  ["no number of workers", '{"over":{"seed":[0]}}', ["PLAN", "--out", "OUT", "--workers", "many"], 1,
    /a whole number from 1; got NaN/],
  ["nothing to merge", undefined, ["merge", "--out", "OUT"], 1, /no folder to merge/],
  ["a folder for a plan", undefined, ["HERE", "--out", "OUT"], 1, /is a folder: give a plan inside it/],
  ["eight million cells", `{"over":{"seed":[${"0,".repeat(1999)}0],"steps":[${"0,".repeat(1999)}0],"styleWeight":[1,2]}}`, ["PLAN", "--out", "OUT"], 1,
    /this sweep has 8,000,000 cells \(2,000 × 2,000 × 2\), and the most is 5,000/],
  ...(fs.existsSync("/dev/zero") ? [["a device for a plan", undefined, ["/dev/zero", "--out", "OUT"], 1, /\/dev\/zero is a device, not a file/] as const] : []),
  ["a folder without a sweep to merge", undefined, ["merge", "HERE", "--out", "OUT"], 1, /holds no sweep/],
];
for (const [what, content, words, code, message] of refusals)
  it(`with ${what} says what is wrong, and writes nothing`, async () => {
    if (content === undefined) fs.rmSync(plan, { force: true });
    else fs.writeFileSync(plan, content);
    const places: Record<string, string> = { PLAN: plan, OUT: path.join(folder, "out"), HERE: folder };
    assert.equal(await run(...words.map((word) => places[word] ?? word)), code);
    assert.match(complained.join("\n"), message);
    assert.ok(!fs.existsSync(path.join(folder, "out")));
    assert.deepEqual(printed, []);
  });

it("merges folders, writes the page, and prints where it is", async () => {
  await sweptTiny(path.join(folder, "part"));
  assert.equal(await run("merge", path.join(folder, "part"), "--out", path.join(folder, "all")), 0);
  assert.deepEqual(complained, []);
  assert.match(printed.join(), /6 cells are merged: .*index\.html, and beside it sheet\.png, table\.csv, table\.json/);
  const page = fs.readFileSync(path.join(folder, "all", "index.html"), "utf8");
  assert.match(page, /<h1>A sweep of 6 cells<\/h1>/);
  assert.equal(page.match(/<figure class="plot/g)!.length, 3);
  assert.equal(page.match(/&lt;tr&gt;/g)!.length, 7, "the table, in a frame");
  assert.doesNotMatch(page, /(src|href)="(?!data:)[^#]/, "it needs no other file");
});

it("at Ctrl-C says how much is done, and exits with 130", async () => {
  const base = { network: { random: { width: 1 / 16 } }, contentLayers: ["relu1_1"], styleLayers: ["relu1_1"], steps: 1e6, size: 32 };
  fs.writeFileSync(plan, JSON.stringify({ base, over: { styleWeight: [1, 2] } }));
  const script = spawn(process.execPath,
    ["--require", "ts-node/register", "scripts/sweep.ts", plan, "--out", path.join(folder, "stopped"), "--workers", "1"],
    { cwd: path.resolve(__dirname, "../.."), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  script.stdout.on("data", (text) => (output += text));
  const end = once(script, "close");
  await once(script.stderr, "data"); // "0/2 cells"
  script.kill("SIGINT");
  assert.deepEqual(await end, [130, null]);
  assert.equal(output, "stopped: 0 of 2 cells are done; the same command resumes it\n");
});
