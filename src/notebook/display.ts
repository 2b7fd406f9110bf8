// The border to tslab: a cell's output, as a bundle of one thing in several MIME types.
import { randomBytes } from "node:crypto";

/** One thing in several forms, by MIME type: text and base64 as strings, JSON as objects. The front end picks one. */
export type MimeBundle = Readonly<Record<string, string | object>>;

/** Metadata of a form for the front end, such as `{ "image/png": { width: 320 } }` in CSS pixels. */
export type MimeMetadata = Readonly<Record<string, object>>;

/** An output that is on the page and may be replaced. */
export interface Displayed {
  /** Replaces the output, wherever it stands, also after its cell has ended. */
  update(data: MimeBundle, metadata?: MimeMetadata): void;
}

type Write = (content: object, update: boolean) => void;

// tslab itself, as far as it is used here. Its `display` shows one MIME type at a time.
interface Tslab {
  newDisplay(): { raw(type: string, content: unknown): void };
}

/** Whether this code runs in a cell of a tslab kernel. */
export function inNotebook(): boolean {
  return writer() !== undefined || ownDisplay() !== undefined;
}

/** Something that is the same throughout one cell, and another in the next; undefined where tslab's own modules are out of reach. */
export function runningCell(): unknown {
  return writer();
}

/**
 * Shows a bundle in the running cell, and returns the handle that replaces it.
 *
 * @throws Error outside a notebook
 */
export function bundle(data: MimeBundle, metadata: MimeMetadata = {}): Displayed {
  const write = writer();
  if (!write) return simpleDisplay(data);
  const display_id = randomBytes(8).toString("hex");
  write({ data, metadata, transient: { display_id } }, false);
  return {
    // The writer is looked up each time: tslab points it at the cell that runs.
    update: (newer, itsMetadata = {}) =>
      (writer() ?? write)({ data: newer, metadata: itsMetadata, transient: { display_id } }, true),
  };
}

// A tslab installed globally hands its cells to another copy, whose bundle writer is out of reach.
function simpleDisplay(data: MimeBundle): Displayed {
  const display = ownDisplay()?.newDisplay();
  if (!display) throw new Error("show() draws in a notebook cell, and this is none; in a script use saveImage()");
  const draw = (shown: MimeBundle): void => {
    const type = richest(shown);
    display.raw(type, shown[type]);
  };
  draw(data);
  return { update: draw };
}

/** The form to show where only one can be shown: a picture before text, and never one that needs an extension. */
export function richest(data: MimeBundle): string {
  const order = ["image/png", "image/jpeg", "text/html", "text/markdown", "text/plain"];
  return order.find((type) => type in data) ?? Object.keys(data)[0];
}

function writer(): Write | undefined {
  return fromKernel<{ lastWriteDisplayData: Write | null }>("tslab/dist/jupyter")?.lastWriteDisplayData ?? undefined;
}

function ownDisplay(): Tslab | undefined {
  return fromKernel<Tslab>("tslab");
}

// `require` as a cell has it: it knows the very copy of tslab that runs the cell.
function fromKernel<Module>(name: string): Module | undefined {
  const kernel = (globalThis as { __tslab__?: { require(name: string): Module } }).__tslab__;
  try {
    return kernel?.require(name);
  } catch {
    return undefined;
  }
}
