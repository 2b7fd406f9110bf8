// A button: how often it was pressed.
import { control, type Control } from "./control";

/** A button whose value is how often it was pressed: `for await (const _ of button("again").changes()) …`. */
export function button(label: string): Control<number> {
  return control<number>({
    label, value: 0,
    check(wanted) {
      if (!(Number.isInteger(wanted) && wanted >= 0)) throw new RangeError(`the button "${label}" counts its presses, and cannot have been pressed ${wanted} times`);
      return wanted;
    },
    read: ({ event }, before) => (event === "click" ? before + 1 : undefined),
    keys: () => ({}),
    model: { model: "Button", style: { model: "ButtonStyle" }, layout: { width: "auto" } },
    text: (times) => (times > 0 ? `(pressed ${times} times)` : "(a button)"),
  });
}
