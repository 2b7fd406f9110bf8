// A control or a panel in the output of the running cell.
import { bundle, type Displayed } from "../display";
import type { Control } from "./control";
import { viewOf, type Widget } from "./widget";

/**
 * Shows a widget, and the text that stays where nothing draws widgets. When the widget is closed, or its kernel ends, the text takes its
 * place: a page that is opened later has no model of it.
 */
export function showWidget(widget: Widget, text: () => string): Displayed {
  const view = viewOf(widget);
  const displayed = bundle({ ...view, "text/plain": text() });
  const { closed } = widget;
  if (view) widget.closed = () => {
    widget.closed = closed;
    displayed.update({ "text/plain": text() });
    closed?.();
  };
  return displayed;
}

/** Whether a value is a control: what `show` draws as one. */
export function isControl(value: unknown): value is Control {
  return typeof value === "object" && value !== null && "widget" in value && "changes" in value;
}
