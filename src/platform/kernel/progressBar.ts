// Progress on a terminal: one bar that stays in its line; where the output is a file, plain lines.
import { SingleBar } from "cli-progress";

export interface ProgressBarOptions<Progress> {
  /** cli-progress's format: `{bar}`, `{value}`, `{total}`, `{percentage}`, `{eta_formatted}`, and the keys of `fields`. */
  readonly format: string;
  /** How far `progress` is, and the texts for the format. */
  readonly position: (progress: Progress) => { value: number; total: number; fields: Record<string, string> };
  /** The line for `progress` where there is no terminal. It is written when its `key` is another than the last line's. */
  readonly line: (progress: Progress) => { key: unknown; text: string };
  /** Milliseconds after which the bar is drawn again although nothing was reported: for a clock. */
  readonly refresh?: number;
}

export interface ProgressBar<Progress> {
  update(progress: Progress): void;
  /** Leaves the bar as it is, and begins another with the next update. */
  restart(): void;
  /** Ends the bar and leaves it in its last state. */
  stop(): void;
}

/** Shows progress on `stream`, standard error by default. */
export function progressBar<Progress>(
  options: ProgressBarOptions<Progress>, stream: NodeJS.WriteStream = process.stderr,
): ProgressBar<Progress> {
  return stream.isTTY ? bar(options, stream) : lines(options, stream);
}

function bar<Progress>(
  { format, position, refresh }: ProgressBarOptions<Progress>, stream: NodeJS.WriteStream,
): ProgressBar<Progress> {
  const single = new SingleBar({
    format, stream, barCompleteChar: "█", barIncompleteChar: "░", barsize: 24, hideCursor: true, linewrap: false, etaBuffer: 50,
    forceRedraw: true, // also where only the fields have changed
    formatTime: (seconds) => clock(Number(seconds)),
  });
  let last: Progress | undefined;
  let begun = false;
  function draw(): void {
    if (last === undefined) return;
    const { value, total, fields } = position(last);
    if (!begun) single.start(total, value, fields);
    begun = true;
    single.setTotal(total);
    single.update(value, fields);
  }
  const timer = refresh === undefined ? undefined : setInterval(draw, refresh).unref();
  return {
    update(progress) {
      last = progress;
      draw();
    },
    restart() {
      if (begun) stream.write("\n");
      begun = false;
      last = undefined;
    },
    stop() {
      clearInterval(timer);
      if (begun) single.stop();
    },
  };
}

function lines<Progress>({ line }: ProgressBarOptions<Progress>, stream: NodeJS.WriteStream): ProgressBar<Progress> {
  let last: unknown;
  return {
    update(progress) {
      const { key, text } = line(progress);
      if (key !== last) stream.write(`${text}\n`);
      last = key;
    },
    restart: () => void (last = undefined),
    stop() {},
  };
}

/** "1:05" */
function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
