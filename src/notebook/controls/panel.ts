// Controls in rows, as one widget.
import type { Control } from "./control";
import type { Drawn } from "./showWidget";
import { closeWidget, sendState, type Widget } from "./widget";

export interface Panel extends Drawn {
  /** Says something in its first row. */
  say(words: string): void;
  close(): void;
  /** Its twin: a line of text for each row but the first, where its knob stands and which of its toggles are on. */
  toString(): string;
}

/** The first row has buttons. */
export function panel(rows: readonly (readonly Control[])[]): Panel {
  const widest = Math.max(...rows.slice(1).map(([knob]) => knob.label.length));
  let said = "";
  const words: Widget = { model: "Label", state: () => ({ value: said }), style: { model: "DescriptionStyle" }, layout: {} };
  const box = (model: string, children: readonly Widget[]): Widget => ({ model, state: () => ({ box_style: "" }), layout: {}, children });
  const lines = rows.map((row, i) => box("HBox", [...row.map(({ widget }) => widget), ...(i === 0 ? [words] : [])]));
  const widget = box("VBox", lines);
  const text = (): string => rows.slice(1).map(([knob, ...toggles]) => [
    `${knob.label.padEnd(widest)}${String(knob).slice(knob.label.length)}`, ...toggles.filter(({ value }) => value).map((toggle) => toggle.label),
  ].join(" · ")).join("\n");
  return {
    widget, listeners: new Set(), // a panel closes with its run, and its twin is needed then
    twin: () => ({ "text/plain": text() }),
    say(now) {
      said = now;
      sendState(words, { value: said });
    },
    close: () => closeWidget(widget),
    toString: text,
  };
}
