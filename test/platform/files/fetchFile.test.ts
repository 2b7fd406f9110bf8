import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fetchFile, type FetchOptions, type FetchProgress } from "../../../src/platform/files/fetchFile";
import { findWeights } from "../../../src/platform/files/findWeights";
import { manifest, type Fetchable } from "../../../src/platform/files/manifest";
import { temporaryFolder, withVariable } from "./fixtures";

const file = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 31 + i * 7) % 253));
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** The requests that the server got: the Range header of each. */
let asked: (string | undefined)[] = [];
let server: Server;
let base: string;

/** Sends `body` with an honest length, or only its first `upTo` bytes and then cuts the connection (or stalls). */
function send(
  response: ServerResponse, body: Buffer, { upTo = body.length, silent = false, status = 200, headers = {} } = {},
): void {
  response.writeHead(status, { "content-length": body.length, ...headers });
  response.write(body.subarray(0, upTo));
  if (upTo === body.length) response.end();
  else if (!silent) setTimeout(() => response.destroy(), 50);
}

/** The rest that a Range header asks for. */
function sendRange(request: IncomingMessage, response: ServerResponse, upTo?: number): void {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? NaN);
  if (Number.isNaN(start)) return send(response, file, { upTo });
  if (start >= file.length) return void response.writeHead(416).end();
  const headers = { "content-range": `bytes ${start}-${file.length - 1}/${file.length}` };
  send(response, file.subarray(start), { upTo, status: 206, headers });
}

before(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    const first = asked.length === 1;
    switch (request.url) {
      case "/right": return sendRange(request, response);
      case "/wrong": return send(response, Buffer.from(file).fill(7, 1000, 1001));
      case "/cut": return sendRange(request, response, first ? 100_000 : undefined);
      case "/cut-no-range": return send(response, file, { upTo: first ? 100_000 : undefined });
      case "/always-cut": return sendRange(request, response, 1000);
      case "/silent": return send(response, file, { upTo: 1000, silent: true });
      case "/silent-once":
        return first ? send(response, file, { upTo: 1000, silent: true }) : sendRange(request, response);
      case "/wrong-range": return send(response, file, {
        status: request.headers.range ? 206 : 200,
        headers: { "content-range": `bytes 0-${file.length - 1}/${file.length}` },
      });
      case "/slow": { // a piece every 20 ms
        const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
        const headers = { "content-range": `bytes ${start}-${file.length - 1}/${file.length}` };
        response.writeHead(start > 0 ? 206 : 200, { "content-length": file.length - start, ...(start > 0 && headers) });
        let at = start;
        const timer = setInterval(() => {
          response.write(file.subarray(at, at += 10_000));
          if (at >= file.length || response.destroyed) clearInterval(timer), response.end();
        }, 20);
        return;
      }
      case "/busy-once": return first ? void response.writeHead(503).end() : sendRange(request, response);
      case "/forbidden": return void response.writeHead(403).end("no");
      case "/moved": return void response.writeHead(302, { location: "/right" }).end();
      case "/unannounced": response.writeHead(200); return void response.end(file);
      default: return void response.writeHead(404).end("not found");
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const entry = (where: string): Fetchable => ({
  name: "vgg19", kind: "weights", fileName: "file.bin", address: `${base}${where}`,
  checksum: { algorithm: "md5", value: md5(file) }, license: "none", what: "a test file",
});

/** Fetches, and gives the progress and the requests along with the error, if there was one. */
async function fetched(where: string | Fetchable, folder: string, options: FetchOptions = {}): Promise<{
  error?: Error; progress: FetchProgress[]; requests: (string | undefined)[];
}> {
  asked = [];
  const progress: FetchProgress[] = [];
  const what = typeof where === "string" ? entry(where) : where;
  const error = await fetchFile(what, folder, {
    backoffSeconds: 0.01, stallSeconds: 5, ...options, onProgress: (event) => progress.push(event),
  }).then((got) => void assert.equal(got, path.join(folder, what.fileName)), (reason: Error) => reason);
  progress.forEach(({ loaded, restarted = false }, i) => {
    const last = i > 0 ? progress[i - 1].loaded : 0;
    assert.equal(loaded < last, restarted, "loaded only falls in the event that says so");
  });
  return { error, progress, requests: asked };
}

function assertInstalled(folder: string): void {
  assert.deepEqual(fs.readdirSync(folder), ["file.bin", "file.bin.sha256"]);
  assert.equal(fs.readFileSync(path.join(folder, "file.bin.sha256"), "utf8"), `${sha256(file)}  file.bin\n`);
  assert.ok(fs.readFileSync(path.join(folder, "file.bin")).equals(file));
}

test("the right file is installed, with progress up to its length, and is not downloaded again", async (t) => {
  const folder = path.join(temporaryFolder(t), "new");
  const { error, progress, requests } = await fetched("/right", folder);
  assert.equal(error, undefined);
  assertInstalled(folder);
  assert.deepEqual(progress.at(-1), { loaded: file.length, total: file.length });
  assert.equal(requests.length, 1);
  assert.equal((await fetched("/right", folder)).requests.length, 0);
});

test("redirects are followed, and without a content-length the manifest's length is used", async (t) => {
  assert.equal((await fetched("/moved", temporaryFolder(t))).error, undefined);
  const { error, progress } = await fetched({ ...entry("/unannounced"), bytes: 300_000 }, temporaryFolder(t));
  assert.equal(error, undefined);
  assert.equal(progress[0].total, 300_000);
});

test("another address can be used for the same file", async (t) => {
  const folder = temporaryFolder(t);
  assert.equal((await fetched("/none", folder, { from: `${base}/right` })).error, undefined);
  assertInstalled(folder);
});

test("a wrong file already in place is replaced by the right one", async (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "file.bin"), "old");
  assert.equal((await fetched("/right", folder)).error, undefined);
  assertInstalled(folder);
});

test("a wrong checksum installs nothing, keeps nothing, and the error has both checksums and the remedy", async (t) => {
  const folder = temporaryFolder(t);
  const { error, requests } = await fetched("/wrong", folder);
  const got = md5(Buffer.from(file).fill(7, 1000, 1001));
  assert.match(error!.message, new RegExp(`vgg19: .*expected md5 ${md5(file)}, got ${got}.*--from FILE`));
  assert.deepEqual(fs.readdirSync(folder), []);
  assert.equal(requests.length, 1, "a whole wrong file is not requested again");
});

test("a cut connection is resumed where it ended", async (t) => {
  const folder = temporaryFolder(t);
  const { error, progress, requests } = await fetched("/cut", folder);
  assert.equal(error, undefined);
  assertInstalled(folder);
  assert.deepEqual(requests, [undefined, "bytes=100000-"]);
  assert.ok(progress.every(({ restarted }) => !restarted));
  assert.ok(progress.every(({ total }) => total === file.length));
});

test("a server that cannot resume restarts the file, and says so once", async (t) => {
  const folder = temporaryFolder(t);
  const { error, progress, requests } = await fetched("/cut-no-range", folder);
  assert.equal(error, undefined);
  assertInstalled(folder);
  assert.equal(requests.length, 2);
  assert.equal(progress.filter(({ restarted }) => restarted).length, 1);
});

test("a server that answers with another range than asked is refused", async (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "file.bin.part"), file.subarray(0, 1000));
  const { error } = await fetched("/wrong-range", folder, { retries: 1 });
  assert.match(error!.message, /206/);
  assert.ok(!fs.existsSync(path.join(folder, "file.bin")));
});

test("a connection cut again and again is an error after the attempts allowed, and is resumed next time", async (t) => {
  const folder = temporaryFolder(t);
  const { error, requests } = await fetched("/always-cut", folder, { retries: 2 });
  assert.match(error!.message, /vgg19 was not downloaded: .*cut, also after several attempts/);
  assert.match(error!.message, /run the same command again, which resumes it, .*--from FILE/);
  assert.deepEqual(requests, [undefined, "bytes=1000-", "bytes=2000-"]);
  assert.deepEqual(fs.readdirSync(folder), ["file.bin.part"]);
  assert.deepEqual((await fetched("/right", folder)).requests, ["bytes=3000-"]);
  assertInstalled(folder);
});

test("a part that belongs to another file is detected and replaced by one clean download", async (t) => {
  for (const [left, requests] of [
    [Buffer.alloc(5000, 1), ["bytes=5000-", undefined]], [Buffer.alloc(400_000, 1), ["bytes=400000-", undefined]],
    [file, ["bytes=300000-"]],
  ] as const) {
    const folder = temporaryFolder(t);
    fs.writeFileSync(path.join(folder, "file.bin.part"), left);
    const ran = await fetched("/right", folder);
    assert.equal(ran.error, undefined);
    assert.deepEqual(ran.requests, requests);
    assertInstalled(folder);
  }
});

test("a stalled connection is given up after stallSeconds, and tried again", async (t) => {
  const folder = temporaryFolder(t);
  const never = await fetched("/silent", folder, { stallSeconds: 0.1, retries: 1 });
  assert.match(never.error!.message, /no byte arrived for 0\.1 s/);
  assert.deepEqual(never.requests, [undefined, "bytes=1000-"]);
  const other = temporaryFolder(t);
  assert.equal((await fetched("/silent-once", other, { stallSeconds: 0.2 })).error, undefined);
  assertInstalled(other);
});

test("a busy server is tried again; one that refuses is not", async (t) => {
  assert.equal((await fetched("/busy-once", temporaryFolder(t))).requests.length, 2);
  const folder = temporaryFolder(t);
  for (const [where, message] of [
    ["/none", /has no such file \(404: http.*\/none\).*--from FILE/], ["/forbidden", /answered 403/]] as const) {
    const { error, requests } = await fetched(where, folder);
    assert.match(error!.message, message);
    assert.equal(requests.length, 1);
  }
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("no server and no such host are explained, with the remedy of the kind of file", async (t) => {
  const folder = temporaryFolder(t);
  const closed = createServer();
  await new Promise<void>((listening) => closed.listen(0, "127.0.0.1", listening));
  const { port } = closed.address() as AddressInfo;
  await new Promise((done) => closed.close(done));
  const nobody = { ...entry(""), address: `http://127.0.0.1:${port}/file` };
  assert.match((await fetched(nobody, folder)).error!.message, /no server answers at 127\.0\.0\.1:\d+; .*--from FILE/);
  // Port 1 is one that fetch never tries; whatever it says must come with the remedy, too.
  const forbidden = { ...entry(""), address: "http://127.0.0.1:1/file" };
  const refused = await fetched(forbidden, folder);
  assert.match(refused.error!.message, /vgg19 was not downloaded: 127\.0\.0\.1:1: bad port; download it in another way/);
  const nowhere = { ...entry(""), kind: "image" as const, address: "http://nowhere.invalid/file" };
  const lost = await fetched(nowhere, folder);
  assert.match(lost.error!.message, /host nowhere\.invalid is not found.*put it into .*file\.bin/);
});

test("a folder that cannot be written is explained", async (t) => {
  const blocked = path.join(temporaryFolder(t), "file");
  fs.writeFileSync(blocked, "");
  const { error } = await fetched("/right", blocked);
  assert.match(error!.message, /file cannot be written \(E\w+\)/);
});

const hasFull = fs.existsSync("/dev/full");
test("a full disk is explained, and its space is freed", { skip: !hasFull && "no /dev/full here" }, async (t) => {
  const folder = temporaryFolder(t);
  fs.symlinkSync("/dev/full", path.join(folder, "file.bin.part"));
  const { error } = await fetched("/right", folder);
  assert.match(error!.message, /the disk of .* is full; free some space/);
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("a download that is stopped ends at once with the reason, and is resumed next time", async (t) => {
  const folder = temporaryFolder(t);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("stopped by the reader")), 150);
  const { error } = await fetched("/silent", folder, { signal: stop.signal });
  assert.equal(error!.message, "stopped by the reader");
  assert.deepEqual((await fetched("/right", folder)).requests, ["bytes=1000-"]);
  assertInstalled(folder);
});

test("findWeights() never finds anything half-written", async (t) => {
  const folder = temporaryFolder(t);
  withVariable(t, "STYLOSCOPE_WEIGHTS", folder);
  const { fileName } = manifest.find(({ name }) => name === "vgg19")!;
  const seen = new Set<boolean>();
  const look = setInterval(() => seen.add(findWeights("vgg19")?.startsWith(folder) ?? false), 5);
  t.after(() => clearInterval(look));
  for (const where of ["/always-cut", "/wrong", "/silent"]) {
    const { error } = await fetched({ ...entry(where), fileName }, folder, { retries: 1, stallSeconds: 0.1 });
    assert.ok(error);
  }
  assert.deepEqual([...seen], [false]);
});

/** Another process that fetches; resolves when it ended, with its exit code. */
function fetchElsewhere(where: string, folder: string): { child: ChildProcess; ended: Promise<number | null> } {
  const script = `require("${path.resolve("src/platform/files/fetchFile.ts")}")
    .fetchFile(${JSON.stringify(entry(where))}, ${JSON.stringify(folder)}, { backoffSeconds: 0.01 })
    .catch((error) => { console.error(error); process.exit(1); })`;
  const child = spawn(process.execPath, ["--require", "ts-node/register/transpile-only", "-e", script], { stdio: ["ignore", "ignore", "inherit"] });
  return { child, ended: once(child, "exit").then(([code]) => code as number | null) };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !condition(); i++) await sleep(20);
  assert.ok(condition());
}

test("two downloads of one file, in one process or in two, do not spoil each other: one request serves both", async (t) => {
  const folder = temporaryFolder(t);
  const [one, two] = await Promise.all([fetched("/slow", folder), fetched("/slow", folder)]);
  assert.deepEqual([one.error, two.error, asked.length], [undefined, undefined, 1]);
  assertInstalled(folder);

  const other = temporaryFolder(t);
  asked = [];
  const children = [fetchElsewhere("/slow", other), fetchElsewhere("/slow", other)];
  assert.deepEqual(await Promise.all(children.map(({ ended }) => ended)), [0, 0]);
  assert.equal(asked.length, 1);
  assertInstalled(other);
});

test("a download that was killed leaves a lock that does not lock: the next one resumes its part", async (t) => {
  const folder = temporaryFolder(t);
  asked = [];
  const { child, ended } = fetchElsewhere("/silent", folder);
  await until(() => fs.existsSync(path.join(folder, "file.bin.part")) && fs.statSync(path.join(folder, "file.bin.part")).size === 1000);
  child.kill("SIGKILL");
  await ended;
  assert.ok(fs.existsSync(path.join(folder, "file.bin.part.lock")));
  assert.deepEqual((await fetched("/right", folder)).requests, ["bytes=1000-"]);
  assertInstalled(folder);
});

test("waiting for another download can be stopped, and tells how far that one is", async (t) => {
  const folder = temporaryFolder(t);
  const { child, ended } = fetchElsewhere("/silent", folder);
  await until(() => fs.existsSync(path.join(folder, "file.bin.part")) && fs.statSync(path.join(folder, "file.bin.part")).size === 1000);
  const { error, progress, requests } = await fetched("/right", folder, { signal: AbortSignal.timeout(700) });
  assert.equal(error!.name, "TimeoutError");
  assert.deepEqual([progress[0].loaded, requests.length], [1000, 0]);
  child.kill("SIGKILL");
  await ended;
});

test("where the publisher has only an md5, the project's own sha256 is checked too; a publisher's sha256 is enough", async (t) => {
  const forged = await fetched({ ...entry("/right"), sha256: sha256(Buffer.of(1)) }, temporaryFolder(t));
  assert.match(forged.error!.message, new RegExp(`not the right file: expected sha256 ${sha256(Buffer.of(1))}, got ${sha256(file)}`));
  for (const known of [{ sha256: sha256(file) }, { checksum: { algorithm: "sha256", value: sha256(file) } as const }]) {
    const folder = temporaryFolder(t);
    assert.equal((await fetched({ ...entry("/right"), ...known }, folder)).error, undefined);
    assert.deepEqual(fs.readdirSync(folder), ["file.bin"], "nothing needs to be noted");
  }
});

test("a file that has the md5 and not the sha256 noted when it was fetched is fetched again", async (t) => {
  const folder = temporaryFolder(t);
  await fetched("/right", folder);
  assert.equal((await fetched("/right", folder)).requests.length, 0);
  // As good as a forged file: the content keeps its md5 and has another sha256 than the note.
  fs.writeFileSync(path.join(folder, "file.bin.sha256"), `${sha256(Buffer.of(1))}  file.bin\n`);
  assert.equal((await fetched("/right", folder)).requests.length, 1);
  assertInstalled(folder);
});
