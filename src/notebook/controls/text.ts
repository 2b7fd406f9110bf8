// A line of text.
import { control, type Control } from "./control";

/** A line that a page can edit: `text("title", { value: "Valley" })`. @throws RangeError for a value that is no text */
export function text(label: string, { value = "" }: { value?: string } = {}): Control<string> {
  return control<string>({
    label, value,
    check(wanted) {
      if (typeof wanted !== "string") throw new RangeError(`the text "${label}" cannot be ${String(wanted)}`);
      return wanted;
    },
    read: ({ value: typed }) => (typeof typed === "string" ? typed : undefined),
    keys: (now) => ({ value: now }),
    model: { model: "Text", style: { model: "DescriptionStyle", description_width: "10em" }, layout: { width: "32em" } },
    text: (now) => JSON.stringify(now),
  });
}
