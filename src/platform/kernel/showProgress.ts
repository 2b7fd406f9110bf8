// How far a run is, and how a terminal shows it: one bar that stays in its line, or plain lines without a terminal.
import { stripVTControlCharacters } from "node:util";
import { SingleBar } from "cli-progress";
import type { KernelOutput } from "./kernel";
import type { Cell } from "../files/notebookFile";

/** How far a run is. Reported when a cell starts, when it shows something, and once at the end. */
export interface Progress {
  /** Code cells finished so far, and how many there are. */
  done: number;
  cells: number;
  /** The running cell, from 1 (0 while the kernel starts), and its first words. */
  cell: number;
  label: string;
  /** Seconds since the run began. */
  seconds: number;
  /** The last line of text the running cell showed. */
  latest?: string;
}

export interface ProgressView {
  /** Give this to `runNotebook` as `onProgress`. */
  update(progress: Progress): void;
  /** Ends the bar and leaves it in its last state. */
  stop(): void;
}

/** Shows a run under this title on `stream`, standard error by default. */
export function showProgress(title: string, stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? bar(title, stream) : lines(title, stream);
}

function bar(title: string, stream: NodeJS.WriteStream): ProgressView {
  const single = new SingleBar({
    format: `${title} {bar} {value}/{total} · {clock} s · {label}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 20,
    hideCursor: true,
    linewrap: false,
    forceRedraw: true,   // also redraws when only the seconds have changed
    stream,
  });
  let begun: number | undefined;
  let shown = "";
  const draw = (value?: number): void => {
    const clock = ((Date.now() - begun!) / 1000).toFixed(1);
    if (value === undefined) single.update({ clock, label: shown });
    else single.update(value, { clock, label: shown });
  };
  const timer = setInterval(() => begun !== undefined && draw(), 200);
  timer.unref();
  return {
    update({ done, cells, label, latest, seconds }) {
      shown = latest ? `${label} · ${latest}` : label;
      if (begun === undefined) {
        begun = Date.now() - seconds * 1000;
        single.start(cells, done, { clock: "0.0", label: shown });
      }
      draw(done);
    },
    stop() {
      clearInterval(timer);
      if (begun !== undefined) single.stop();
    },
  };
}

function lines(title: string, stream: NodeJS.WriteStream): ProgressView {
  let last = "";
  return {
    update({ cell, done, cells, label, seconds }) {
      const line = `${done}/${cells}  ${label}`;
      if (line === last && cell > 0) return;
      last = line;
      stream.write(`${title}  ${seconds.toFixed(1).padStart(6)} s  ${line}\n`);
    },
    stop() {},
  };
}

/** A cell's first words, for a progress bar: its first comment, or its first line of code. */
export function firstWords(cell: Cell): string {
  const line = cell.source.split("\n").map((text) => text.replace(/^[\s/*]+/, "").trim()).find((text) => text !== "");
  return clip(line ?? "", 40);
}

/** The last line of text in what a cell shows, if it shows text. */
export function lastLine({ type, content }: KernelOutput): string | undefined {
  const text: unknown = type === "stream" ? content.text : content.data?.["text/plain"];
  if (typeof text !== "string") return undefined;
  const line = stripVTControlCharacters(text).trimEnd().split("\n").at(-1)!.trim();
  return line === "" ? undefined : clip(line, 60);
}

const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
