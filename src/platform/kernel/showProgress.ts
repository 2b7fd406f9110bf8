// How far the run of a notebook is, and how a terminal shows it.
import { stripVTControlCharacters } from "node:util";
import type { Cell } from "../files/notebookFile";
import type { KernelOutput } from "./kernel";
import { progressBar, type ProgressBar } from "./progressBar";

/** How far a run is: reported when a cell starts, when it has an output, and once at the end. */
export interface Progress {
  /** Code cells finished so far, and how many there are. */
  readonly done: number;
  readonly cells: number;
  /** The running cell, from 1 (0 while the kernel starts), and its first words. */
  readonly cell: number;
  readonly label: string;
  /** Seconds since the run began. */
  readonly seconds: number;
  /** The last line of text that the running cell printed or displayed. */
  readonly latest?: string;
}

/** Shows a run under this title on `stream`, standard error by default. Give its `update` to `runNotebook` as `onProgress`. */
export function showProgress(title: string, stream: NodeJS.WriteStream = process.stderr): ProgressBar<Progress> {
  let begun: number | undefined;
  return progressBar<Progress>({
    format: `${title} {bar} {value}/{total} · {clock} s · {label}`,
    refresh: 200,
    position({ done, cells, label, latest, seconds }) {
      begun ??= Date.now() - seconds * 1000;
      const clock = ((Date.now() - begun) / 1000).toFixed(1);
      return { value: done, total: cells, fields: { clock, label: latest ? `${label} · ${latest}` : label } };
    },
    line({ done, cells, label, seconds }) {
      const key = `${done}/${cells}  ${label}`;
      return { key, text: `${title}  ${seconds.toFixed(1).padStart(6)} s  ${key}` };
    },
  }, stream);
}

/** A cell's first words, for a progress bar: its first comment, or its first line of code. */
export function firstWords(cell: Cell): string {
  const line = cell.source.split("\n").map((text) => text.replace(/^[\s/*]+/, "").trim()).find((text) => text !== "");
  return clip(line ?? "", 40);
}

/** The last line of text in an output, if it has text. */
export function lastLine({ type, content }: KernelOutput): string | undefined {
  const text: unknown = type === "stream" ? content.text : content.data?.["text/plain"];
  if (typeof text !== "string") return undefined;
  const line = stripVTControlCharacters(text).trimEnd().split("\n").at(-1)!.trim();
  return line === "" ? undefined : clip(line, 60);
}

const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
