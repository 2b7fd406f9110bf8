// Controls in rows, as one widget.
import type { Control } from "./control";
import { closeWidget, sendState, type Widget } from "./widget";

export interface Panel {
  readonly widget: Widget;
  /** Says something in its first row. */
  say(words: string): void;
  close(): void;
  /** A line of text for each row. */
  toString(): string;
}

export function panel(rows: readonly (readonly Control[])[]): Panel {
  let said = "";
  const words: Widget = { model: "Label", state: () => ({ value: said }), style: { model: "LabelStyle" }, layout: {} };
  const box = (model: string, children: readonly Widget[]): Widget => ({ model, state: () => ({ box_style: "" }), layout: {}, children });
  const lines = rows.map((row, i) => box("HBox", [...row.map(({ widget }) => widget), ...(i === 0 ? [words] : [])]));
  const widget = box("VBox", lines);
  return {
    widget,
    say(now) {
      said = now;
      sendState(words, { value: said });
    },
    close: () => closeWidget(widget),
    toString: () => rows.map((row) => row.map(String).join(" · ")).join("\n"),
  };
}
