// ffmpeg and ffprobe, where this machine has them: child processes without a shell.
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** @throws Error that begins with `what` where ffmpeg is not on PATH; `instead` is what to do without it */
export async function mustHaveFfmpeg(what: string, instead: string): Promise<void> {
  await ffmpeg(["-version"]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new Error(`${what} needs ffmpeg, which is not on PATH. Install it (\`apt install ffmpeg\`, \`brew install ffmpeg\`), or ${instead}`, { cause: error });
  });
}

/** Runs ffmpeg to its end, `feed` writing its input. @throws Error with its last words where it fails */
export async function ffmpeg(args: readonly string[], feed: (input: Writable) => void = (input) => input.end()): Promise<void> {
  const { child, ended } = started("ffmpeg", args);
  child.stdin.on("error", () => {}); // it ended before it had read everything, and says why
  child.stdout.resume();
  feed(child.stdin);
  await ended;
}

/** What ffprobe prints. @throws as `ffmpeg` */
export async function ffprobe(args: readonly string[]): Promise<string> {
  const { child, ended } = started("ffprobe", args);
  child.stdin.end();
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  await ended;
  return Buffer.concat(pieces).toString();
}

/** What ffmpeg writes to its output, piece by piece, as it is asked for. Left early, it is ended. @throws as `ffmpeg`, at the end */
export async function* ffmpegOutput(args: readonly string[]): AsyncGenerator<Buffer, void, void> {
  const { child, ended } = started("ffmpeg", args);
  child.stdin.end();
  ended.catch(() => {}); // reported below, unless the reader has left
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    await ended;
  } finally {
    child.kill("SIGKILL");
  }
}

function started(program: "ffmpeg" | "ffprobe", args: readonly string[]): { child: ChildProcessByStdio<Writable, Readable, Readable>; ended: Promise<void> } {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said = `${said}${text}`.slice(-2000)));
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => (status === 0 ? resolve()
      : reject(new Error(`${program} failed (${status}): ${said.trim().split("\n").slice(-3).join("; ") || "it said nothing"}`))));
  });
  return { child, ended };
}
