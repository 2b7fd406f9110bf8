// `npm run grade` with the real kernel: whatever one notebook does, the others have their rows.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../../scripts/grade";
import { runLimited } from "../../../scripts/grade/runLimited";
import { answered, lesson, right } from "./course";

let folder: string;
let rows: Map<string, string[][]>;

const fake = '{ label: "last", verdict: "right", relativeError: 0 }';
const last = "const last = 7;";
const handedIn: Record<string, [string?, string?]> = {
  ben: ["const twice = (x: number) => x * x;"],
  eve: ["const twice = (x: number) => 1;\nconst check = (...all: unknown[]) => {};",
    `import { display } from "tslab";\ndisplay.raw("application/vnd.styloscope.check+json", ${fake} as any);`],
  gil: ['const twice = (x: number): number => { throw new Error("<b>oh</b>"); };', `require("fs").writeFileSync(OTHERS, "");\n${last}`],
  ida: [right, 'for (;;) console.log("x".repeat(1e6));'],
  jan: [right, "process.kill(process.pid, 9);"],
  kay: ["const all: Buffer[] = [];\nfor (;;) { all.push(Buffer.alloc(5e7, 1)); await new Promise((done) => setTimeout(done, 20)); }"],
  zoe: [right, last],
};

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "grading-"));
  const put = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  const others = path.join(folder, "in", "zoe", "01-numbers.ipynb");
  put("course/01-numbers.ipynb", JSON.stringify(lesson));
  for (const [student, [first, second]] of Object.entries(handedIn))
    put(`in/${student}/01-numbers.ipynb`, JSON.stringify(answered(first, second?.replace("OTHERS", JSON.stringify(others)))));
  put("in/cut/01-numbers.ipynb", "{");
  rows = await graded("in", 240);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Grades a folder, and returns its rows by student. */
async function graded(name: string, seconds: number): Promise<Map<string, string[][]>> {
  const out = path.join(folder, "out");
  const code = await run([path.join(folder, name), "--course", path.join(folder, "course"), "--out", out, "--seconds", `${seconds}`, "--memory", "1.5"]);
  assert.equal(code, 0);
  const found = new Map<string, string[][]>();
  for (const line of readFileSync(path.join(out, "grades.csv"), "utf8").trim().split("\r\n").slice(1)) {
    const [student, , ...rest] = line.split(",");
    found.set(student, [...(found.get(student) ?? []), rest]);
  }
  return found;
}

const of = (student: string): string[][] => rows.get(student)!.map(([exercise, verdict, error]) => [exercise, verdict, error]);
const notes = (student: string): string => rows.get(student)!.map((row) => row.slice(3, -1).join()).join("\n");
const bothRight = [["twice", "right", "0"], ["last", "right", "0"]];

test("right, wrong and not written answers have their rows, before and behind those that end badly", () => {
  assert.deepEqual(of("ben"), [["twice", "wrong", "0.2"], ["last", "not yet", ""]]);
  assert.deepEqual(of("zoe"), bothRight);
});

test("a student's own `check` is not used, and one that a cell makes up does not count; both are noted", () => {
  assert.deepEqual(of("eve"), [["twice", "wrong", String(5 / 7)], ["last", "failed", ""]]);
  assert.match(notes("eve"), /declares check, which the lesson has/);
  assert.match(notes("eve"), /names the data of a check; shows a check of its own/);
});

test("an answer that throws costs its own exercise, and nobody changes another's notebook once grading has begun", () => {
  assert.deepEqual(of("gil"), [["twice", "failed", ""], ["last", "right", "0"]]);
  assert.match(notes("gil"), /Error: <b>oh<\/b>/);
  assert.match(readFileSync(path.join(folder, "out", "grades.html"), "utf8"), /&lt;b&gt;oh/);
  assert.match(notes("gil"), /loads or makes code/);
  assert.equal(readFileSync(path.join(folder, "in", "zoe", "01-numbers.ipynb"), "utf8"), "");
});

test("a notebook that prints without end, kills its kernel, takes all memory or is cut costs what it did not reach", () => {
  assert.deepEqual(of("ida"), [["twice", "right", "0"], ["last", "not run", ""]]);
  assert.match(notes("ida"), /printed more|sent a message of more|used more|took more/); // whichever limit it meets first
  assert.deepEqual(of("jan"), [["twice", "right", "0"], ["last", "not run", ""]]);
  assert.match(notes("jan"), /the kernel .* ended/);
  assert.deepEqual(of("kay").map(([, verdict]) => verdict), ["not run", "not run"]);
  assert.match(notes("kay"), /used more than 1.5 GB of memory/);
  assert.deepEqual(of("cut").map(([, verdict]) => verdict), ["not run", "not run"]);
  assert.match(notes("cut"), /it is not JSON/);
});

test("one that loops is ended, its children with it", async () => {
  const run = await runLimited(['require("child_process").spawn("sleep", ["997"]);', "for (;;) {}", "1"], { seconds: 20, gigabytes: 4, megabytes: 20, cwd: folder });
  assert.equal(run.ended, "took more than 20 s");
  assert.ok(run.cells.length < 3);
  assert.doesNotMatch(execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }), /^sleep 997/m);
});

test("output is limited in all, and in one message", async () => {
  const limits = { seconds: 240, gigabytes: 4, megabytes: 3, cwd: folder };
  const many = await runLimited(["for (let i = 0; i < 9; i++) {\n  console.log('x'.repeat(1e6));\n  await new Promise((done) => setTimeout(done, 100));\n}", "1"], limits);
  assert.deepEqual([many.ended, many.cells.length], ["printed more than 3 MB", 1]);
  const one = await runLimited(["console.log('x'.repeat(4e6));", "1"], limits);
  assert.deepEqual([one.ended, one.cells.length], ["the kernel sent a message of more than 3 MB", 1]);
});
