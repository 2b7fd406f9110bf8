// A toggle: on or off.
import { control, type Control } from "./control";

/** On or off, off at first: `toggle("mute")`. @throws RangeError for a value that is not a boolean */
export function toggle(label: string, { value = false }: { value?: boolean } = {}): Control<boolean> {
  return control<boolean>({
    label, value,
    check(wanted) {
      if (typeof wanted !== "boolean") throw new RangeError(`the toggle "${label}" is true or false, and cannot be ${String(wanted)}`);
      return wanted;
    },
    read: ({ value: turned }) => (typeof turned === "boolean" ? turned : undefined),
    keys: (now) => ({ value: now }),
    model: { model: "ToggleButton", style: { model: "DescriptionStyle" }, layout: { width: "auto" } },
    text: (now) => (now ? "● on" : "○ off"),
  });
}
