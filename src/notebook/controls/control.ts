// A control: a value that a page can turn while a cell runs, and that is a plain value everywhere else.
import { commHost } from "../../comms";
import { hostSignal } from "../../hostSignal";
import { printedAs } from "../../printedAs";
import type { MimeBundle } from "../display";
import type { Drawn } from "./showWidget";
import { closeWidget, sendState, type Widget } from "./widget";

/** A value with a knob on the page. */
export interface Control<Value = any> extends Drawn {
  readonly label: string;
  /** What it is now. Setting it moves the knob, too. @throws RangeError for a value that it cannot have */
  value: Value;
  /**
   * Each new value, as soon as there is one: `for await (const v of knob.changes()) …`. Where the loop is slower than the hand it gets
   * the latest one, and nothing queues up. Ends when the control is closed, stop is pressed, or no page can turn it.
   */
  changes(): AsyncGenerator<Value, void, void>;
  /** Takes it off the page, where a line of text stays. Its value can still be read. */
  close(): void;
  /** The control as a line of text. */
  toString(): string;
}

/** How a control differs from the others. */
export interface ControlKind<Value> {
  readonly label: string;
  readonly value: Value;
  /** The value to take for `wanted`. @throws RangeError for one that it cannot have */
  check(wanted: Value): Value;
  /** The keys of its model for a value. */
  keys(value: Value): Readonly<Record<string, unknown>>;
  /** The value in what the page sent; undefined where there is none. */
  read(state: Readonly<Record<string, unknown>>, before: Value): Value | undefined;
  /** The keys that stay the same. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  readonly model: Pick<Widget, "model" | "code" | "style" | "layout">;
  text(value: Value): string;
  /** Its picture where a line of text is not enough. */
  twin?(line: string): MimeBundle;
}

/** @throws RangeError where the first value is one that it cannot have */
export function control<Value>({ label, value: first, check, keys, read, fixed, model, text, twin }: ControlKind<Value>): Control<Value> {
  let value = check(first);
  let version = 0;
  const listeners = new Set<() => void>();
  const become = (next: Value): void => {
    if (next === value) return;
    value = next;
    version++;
    for (const listener of [...listeners]) listener();
  };
  const hear = (state: Readonly<Record<string, unknown>>): void => {
    const next = read(state, value);
    if (next !== undefined) become(next);
  };
  const widget: Widget = {
    ...model,
    state: () => ({ description: label, ...fixed, ...keys(value) }),
    received: hear,
    event: hear,
    closed: () => [...listeners].forEach((listener) => listener()),
  };
  let closed = false;
  const line = (): string => `${label} ${text(value)}`;

  return printedAs({
    label, widget, listeners,
    twin: () => twin?.(line()) ?? { "text/plain": line() },
    get value() { return value; },
    set value(wanted: Value) {
      become(check(wanted));
      sendState(widget, keys(value));
    },
    async *changes(): AsyncGenerator<Value, void, void> {
      const stop = hostSignal();
      for (let seen = version; ;) {
        while (version === seen) {
          if (closed || !commHost() || stop?.aborted) return;
          await nextChange([listeners], stop);
        }
        seen = version;
        yield value;
      }
    },
    close() {
      closed = true;
      closeWidget(widget);
      widget.closed!();
    },
  }, line);
}

/** Resolves at the next change of one of several controls, or when `stop` is pressed. */
export function nextChange(of: readonly Set<() => void>[], stop: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      for (const listeners of of) listeners.delete(wake);
      stop?.removeEventListener("abort", wake);
      resolve();
    };
    for (const listeners of of) listeners.add(wake);
    stop?.addEventListener("abort", wake);
    if (stop?.aborted) wake();
  });
}
