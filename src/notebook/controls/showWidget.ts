// A control, a panel or the like in the output of the running cell.
import { bundle, type Displayed, type MimeBundle } from "../display";
import { viewOf, type Widget } from "./widget";

/** What a page with widgets draws, and what stands for it everywhere else. */
export interface Drawn {
  readonly widget: Widget;
  /** Its value as text or as a picture: what a page without widgets shows, and a notebook that is saved. */
  twin(): MimeBundle;
  /** Called at each change of its value. */
  readonly listeners: Set<() => void>;
}

// The page draws the view anew when its twin is replaced; a hand that holds a knob would lose it.
const rest = 2000; // ms

/**
 * Shows a widget beside its twin, which follows the value when that has been at rest for two seconds. When the widget is closed, or its
 * kernel ends, the twin alone stays: a page that is opened later has no model of it.
 */
export function showWidget({ widget, twin, listeners }: Drawn): Displayed {
  const view = viewOf(widget);
  const displayed = bundle({ ...view, ...twin() });
  if (!view) return displayed;
  let timer: NodeJS.Timeout | undefined;
  const follow = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => displayed.update({ ...view, ...twin() }), rest).unref();
  };
  listeners.add(follow);
  const { closed } = widget;
  widget.closed = () => {
    widget.closed = closed;
    listeners.delete(follow);
    clearTimeout(timer);
    displayed.update(twin());
    closed?.();
  };
  return displayed;
}

/** Whether a value is a control, or made of some: what `show` draws as one. */
export function isDrawn(value: unknown): value is Drawn {
  return typeof value === "object" && value !== null && "widget" in value && "twin" in value && "listeners" in value;
}
