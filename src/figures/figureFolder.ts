// A folder of reproduced figures: the sheet and the numbers of each, and what its page shows.
import * as path from "node:path";
import { contactSheet } from "../platform/drawing/contactSheet";
import type { Plot } from "../platform/drawing/plot";
import { checksumOf } from "../platform/files/checksumOf";
import { readSmallFile } from "../platform/files/regularFile";
import { encodeImage } from "../platform/files/saveImage";
import { writeAtomically } from "../platform/files/writeAtomically";
import type { FigureSettings } from "./figure";
import type { ImagesUsed } from "./figureImages";
import { figureSlider } from "./figureSlider";
import { figures } from "./registry";
import { sheetSide, type ClaimVerdict, type Reproduction } from "./reproduce";

/** What stands in `NAME.json`: all settings and numbers of a figure. */
export interface FigureRecord {
  readonly name: string;
  readonly paper: string;
  readonly figure: string;
  readonly quick: boolean;
  readonly settings: FigureSettings;
  readonly images: ImagesUsed;
  readonly engine: string;
  readonly seconds: number;
  readonly holds: boolean;
  readonly verdicts: readonly ClaimVerdict[];
  readonly measured: Readonly<Record<string, number>>;
  readonly losses: Readonly<Record<string, readonly number[]>>;
  /** `figureKey` of what it was made with. */
  readonly key: string;
  /** SHA-256 of the files beside it. */
  readonly files: Readonly<Record<string, string>>;
}

/** What the page shows of a figure: the sheet for light and dark as JPEG in base64, and its plots. */
export interface FigureLooks {
  readonly light: string;
  readonly dark: string;
  readonly plots: readonly Plot[];
}

/** Bytes of a plot on the page: more than in a notebook, where many would slow it down. */
const plotLimit = 400_000;
/** Bytes of a file that is read. */
const largest = 50e6;

/** The path of a figure's files, without an extension: quick results do not replace those of hours, nor those of other images. */
export function figureFile(folder: string, { name, images, quick }: Pick<FigureRecord, "name" | "images" | "quick">): string {
  return path.join(folder, [name.replaceAll("/", "-"), ...(images === "project" ? [] : [images]), ...(quick ? ["quick"] : [])].join("-"));
}

/** Writes `NAME.png`, `NAME.page.json` and, when these are whole, `NAME.json`; returns what stands there. */
export async function writeFigure(folder: string, made: Reproduction, { quick, key }: { quick: boolean; key: string }): Promise<FigureRecord> {
  const file = figureFile(folder, { name: made.figure.name, images: made.images, quick });
  const { rows, rowLabels, columnLabels } = made;
  const pageSheet = async (on: "paper" | "table"): Promise<string> => {
    const sheet = await contactSheet(rows, { rowLabels, columnLabels, side: sheetSide, on });
    return (await encodeImage(sheet, "jpeg", { quality: 85 }).finally(() => sheet.dispose())).toString("base64");
  };
  const looks: FigureLooks = {
    light: await pageSheet("paper"), dark: await pageSheet("table"),
    plots: [await figureSlider(made, { limit: plotLimit }), ...(made.plots ?? [])],
  };
  await writeAtomically(`${file}.png`, await encodeImage(made.sheet, "png"));
  await writeAtomically(`${file}.page.json`, JSON.stringify(looks));
  const files: Record<string, string> = {};
  for (const name of [`${file}.png`, `${file}.page.json`]) files[path.basename(name)] = await checksumOf(name, "sha256");
  const record = { ...made.toJSON() as FigureRecord, quick, key, files };
  await writeAtomically(`${file}.json`, `${JSON.stringify(record, null, 1)}\n`);
  return record;
}

/** What was written of a figure; undefined where there is nothing, or where a file is damaged or is missing. */
export async function readFigure(folder: string, one: Pick<FigureRecord, "name" | "images" | "quick">): Promise<FigureRecord | undefined> {
  try {
    const record = JSON.parse(readSmallFile(`${figureFile(folder, one)}.json`, largest).toString()) as FigureRecord;
    for (const end of [".png", ".page.json"]) {
      const file = figureFile(folder, one) + end;
      if (record.files[path.basename(file)] !== await checksumOf(file, "sha256")) return undefined;
    }
    return { ...record, images: one.images, verdicts: record.verdicts.map((verdict) => ({ ...verdict, value: verdict.value ?? NaN })) }; // JSON has no NaN
  } catch {
    return undefined;
  }
}

/**
 * All figures of the project's and the papers' images that stand in a folder whole, in the order of the registry, whatever they were made with:
 * with full settings, then with quick ones.
 */
export async function readFigures(folder: string): Promise<FigureRecord[]> {
  const records: (FigureRecord | undefined)[] = [];
  for (const quick of [false, true])
    for (const images of ["project", "paper"] as const)
      for (const { name } of figures) records.push(await readFigure(folder, { name, images, quick }));
  return records.filter((record) => record !== undefined);
}

/** What the page shows of a figure that `readFigure` found. */
export function readLooks(folder: string, record: FigureRecord): FigureLooks {
  return JSON.parse(readSmallFile(`${figureFile(folder, record)}.page.json`, largest).toString()) as FigureLooks;
}
